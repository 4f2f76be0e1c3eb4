/* livefig on a page that stands alone: its figures neither ask, play nor are dragged. */

import { all, on } from "../elements.js";
import { learn } from "../language.js";
import { followAddress, recall } from "../links.js";
import { FIGURE, mount } from "../mounting.js";
import { whenBack } from "../past.js";
import { onThemeChange, setThemes } from "../theme.js";

const figures = all(document, FIGURE); // the script stands below them
const dress = () => setThemes(figures);
dress();
onThemeChange(dress);
on(window, "hashchange", followAddress);
whenBack(recall);
for (const figure of figures) {
  learn(figure);
  mount(figure);
}
