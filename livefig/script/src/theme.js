/* The theme: whether a figure stands on light or on dark ground. */

import { on } from "./elements.js";
import { later } from "./motion.js";

const DARK = "(prefers-color-scheme: dark)";
const SETTLED = 500; // after which a page that fades to another theme has done so [ms]

/**
 * Mark figures with the ground that they stand on, for the style to follow. All are looked at before
 * any is marked: to look after a mark makes the browser style the page anew.
 */
export function setThemes(figures) {
  const themes = figures.map((figure) => (isDark(figure) ? "dark" : "light"));
  figures.forEach(({ dataset }, place) => {
    if (dataset.mlTheme !== themes[place]) dataset.mlTheme = themes[place];
  });
}

/** Do something whenever the ground may have changed. */
export function onThemeChange(action) {
  const soon = () => {
    action();
    later(soon, "settled", SETTLED, action);
  };
  const watch = new MutationObserver(soon); // themes are classes, styles or data attributes
  watch.observe(document.documentElement, { attributes: true });
  watch.observe(document.body, { attributes: true });
  on(matchMedia(DARK), "change", soon);
  on(window, "load", soon); // styles may come late
}

function isDark(figure) {
  for (let element = around(figure); element; element = around(element)) {
    const [red, green, blue, opacity] = levels(getComputedStyle(element).backgroundColor);
    if (opacity > 0.5) return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.4;
  }
  // Nothing is painted: the browser shows its own ground, dark where page and reader want it so.
  const scheme = getComputedStyle(document.documentElement).colorScheme;
  return scheme.includes("dark") && (matchMedia(DARK).matches || !scheme.includes("light"));
}

function around(element) {
  return element.parentElement ?? element.getRootNode().host;
}

/** Return red, green, blue and opacity of a computed colour, from 0 to 1. */
function levels(colour) {
  const [red, green, blue, opacity = 1] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  if (/^rgba?\(/.test(colour)) return [red / 255, green / 255, blue / 255, opacity];
  // Any other way of naming a colour: let the browser paint it.
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d");
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  return Array.from(pen.getImageData(0, 0, 1, 1).data, (level) => level / 255);
}
