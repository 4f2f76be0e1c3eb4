/* livefig in a browser: one script for pages and for Jupyter, one global. */

import { render } from "./jupyter.js";
import { explorers } from "./links.js";
import { start } from "./page.js";

// A page may bring the script more than once. (An element called livefig would be found here too.)
if (!window.livefig?.explorers) window.livefig = { render, explorers, start };
window.livefig.start();
