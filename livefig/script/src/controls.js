/* Controls: native inputs, and at which stop each stands. */

import { all, on, one, set, write } from "./elements.js";

/**
 * Listen to the inputs of an explorer; return a function that lets them stand at given stops.
 *
 * @param controls what the header tells of each control
 * @param choose called with the number of a control and the stop that a reader set
 */
export function listenToControls(root, controls, choose) {
  const shows = controls.map((control, axis) => {
    const inputs = all(root, `[name="${control.name}"]:not(output)`);
    const twoEnded = control.kind === "range";
    const { stopOf, place } = (twoEnded ? pairOfInputs : singleInput)(control, inputs);
    const frame = inputs[0]?.closest(".ml-slider");
    const value = frame && one(frame, ".ml-value");
    for (const input of inputs) on(input, "input", () => choose(axis, stopOf(input)));
    return (stop) => {
      for (const input of inputs) place(input, stop);
      if (value) write(value, control.texts[stop]);
    };
  });
  return (stops) => shows.forEach((show, axis) => show(stops[axis]));
}

/** How inputs that stand at one stop are read and placed. */
function singleInput({ texts, low, step }) {
  const stopOf = (input) => {
    if (input.type === "checkbox") return input.checked ? 1 : 0;
    return input.type === "range" ? Math.round((input.value - low) / step) : +input.value;
  };
  const place = (input, stop) => {
    if (input.type === "checkbox") {
      input.checked = stop === 1;
    } else if (input.type === "radio") {
      input.checked = +input.value === stop;
    } else if (input.type === "range") {
      if (stopOf(input) !== stop) input.value = low + stop * step;
      set(input, "aria-valuetext", texts[stop]);
    } else {
      input.value = stop;
    }
  };
  return { stopOf, place };
}

/** The same for two inputs, whose stops are all pairs of ends: (0, 0), (0, 1), ..., (1, 1), ... */
function pairOfInputs({ ends }, inputs) {
  const pairs = ends.flatMap((_, low) => ends.slice(low).map((_, more) => [low, low + more]));
  const stopOf = (input) => {
    const places = inputs.map((end) => +end.value);
    // An end that is moved beyond the other pushes it along.
    if (places[0] > places[1]) places.fill(+input.value);
    return pairs.findIndex((pair) => pair.join() === places.join());
  };
  const place = (input, stop) => {
    const end = pairs[stop][input.dataset.end];
    if (+input.value !== end) input.value = end;
    set(input, "aria-valuetext", ends[end]);
  };
  return { stopOf, place };
}
