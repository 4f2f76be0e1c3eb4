/* The numbers as tables: readouts as one control changes, and series read from the picture. */

import { html, on, one } from "./elements.js";
import { say } from "./language.js";
import { measure, pointsOf } from "./series.js";
import { UNTOLD } from "./waiting.js";
import { join } from "./words.js";

const ROWS = 13;
const UNKNOWN = "unknown";

/** Return a function that fills the tables of an explorer for its present state. */
export function tablesOf(root, explorer) {
  const details = one(root, ".ml-numbers");
  if (!details) return () => {}; // there are none
  const { header, source } = explorer;
  let turn = 0; // a state that comes while another is being tabulated goes first

  async function fill() {
    const { frame } = explorer;
    if (!details.open || !frame) return;
    const own = ++turn;
    const tables = header.readouts.length ? [await readouts(() => own === turn)] : [];
    if (own !== turn) return;
    for (const series of header.series) {
      const row = !explorer.guess?.holdsLayer(series.name) && frame.rows.get(series.name);
      const points = row ? pointsOf(row) : [];
      if (points.length) tables.push(seriesTable(series, points));
    }
    one(root, ".ml-tables").replaceChildren(...tables);
  }

  async function readouts(isWanted) {
    const { active, stops, outputs } = explorer;
    const { label, texts } = header.controls[active];
    const every = Math.ceil(texts.length / ROWS);
    const body = [];
    for (let stop = 0; stop < texts.length && isWanted(); stop++) {
      if (stop % every && stop !== stops[active]) continue;
      const asked = Object.assign([...stops], { [active]: stop });
      const answer = await source.look(asked, "=");
      body.push([texts[stop], ...header.readouts.map(([key]) => {
        if (explorer.guess?.holds(key)) return UNTOLD;
        const row = answer?.rows.get("=" + key);
        if (row) return join(row.shape, row.numbers);
        return answer ? outputs.get(key).textContent : say(UNKNOWN);
      })]);
    }
    const which = every > 1 ? say(" (1 stop in {every}, and the present one)", { every }) : "";
    return table(say("Readouts as {what} changes", { what: label }) + which,
      [label, ...header.readouts.map(([, name]) => name)], body);
  }

  on(details, "toggle", fill);
  return fill;
}

function seriesTable({ label, axes }, points) {
  const every = Math.ceil(points.length / ROWS);
  const which = every > 1 ? say(", 1 point in {every}", { every }) : "";
  return table(`${label} (${say("read from the picture")}${which})`, axes.map((axis) => axis.label),
    points.filter((_, index) => index % every === 0)
      .map((point) => point.map((tenths, way) => measure(axes[way], tenths))));
}

function table(caption, head, body) {
  const row = (texts, scope) => html("tr", {}, ...texts.map((text, column) =>
    (scope === "col" || column === 0 ? html("th", { scope }, text) : html("td", {}, text))));
  const frame = { class: "ml-table-frame", tabindex: 0, role: "region", "aria-label": caption };
  return html("div", frame, html("p", { class: "ml-table-title" }, caption),
    html("table", { "aria-label": caption }, html("thead", {}, row(head, "col")),
      html("tbody", {}, ...body.map((texts) => row(texts, "row")))));
}
