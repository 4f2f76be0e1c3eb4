/* Bytes: where the packed states are found, and how they come out of base64 and gzip. */

import { say } from "./language.js";
import { GROUPED, writeNumber } from "./words.js";

const ASIDE = "Its states lie in a file beside this page; open the page from a server to move it.";
const OLD = "This browser is too old to move it.";

/** Return the packed bytes that an element holds, or those of the file that it names. */
export async function packedBytes(element, tell) {
  const address = element.dataset.src;
  if (!address) return fromBase64(element.textContent);
  if (location.protocol === "file:") throw new Error(say(ASIDE));
  tell(waiting(+element.dataset.bytes));
  try {
    const answer = await fetch(address);
    if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
  } catch {
    // The sentence below says what a reader can do.
  }
  throw new Error(say(ASIDE));
}

function waiting(bytes) {
  if (!bytes) return say("Waiting for the states.");
  const size = bytes < 1e5 ? `${Math.ceil(bytes / 1e3)} kB`
    : `${writeNumber(Math.round(bytes / 1e5), 1, GROUPED)} MB`;
  return say("Waiting for {size} of states.", { size });
}

export async function gunzip(bytes) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes; // a server has unpacked it on the way
  if (typeof DecompressionStream === "undefined") throw new Error(say(OLD));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Read JSON and the bytes behind it; four bytes in front tell how long the JSON is. */
export function headAndRest(bytes) {
  const end = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  return [JSON.parse(new TextDecoder().decode(bytes.subarray(4, end))), bytes.subarray(end)];
}

function fromBase64(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

/** Return a picture as an address that holds it; WebP begins with "RIFF", all others are PNG. */
export function pictureAddress(base64) {
  return `data:image/${base64.startsWith("UklG") ? "webp" : "png"};base64,${base64}`;
}

export function toBase64(bytes) {
  let letters = "";
  for (let i = 0; i < bytes.length; i += 8192) {
    letters += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return btoa(letters);
}
