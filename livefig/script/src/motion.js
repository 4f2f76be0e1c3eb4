/* Motion and time: what moves by itself, and what waits until it has come to rest. */

/** Tell whether the reader wants no motion. */
export function still() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Do something after a while, unless it is asked for again before. */
export function later(owner, key, milliseconds, action) {
  clearTimeout(owner[key]);
  owner[key] = setTimeout(action, milliseconds);
}
