/* Links and addresses that set an explorer, and bringing it into view. */

import { splitFragment } from "./address.js";
import { on } from "./elements.js";
import { still } from "./motion.js";
import { dock, dockedName, present, undock } from "#parts";
import { remember, remembered, turnTo } from "./past.js";

/** The explorers on this page, by name. */
export const explorers = new Map();

/** The figures that are no explorers yet, by name: each a function that asks for one soon. */
export const expected = new Map();

/** The explorer of each figure, also of those that have left the page: they may come back. */
const known = new WeakMap();

/** Let links find an explorer. */
export function enlist(explorer) {
  known.set(explorer.root, explorer);
  explorers.set(explorer.name, explorer);
}

/** Enlist a figure that has come back, and let go of those that have left with all their states. */
export function welcome(figure) {
  for (const [name, { root }] of explorers) {
    if (!root.isConnected) explorers.delete(name);
  }
  if (known.has(figure)) enlist(known.get(figure));
}

/** Set the explorer that a fragment names and bring it into view; leave other fragments alone. */
export function follow(fragment, only) {
  const explorer = set(fragment, only);
  if (!explorer) return false;
  explorer.guess?.follow(fragment, Boolean(only));
  bringIntoView(explorer.root, still() ? "auto" : "smooth");
  return true;
}

/** Set the explorer that a fragment names and return it; leave other fragments alone. */
function set(fragment, only, before) {
  const { name, settings } = splitFragment(fragment);
  const explorer = explorers.get(name);
  if (!explorer?.root.isConnected || (only && only !== explorer)) return null;
  const changes = explorer.parse(settings);
  if (!changes) return null;
  before?.(explorer);
  explorer.go(changes);
  return explorer;
}

/** Follow a link for a reader who stays where she is; Back brings her and the figures back. */
function followHere(fragment, link) {
  const explorer = set(fragment, null, ({ inAddress }) => inAddress && keepInHistory());
  if (!explorer) return false;
  explorer.guess?.follow(fragment, false);
  if (explorer.inAddress) turnTo(allStates(), explorer.hash());
  present(explorer.root, link);
  if (explorer.inAddress) keepInHistory(); // with what is in the dock
  return true;
}

/** Let the present entry of the history hold what is seen, under a new address if there is one. */
export function keepInHistory(address) {
  remember(allStates(), address);
}

function allStates() {
  const hashes = [...explorers.values()].filter(({ inAddress }) => inAddress)
    .map((explorer) => explorer.hash());
  return { hashes, docked: dockedName() };
}

/** Show what an entry of the history remembers, of one explorer or of all; move nobody. */
export function recall({ hashes, docked }, only) {
  for (const hash of hashes) {
    const explorer = explorers.get(splitFragment(hash).name);
    if (explorer && explorer.hash() !== hash) set(hash, only);
  }
  if (only) return;
  const root = explorers.get(docked)?.root;
  if (!root) undock();
  else if (docked !== dockedName()) dock(root);
}

/** Follow an address that was typed; what an entry of the history remembers comes back without. */
export function followAddress() {
  if (!remembered()) follow(location.hash);
}

/** Scroll as little as needed; where the whole does not fit, the picture comes first. */
function bringIntoView(root, behavior) {
  const fits = root.offsetHeight < 0.85 * innerHeight;
  root.scrollIntoView({ block: fits ? "nearest" : "start", behavior });
}

/** Stay at the figure that the address names while the page above it still takes its shape. */
export function stayWith(root) {
  const watch = new ResizeObserver(() => bringIntoView(root, "auto"));
  const leave = () => watch.disconnect();
  watch.observe(document.body);
  for (const sign of ["wheel", "touchstart", "pointerdown", "keydown"]) {
    on(window, sign, leave, { once: true });
  }
  setTimeout(leave, 3000);
}

/** Follow links to a state of a figure on this page, wherever in `place` they are. */
export function followLinks(place) {
  on(place, "click", (event) => {
    const link = event.target.closest?.('a[href*="#"]');
    if (!link || event.defaultPrevented || event.button) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { hash } = link, here = link.getAttribute("href").startsWith("#");
    if (!here && bare(link.href) !== bare(location.href)) return;
    const ask = expected.get(splitFragment(hash).name);
    ask?.().then(() => followHere(hash, link) || location.assign(hash));
    if (ask || followHere(hash, link)) event.preventDefault();
  }, true);
}

function bare(address) {
  return address.split("#")[0];
}
