/* Waiting: what tells, in a figure and around it, until a reader has committed to a guess.
 *
 * Without this script nothing waits. Around a figure waits what has the class `ml-after-NAME`, or, in
 * a cell of a notebook, its tag.
 */

import { all } from "./elements.js";

/** Stands where a readout waits. */
export const UNTOLD = "?";

/** Let wait what tells, unless the reader has been told before. */
export function holdBack(root) {
  if ("asks" in root.dataset && !root.dataset.guess) setWaiting(root, !recall(root).told);
}

/** Let what tells wait, or show it. */
export function setWaiting(root, waits) {
  root.dataset.guess = waits ? "open" : "told";
  for (const element of around(root)) element.toggleAttribute("data-ml-waits", waits);
}

/** Open the folds that have waited. */
export function openFolds(root) {
  for (const fold of around(root)) if (fold.localName === "details") fold.open = true;
}

function around({ id }) {
  return all(document, `.ml-after-${id}, .tag_ml-after-${id}`);
}

/** What a reader did with the question of a figure, kept by the browser for this page. */
export function recall(root) {
  try {
    const kept = JSON.parse(localStorage.getItem(key(root)));
    return kept?.question === question(root) ? kept : {};
  } catch {
    return {}; // a browser that keeps nothing asks each time
  }
}

export function keep(root, what) {
  try {
    localStorage.setItem(key(root), JSON.stringify({ ...what, question: question(root) }));
  } catch {
    // The guess holds until the page is left.
  }
}

function key(root) {
  return `livefig:${location.pathname}#${root.id}`;
}

function question(root) {
  return all(root, ".ml-question, .ml-guess label").map((part) => part.textContent).join("\n");
}
