/* The table of recorded states, unpacked: the other half of livefig/packing.py.
 *
 * Columns that never change are kept as one row, those that do as a table over the states, and
 * equal columns once; `places` tells where each stands. All are differences, the small ones in fields
 * of a few bits, the large ones in byte planes.
 */

import { headAndRest } from "./bytes.js";

/** Return the header, with the arrays of each track and the bytes of each picture in it. */
export function readTable(packed) {
  const [header, bytes] = headAndRest(packed);
  let offset = 0;
  const next = (size) => bytes.subarray(offset, (offset += size));
  const read = (dims, planes, passes, bits) => {
    const numbers = new Int32Array(product(dims));
    const large = unfield(next(Math.ceil((numbers.length * bits) / 8)), numbers, bits);
    unplane(next(large.length * planes), numbers, large);
    return summed(numbers, dims, passes);
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

/** Take numbers from fields of some bits; return the places of those that fill theirs: all without. */
function unfield(bytes, numbers, bits) {
  const full = (1 << bits) - 1;
  const large = [];
  for (let i = 0; i < numbers.length; i++) {
    const bit = i * bits;
    numbers[i] = (bytes[bit >> 3] >> (bit & 7)) & full;
    if (numbers[i] === full) large.push(i);
  }
  return large;
}

/** Add to numbers what byte planes hold for those that are large, and give all their signs. */
function unplane(bytes, numbers, large) {
  for (let start = 0, shift = 0; start < bytes.length; start += large.length, shift += 8) {
    for (let i = 0; i < large.length; i++) numbers[large[i]] += bytes[start + i] << shift;
  }
  for (let i = 0; i < numbers.length; i++) numbers[i] = (numbers[i] >>> 1) ^ -(numbers[i] & 1);
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
