/* A layer: the group of one artist, kept up to date with its row. */

import { svg } from "./elements.js";
import { look } from "./marks.js";

const RANKS = "ranks";

/**
 * Return a group and a function that draws a row into it.
 *
 * @param group the <g> of the artist, with what Python drew of the first state
 */
export function layerOf(group) {
  let slots; // one for each mark; read from the group when the layer is first drawn

  function resize(count) {
    slots ??= Array.from(group.children, slotOf);
    for (const { element } of slots.splice(count)) element.remove();
    while (slots.length < count) slots.push(slotOf(group.appendChild(svg("path"))));
  }

  /** With ranks, each mark goes into the element that is its place in the order of drawing. */
  function draw({ shape, numbers }, view) {
    const ahead = shape[0] === RANKS ? 1 : 0;
    const count = shape.length - ahead;
    resize(count);
    let ranks = 0;
    if (ahead) for (let i = 0; i < count; i++) ranks += 1 + numbers[ranks];
    let start = 0;
    for (let i = 0; i < count; i++) {
      const end = start + 1 + numbers[start];
      const slot = slots[ahead ? numbers[ranks + i] : i];
      fillSlot(slot, shape[ahead + i], numbers.subarray(start + 1, end), view);
      start = end;
    }
  }

  return { group, draw };
}

/** An element, and what it shows: only what differs is written to it. */
function slotOf(element) {
  const attributes = {};
  for (const { name, value } of element.attributes) attributes[name] = value;
  return { element, attributes, words: element.textContent, shape: null, numbers: null };
}

function fillSlot(slot, shape, numbers, view) {
  if (slot.shape === shape && same(slot.numbers, numbers)) {
    slot.numbers = numbers; // the old ones would keep a whole row in memory
    return;
  }
  const [tag, attributes, words, clip] = look(shape, numbers, view);
  if (slot.element.localName !== tag) {
    const fresh = slotOf(svg(tag));
    slot.element.replaceWith(fresh.element);
    Object.assign(slot, fresh);
  }
  if (clip >= 0) view.define(clip);
  const { element, attributes: before } = slot;
  for (const key in attributes) {
    if (attributes[key] !== before[key]) element.setAttribute(key, attributes[key]);
  }
  for (const key in before) {
    if (!(key in attributes)) element.removeAttribute(key);
  }
  if (slot.words !== words) element.textContent = words;
  Object.assign(slot, { attributes, words, shape, numbers });
}

function same(some, others) {
  if (some.length !== others.length) return false;
  for (let i = 0; i < some.length; i++) if (some[i] !== others[i]) return false;
  return true;
}
