/* Series: a labelled artist's coordinates, read back as numbers to the picture's own resolution. */

import { GAP } from "./paths.js";
import { GROUPED, TRUE_MINUS, writeNumber } from "./words.js";

/** What stands in a mark before its coordinates: paint and clip, and the scale of markers. */
const AHEAD = { path: 6, marks: 7 };

/** Return the points of a row, in tenths of a unit; none where it has texts or pictures. */
export function pointsOf({ shape, numbers }) {
  const points = [];
  let start = 0;
  for (const [kind] of shape.filter((mark) => mark !== "ranks")) {
    if (!(kind in AHEAD)) return [];
    const end = start + 1 + numbers[start];
    for (let i = start + 1 + AHEAD[kind]; i < end; i += 2) {
      if (numbers[i] !== GAP) points.push([numbers[i], numbers[i + 1]]);
    }
    start = end;
  }
  return points;
}

/** Write a coordinate of a point as a number on its axis. */
export function measure({ ends: [first, last], limits: [low, high], log }, tenths) {
  const share = (tenths / 10 - first) / (last - first);
  const value = log ? low * (high / low) ** share : low + share * (high - low);
  // A point is known to a unit of the picture; on a logarithmic axis, to three figures.
  const step = log ? Math.abs(value) / 100 : Math.abs((high - low) / (last - first));
  const power = Math.max(-8, Math.floor(Math.log10(step)));
  const decimals = Math.max(0, -power);
  const whole = 10 ** Math.max(0, power);
  return writeNumber(Math.round(value / 10 ** power) * whole, decimals, GROUPED | TRUE_MINUS);
}
