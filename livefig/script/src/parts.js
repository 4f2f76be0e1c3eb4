/* The parts of a figure that a page can do without; alone/parts.js stands in for them. */

export { dock, dockedName, present, undock } from "./dock.js";
export { Guess } from "./guess.js";
export { addHandles } from "./handles.js";
export { playersOf } from "./playing.js";
export { setWaiting } from "./waiting.js";
