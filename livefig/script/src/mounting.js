/* Mounting: a figure that was recorded is brought to life, or says why not. */

import { gunzip, packedBytes } from "./bytes.js";
import { one } from "./elements.js";
import { Explorer, tell } from "./explorer.js";
import { say } from "./language.js";
import { follow, keepInHistory, recall, stayWith } from "./links.js";
import { later } from "./motion.js";
import { setWaiting } from "#parts";
import { remembered } from "./past.js";
import { addTools } from "./sharing.js";
import { recordedSource } from "./sources.js";
import { readTable } from "./table.js";
import { setThemes } from "./theme.js";

export const FIGURE = "figure.ml-explorer";

/** Bring a figure to life, in its turn if it is to wait for one. */
export async function mount(root, turn) {
  try {
    root.dataset.alive = "soon";
    const named = location.hash.split(":")[0] === "#" + root.id;
    if (!named) await turn?.(root);
    if (!root.dataset.mlTheme) setThemes([root]);
    const packed = await packedBytes(one(root, "script.ml-table"), (news) => tell(root, news));
    const header = readTable(await gunzip(packed));
    const source = recordedSource(header);
    await breath();
    const explorer = new Explorer(root, header, source, (stops) => {
      explorer.show(stops, source.look(stops));
      later(explorer, "addressing", 250, () => {
        keepInHistory(explorer.hash());
        explorer.guess?.wrote(location.hash);
      });
    });
    await breath();
    explorer.show(explorer.stops, source.look(explorer.stops));
    explorer.inAddress = true;
    explorer.wake();
    addTools(root, () => explorer.hash());
    if (remembered()) recall(remembered(), explorer);
    else if (follow(location.hash, explorer) || named) stayWith(root);
    source.prepare();
  } catch (problem) {
    root.dataset.alive = "no";
    if (root.dataset.guess) setWaiting(root, false);
    tell(root, `${say("This figure shows its first state only.")} ${problem.message}`);
  }
}

/** Let the browser answer a reader before more is done. */
function breath() {
  return new Promise((done) => setTimeout(done));
}
