/* A page: figures that are there, and figures that come later, are brought to life. */

import { gunzip, packedBytes } from "./bytes.js";
import { all, on, one } from "./elements.js";
import { Explorer, tell } from "./explorer.js";
import { learn, say } from "./language.js";
import {
  expected, explorers, follow, followAddress, followLinks, keepInHistory, recall, stayWith, welcome,
} from "./links.js";
import { later } from "./motion.js";
import { remembered, whenBack } from "./past.js";
import { addTools } from "./sharing.js";
import { recordedSource } from "./sources.js";
import { readTable } from "./table.js";
import { onThemeChange, setThemes } from "./theme.js";
import { holdBack, setWaiting } from "./waiting.js";

const FIGURE = "figure.ml-explorer";
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
  const brought = mount(root).catch((problem) => giveUp(root, problem))
    .then(() => expected.delete(root.id));
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

async function mount(root) {
  root.dataset.alive = "soon";
  const named = location.hash.split(":")[0] === "#" + root.id;
  if (!named) await turn(root);
  if (!root.dataset.mlTheme) setThemes([root]);
  const bytes = await packedBytes(one(root, "script.ml-table"), (sentence) => tell(root, sentence));
  const header = readTable(await gunzip(bytes));
  const source = recordedSource(header);
  await breath();
  const explorer = new Explorer(root, header, source, (stops) => {
    explorer.show(stops, source.look(stops));
    later(explorer, "addressing", 250, keepInAddress);
  });
  const keepInAddress = () => {
    keepInHistory(explorer.hash());
    explorer.guess?.wrote(location.hash);
  };
  await breath();
  explorer.show(explorer.stops, source.look(explorer.stops));
  explorer.inAddress = true;
  explorer.wake();
  addTools(root, () => explorer.hash());
  if (remembered()) recall(remembered(), explorer);
  else if (follow(location.hash, explorer) || named) stayWith(root);
  source.prepare();
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

/** Let the browser answer a reader before more is done. */
function breath() {
  return new Promise((done) => setTimeout(done));
}

function giveUp(root, problem) {
  root.dataset.alive = "no";
  if (root.dataset.guess) setWaiting(root, false);
  tell(root, `${say("This figure shows its first state only.")} ${problem.message}`);
}
