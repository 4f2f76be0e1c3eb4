/* Elements: found, made, listened to, and changed only where they differ. */

const SVG = "http://www.w3.org/2000/svg";

export function one(root, selector) {
  return root.querySelector(selector);
}

export function all(root, selector) {
  return [...root.querySelectorAll(selector)];
}

export function on(target, event, action, options) {
  target.addEventListener(event, action, options);
}

/** Make an SVG element: tag, attributes, what it holds. */
export function svg(tag, ...content) {
  return filled(document.createElementNS(SVG, tag), ...content);
}

/** Make an HTML element: tag, attributes, what it holds. */
export function html(tag, ...content) {
  return filled(document.createElement(tag), ...content);
}

function filled(element, attributes = {}, ...children) {
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  element.append(...children);
  return element;
}

/** Let a reader use controls. */
export function enable(root) {
  for (const field of all(root, ".ml-controls, input, select, button, summary")) {
    field.disabled = false;
    field.dataset.lmSuppressShortcuts = "true"; // else JupyterLab takes its arrow keys
  }
}

export function set(element, key, value) {
  if (element.getAttribute(key) !== value) element.setAttribute(key, value);
}

export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
