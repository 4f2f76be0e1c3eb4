/* The picture: its layers, and the order in which they lie on each other. */

import { definer } from "./clips.js";
import { all, one, svg } from "./elements.js";
import { layerOf } from "./layer.js";

const WAITS = "!"; // in the name of a layer that waits for a guess
const NOTHING = { shape: [], numbers: [] };

/**
 * Return what draws into an <svg>: `drawing` (the <svg>), `top` (a group above all layers),
 * `groupOf` (of a layer, by its name) and `show` (what a source answered).
 */
export function pictureIn(drawing, name, palette) {
  const define = definer(drawing, name);
  const groups = all(drawing, "[data-artist]");
  const layers = new Map(groups.map((group) => [group.dataset.artist, layerOf(group)]));
  let order = [...layers.keys()].join("\n");
  one(drawing, ".ml-handles")?.remove(); // of a page that was saved while it was alive
  const top = drawing.appendChild(svg("g", { class: "ml-handles" }));

  const groupOf = (called) => layers.get(called)?.group;

  function layer(called) {
    if (!layers.has(called)) {
      const group = svg("g", { "data-artist": called });
      if (called.includes(WAITS)) group.classList.add("ml-waits");
      top.before(group);
      layers.set(called, layerOf(group));
      order += "\n" + called;
    }
    return layers.get(called);
  }

  /** Bring layers into an order, from the bottom up; those that it does not name show nothing. */
  function arrange(names, view) {
    if (order === names.join("\n")) return;
    order = names.join("\n");
    for (const [called, { draw }] of layers) {
      if (!names.includes(called)) draw(NOTHING, view);
    }
    top.before(...names.filter((called) => layers.has(called)).map(groupOf));
  }

  function show({ rows, layers: names, clips, picture }) {
    const view = { name, palette, picture, define: (clip) => define(clip, clips[clip]) };
    for (const [called, row] of rows) {
      if (!/^[=~#]/.test(called)) layer(called).draw(row, view);
    }
    if (names) arrange(names, view);
  }

  return { drawing, top, show, groupOf };
}
