/* Pointing: lines across an axis where a reader guesses, and where the answer is. */

import { svg } from "./elements.js";
import { addHandles } from "./handles.js";

const ABOVE = 4; // the letters over their line [units of the picture]
const ROOM = { x: 80, y: 18 }; // that letters take beside a line [units of the picture]
const LINE = 13; // from one line of letters to the next

/** The value at each place where a point can be set. */
export function valueAt({ log, low, step }, place) {
  return log ? +(low * step ** place).toPrecision(3) : +(low + place * step).toPrecision(10);
}

/** Where a value lies along an axis [units of the picture]. */
function placeOf({ log, limits: [low, high], ends: [first, last] }, value) {
  const share = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return first + share * (last - first);
}

/**
 * Return a function that draws lines over a picture, given the value, class and word of each.
 *
 * @param axis what the header tells of it
 */
export function linesIn({ drawing }, axis) {
  drawing.querySelector(".ml-guesses")?.remove(); // of a page that was saved while it was alive
  const group = drawing.appendChild(svg("g", { class: "ml-guesses" }));
  const [left, top, right, bottom] = axis.box;
  const upright = axis.way === "x";
  const [least, most] = upright ? [left, right] : [top, bottom];

  const line = (at, kind) => svg("line", { class: kind, ...upright
    ? { x1: at, x2: at, y1: top, y2: bottom } : { x1: left, x2: right, y1: at, y2: at } });

  /** Letters on the outer side of their line if there is room, in a row or at an end of their own. */
  function name(at, kind, word, index, outer) {
    const ahead = outer ? at - least > ROOM[axis.way] : most - at < ROOM[axis.way];
    const place = upright ? { x: at + (ahead ? -ABOVE : ABOVE), y: top + LINE * (index + 1) }
      : { x: index ? right - ABOVE : left + ABOVE, y: at + (ahead ? -ABOVE : LINE) };
    const anchor = (upright ? ahead : index) ? "end" : "start";
    return svg("text", { class: kind, "text-anchor": anchor, ...place }, word);
  }

  return (lines) => {
    const seen = lines.map(([value, ...rest]) => [placeOf(axis, value), ...rest])
      .filter(([at]) => at >= least - 1 && at <= most + 1);
    const first = Math.min(...seen.map(([at]) => at));
    group.replaceChildren(...seen.map(([at, kind]) => line(at, kind)),
      ...seen.map(([at, kind, word], index) => name(at, kind, word, index, at === first)));
  };
}

/**
 * Put a line into a picture that can be dragged along its axis; return a function that places it.
 *
 * @param chosen called with the number of the place it was dragged to
 */
export function pointerIn({ drawing }, axis, start, chosen) {
  drawing.querySelector(".ml-pointer")?.remove();
  const top = drawing.appendChild(svg("g", { class: "ml-pointer" }));
  const places = Array.from({ length: axis.count + 1 }, (_, i) => placeOf(axis, valueAt(axis, i)));
  const held = {
    stops: [start], axisOf: () => 0, take() {}, go: ({ 0: place }) => chosen(place),
  };
  const drags = [{ box: axis.box, [axis.way]: { control: "", places } }];
  const place = addHandles({ drawing, top, groupOf() {} }, drags, held);
  return (stop) => {
    held.stops = [stop];
    place(held.stops);
  };
}
