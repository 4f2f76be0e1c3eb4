/* What a reader sees of a figure, and letters that stay large enough to be read. */

import { all } from "./elements.js";

const SMALLEST = 11; // letters of a picture, where the page's text is 16 [px]
const MOST = 1.35; // larger, words run into each other, unless the reader asks for large ones
const ASKED = 1.5;

/** How far a site's own bar reaches down from the top [px]. */
export function topOf(root) {
  return parseFloat(getComputedStyle(root).getPropertyValue("--ml-top")) || 0;
}

/** Tell whether the better part of a box from `top` to `bottom` is on the screen. */
export function isSeen({ top, bottom }, edge, enough) {
  const seen = Math.min(bottom, innerHeight) - Math.max(top, edge);
  return enough > 0 && seen >= Math.min(enough, innerHeight - edge) * 2 / 3;
}

/**
 * Enlarge the letters of a picture where it is shown small, or the reader wants large text.
 * A frame tells nothing of the screen, to which the style would fit the picture.
 */
export function keepReadable(root, drawing) {
  const sizes = all(drawing, "text").map((text) => 10 * parseFloat(text.getAttribute("font-size")));
  const drawn = sizes.sort((one, other) => one - other)[sizes.length >> 1];
  const fit = () => {
    const { width, height } = drawing.getBoundingClientRect();
    const { width: across, height: down } = drawing.viewBox.baseVal;
    const scale = Math.min(width / across, height / down);
    if (!scale || !drawn) return; // in a tab that is hidden, or without words
    const usual = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    const large = Math.min(ASKED, Math.max(1, usual));
    const wanted = Math.min(MOST, SMALLEST / (drawn * scale)) * large;
    root.style.setProperty("--ml-text", Math.max(1, wanted).toFixed(3));
  };
  if (window !== window.top) root.classList.add("ml-framed");
  new ResizeObserver(fit).observe(drawing);
}
