/* The past: each entry of the browser's history remembers what every figure showed. */

import { on } from "./elements.js";

/** What the present entry remembers: { hashes, docked }, or nothing. */
export function remembered() {
  return history.state?.livefig;
}

/** Let the present entry remember, under a new address if there is one. */
export function remember(kept, address = "") {
  write("replaceState", kept, address);
}

/** Begin a new entry. */
export function turnTo(kept, address) {
  write(address === location.hash ? "replaceState" : "pushState", kept, address);
}

function write(way, kept, address) {
  try {
    history[way]({ ...history.state, livefig: kept }, "", address || location.href);
  } catch {
    // A frame that may not change its address still shows the state.
  }
}

/** Do something with what an entry remembers when the reader goes back or forth to it. */
export function whenBack(action) {
  on(window, "popstate", ({ state }) => state?.livefig && action(state.livefig));
}
