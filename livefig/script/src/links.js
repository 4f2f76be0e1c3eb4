/* Links and addresses that set an explorer, and bringing it into view. */

import { splitFragment } from "./address.js";
import { on } from "./elements.js";
import { still } from "./motion.js";

/** The explorers on this page, by name. */
export const explorers = new Map();

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
  const { name, settings } = splitFragment(fragment);
  const explorer = explorers.get(name);
  if (!explorer?.root.isConnected || (only && only !== explorer)) return false;
  const changes = explorer.parse(settings);
  if (!changes) return false;
  explorer.go(changes);
  explorer.guess?.follow(fragment, Boolean(only));
  bringIntoView(explorer.root, still() ? "auto" : "smooth");
  return true;
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
    const address = link.getAttribute("href");
    const here = address.startsWith("#") || bare(link.href) === bare(location.href);
    if (here && follow(address.slice(address.indexOf("#")))) event.preventDefault();
  }, true);
}

function bare(address) {
  return address.split("#")[0];
}
