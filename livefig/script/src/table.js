/* The table of recorded states, unpacked: the other half of livefig/packing.py.
 *
 * Columns that never change are kept as one row, those that do as a table over the states, and
 * equal columns once; `places` tells where each stands. All are differences in byte planes.
 */

import { headAndRest } from "./bytes.js";

/** Return the header, with the arrays of each track and the bytes of each picture in it. */
export function readTable(packed) {
  const [header, bytes] = headAndRest(packed);
  let offset = 0;
  const next = (size) => bytes.subarray(offset, (offset += size));
  const read = (dims, planes, passes) => {
    const size = product(dims);
    return summed(unplane(next(size * planes), size, planes), dims, passes);
  };
  for (const track of header.tracks) {
    const [stillCount, ...stillCode] = track.still;
    const [movingCount, ...movingCode] = track.moving;
    track.still = read([stillCount], ...stillCode);
    track.moving = read([...track.grid, movingCount], ...movingCode);
    track.step = movingCount;
    track.places = track.places && read([track.width], ...track.places);
  }
  header.pictures = new Map(header.pictures.map(([id, size]) => [id, next(size)]));
  return header;
}

function product(numbers) {
  return numbers.reduce((result, number) => result * number, 1);
}

function unplane(bytes, size, planes) {
  const table = new Int32Array(size);
  for (let plane = 0; plane < planes; plane++) {
    for (let i = 0; i < size; i++) table[i] |= bytes[plane * size + i] << (8 * plane);
  }
  for (let i = 0; i < size; i++) table[i] = (table[i] >>> 1) ^ -(table[i] & 1);
  return table;
}

/** Undo the differences, last pass first. The sums wrap around, as the differences did. */
function summed(table, dims, passes) {
  for (const [axis, stride] of [...passes].reverse()) {
    const inner = product(dims.slice(axis + 1));
    const block = dims[axis] * inner;
    const back = stride * inner;
    for (let outer = 0; outer < table.length; outer += block) {
      for (let i = outer + back; i < outer + block; i++) table[i] += table[i - back];
    }
  }
  return table;
}

/** Return a function from stops to the row of a track: its shape and its numbers. */
export function rowReader({ axes, grid, width, still, moving, step, places, shapes }) {
  const template = new Int32Array(width);
  const to = [], from = [];
  for (let column = 0; column < width; column++) {
    const place = places ? places[column] : column;
    if (place < still.length) template[column] = still[place];
    else from[to.push(column) - 1] = place - still.length;
  }
  let state = -1, row;
  return (stops) => {
    const before = state;
    state = axes.reduce((place, axis, i) => place * grid[i] + stops[axis], 0);
    if (state === before) return row;
    const numbers = template.slice();
    const start = state * step;
    for (let i = 0; i < to.length; i++) numbers[to[i]] = moving[start + from[i]];
    row = { shape: shapes[numbers[0]], numbers: numbers.subarray(1) };
    return row;
  };
}
