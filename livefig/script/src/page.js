/* A page: figures that are there, and figures that come later, are brought to life. */

import { all, on, one } from "./elements.js";
import { learn } from "./language.js";
import { expected, explorers, followAddress, followLinks, recall, welcome } from "./links.js";
import { FIGURE, mount } from "./mounting.js";
import { whenBack } from "./past.js";
import { onThemeChange, setThemes } from "./theme.js";
import { holdBack } from "./waiting.js";

/** What says that somebody reads. */
const BEGINNINGS = ["scroll", "wheel", "pointermove", "pointerdown", "keydown", "focusin"];
const EARLY = { once: true, capture: true, passive: true }; // also in boxes that scroll
/** What a figure is told that a link names. */
const ASKED = "asked";
const mounted = new WeakSet();
const attended = new WeakSet(); // the document, and shadow roots in it

/** Bring the figures in a document, an element or a shadow root to life. */
export function start(root = document) {
  if (document.readyState === "loading") {
    // Before, a table may not be there to its end.
    on(document, "DOMContentLoaded", () => start(root), { once: true });
    return;
  }
  attend(document);
  attend(root.getRootNode());
  const figures = figuresIn(root);
  setThemes(figures.filter(isDrawn));
  for (const figure of figures) {
    learn(figure);
    welcome(figure);
    holdBack(figure);
    bring(figure);
  }
}

/** Bring a figure to life in its turn, or as soon as a link asks for it. */
function bring(root) {
  if (mounted.has(root) || !one(root, "script.ml-table")) return;
  mounted.add(root);
  const brought = mount(root, turn).then(() => expected.delete(root.id));
  expected.set(root.id, () => {
    root.dispatchEvent(new Event(ASKED));
    return brought;
  });
}

function figuresIn(root) {
  return root.matches?.(FIGURE) ? [root] : all(root, FIGURE);
}

/** Whether the browser draws a figure by now, or leaves out the part of the page that it is in. */
function isDrawn(figure) {
  return figure.checkVisibility?.({ contentVisibilityAuto: true }) ?? true;
}

/** Follow links in a document or a shadow root, its theme, and what is added to it. */
function attend(place) {
  if (attended.has(place) || !(place === document || place instanceof ShadowRoot)) return;
  attended.add(place);
  if (place === document) {
    on(window, "hashchange", followAddress);
    whenBack(recall);
    onThemeChange(() => setThemes(known().filter(({ dataset }) => dataset.mlTheme)));
    for (const moment of ["beforeprint", "afterprint"]) {
      on(window, moment, () => explorers.forEach(({ guess }) => guess?.print(moment[0] === "b")));
    }
  }
  followLinks(place);
  new MutationObserver(notice).observe(place, { childList: true, subtree: true });
}

/** Figures of the document, and those in shadow roots. */
function known() {
  return [...new Set([...figuresIn(document), ...[...explorers.values()].map(({ root }) => root)])];
}

function notice(records) {
  for (const { addedNodes } of records) {
    for (const node of addedNodes) {
      if (node instanceof Element && (node.matches(FIGURE) || one(node, FIGURE))) start(node);
    }
  }
}

/** Wait until a figure is near or, once somebody reads, for idle time; the first needs none. */
function turn(root) {
  if (!window.IntersectionObserver || !window.requestIdleCallback) return;
  return new Promise((awake) => {
    const wake = () => {
      watch.disconnect();
      awake();
    };
    const watch = new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && wake(), {
      rootMargin: "50%",
    });
    watch.observe(root);
    for (const sign of ["hashchange", "beforeprint"]) on(window, sign, wake, EARLY);
    on(root, ASKED, wake, EARLY);
    const soon = () => requestIdleCallback(wake, { timeout: 1000 });
    if (root === one(document, FIGURE)) soon();
    else for (const sign of BEGINNINGS) on(window, sign, soon, EARLY);
  });
}
