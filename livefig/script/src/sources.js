/* Sources answer "what is seen at these stops?": on a page the recorded table, else the kernel.
 *
 * An answer has `rows` (for each layer and each readout its shape and its numbers), `layers` (their
 * names from the bottom up, or null where the order stays), `clips`, and `picture`, which turns the
 * number of a picture into an address.
 */

import { headAndRest, pictureAddress, toBase64 } from "./bytes.js";
import { rowReader } from "./table.js";

const ORDER = "~order";

export function recordedSource(header) {
  const readers = header.tracks.map((track) => [track.name, rowReader(track)]);
  const addresses = new Map();
  const picture = (id) => {
    if (!addresses.has(id)) addresses.set(id, pictureAddress(toBase64(header.pictures.get(id))));
    return addresses.get(id);
  };
  return {
    /** What is seen at some stops; with `prefix`, only what has a name that begins so. */
    look(stops, prefix = "") {
      const rows = new Map();
      for (const [name, read] of readers) {
        if (name.startsWith(prefix)) rows.set(name, read(stops));
      }
      const order = rows.get(ORDER);
      const layers = order ? Array.from(order.numbers, (index) => header.layers[index]) : null;
      return { rows, layers, clips: header.clips, picture };
    },
    /** Let the browser decode all pictures, one after the other, so that no move flashes. */
    async prepare() {
      if (header.pictures.size < 2) return;
      this.decoded = [];
      for (const id of header.pictures.keys()) {
        const image = new Image();
        image.src = picture(id);
        this.decoded.push(image); // what is let go may have to be decoded again
        await image.decode().catch(() => {});
        await new Promise((go) => (globalThis.requestIdleCallback ?? setTimeout)(go));
      }
    },
  };
}

/** Read what the kernel sends: the length of the JSON, the JSON, then the numbers of all rows. */
export function readFrame(view) {
  const [head, rest] = headAndRest(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  const numbers = new Int32Array(rest.slice().buffer); // a copy, which begins where integers may
  const rows = new Map();
  let offset = 0;
  for (const [name, shape, count] of head.rows) {
    rows.set(name, { shape, numbers: numbers.subarray(offset, offset + count) });
    offset += count;
  }
  return { ...head, rows, picture: (id) => pictureAddress(head.pictures[id]) };
}

export function kernelSource(model) {
  const waiting = new Map();
  let asked = 0;
  return {
    /** Promise what is seen at some stops; null where the kernel could not draw it. */
    look: (stops) => new Promise((answer) => {
      waiting.set(++asked, answer);
      model.send({ id: asked, stops });
    }),
    hear(content, buffers) {
      waiting.get(content.id)?.(buffers?.length ? readFrame(buffers[0]) : null);
      waiting.delete(content.id);
    },
  };
}
