/* The language of figures: their texts in it, and how it writes numbers. English needs no words. */

let words = {};

/** Learn the words that a figure brings (see livefig/language.py). */
export function learn(root) {
  if (root.dataset.words) words = JSON.parse(root.dataset.words);
}

/** Return a text in the language of figures, with values for the {names} in it. */
export function say(text, values = {}) {
  return (words[text] ?? text).replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
