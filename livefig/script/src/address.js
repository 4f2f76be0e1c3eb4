/* The address: a state as `#NAME:keyword=value&...`, and such a text as a state. */

/** Return the fragment that names a state. */
export function fragmentOf(name, controls, stops) {
  const parts = controls.map((control, axis) => {
    const value = control.values[stops[axis]];
    const isText = value === null || typeof value === "string";
    const text = isText ? textsOf(control)[stops[axis]] : value;
    return `${control.name}=${encodeURIComponent(plain(text))}`;
  });
  return `#${name}:${parts.join("&")}`;
}

/** Split a fragment into the name of an explorer and its settings; both may be undefined. */
export function splitFragment(fragment) {
  const [, name, settings] = /^#([^:]+):(.+)$/s.exec(fragment) ?? [];
  return { name: decode(name), settings };
}

/** Return the stops of "keyword=value&...", by number of the control; null if one is unknown. */
export function parseSettings(controls, settings) {
  const changes = {};
  for (const part of settings.split("&")) {
    const [keyword, value] = part.split(/=(.*)/s).map(decode);
    const axis = controls.findIndex((control) => control.name === keyword);
    const stop = axis < 0 || value === undefined ? -1 : findStop(controls[axis], value);
    if (stop < 0) return null;
    changes[axis] = stop;
  }
  return changes;
}

/** Undo the percent signs of an address; undefined where they are none. */
function decode(text) {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** A text as a person types it: the page has a true minus, and spaces at which no line ends. */
function plain(text) {
  return `${text}`.replace(/\u2212/g, "-").replace(/\s+%/g, "%").replace(/\s/g, " ");
}

/** The texts of a control as addresses have them: English, so that links outlive a translation. */
function textsOf({ addressed, texts }) {
  return addressed ?? texts;
}

function findStop(control, text) {
  const { values } = control;
  const exact = textsOf(control).findIndex((known, stop) => plain(known) === plain(text) ||
    (values[stop] !== null && String(values[stop]).toLowerCase() === text.toLowerCase()));
  const number = text.trim() ? Number(text) : NaN;
  if (exact >= 0 || !isFinite(number)) return exact;
  return values.findIndex((value) => typeof value === "number" &&
    Math.abs(value - number) <= 1e-9 * Math.max(Math.abs(value), Math.abs(number)));
}
