/* Marks as SVG: what livefig/page/svg.py writes as text, as attributes of an element.
 *
 * A view tells what a mark cannot know: `name` (of the explorer), `palette`, and `picture`, which
 * turns the number of a picture into an address.
 */

import { outline, spots } from "./paths.js";
import { join } from "./words.js";

const GREYS = -1000;
const EM = 10; // what letters are measured in [units]
const ANCHORS = { left: "start", center: "middle", right: "end" };
const WRITERS = { path, marks, text, image };

/**
 * Return what a mark looks like: tag, attributes, words, and the number of its clip (-1 for none).
 *
 * @param shape its kind, and what is compared from state to state
 * @param numbers what moves: colours, coordinates
 */
export function look([kind, ...shape], numbers, view) {
  const [clip, attributes, words = ""] = WRITERS[kind](shape, numbers, view);
  if (clip >= 0) attributes["clip-path"] = `url(#${view.name}-clip${clip})`;
  return [kind === "marks" ? "path" : kind, attributes, words, clip];
}

function path([commands, dash, cap, join, crisp], numbers, view) {
  const [lengths, offset] = dash.split(";");
  const attributes = painted(outline(commands, numbers, 6), numbers, crisp, view);
  if (lengths) attributes["stroke-dasharray"] = lengths;
  if (offset) attributes["stroke-dashoffset"] = offset;
  attributes["stroke-linecap"] = cap;
  attributes["stroke-linejoin"] = join;
  return [numbers[5], attributes];
}

function marks([letters, points, crisp], numbers, view) {
  return [numbers[5], painted(spots(letters, points, numbers, 6), numbers, crisp, view)];
}

function text([pattern, anchor, size, weight, style, family], numbers, view) {
  const [colour, opacity, clip, angle] = numbers;
  const x = units(numbers[4]), y = units(numbers[5]);
  const attributes = { x, y };
  fill(attributes, "fill", colour, opacity, view);
  attributes["text-anchor"] = ANCHORS[anchor];
  attributes["font-size"] = `${+(size / EM).toPrecision(6)}em`;
  if (weight) attributes["font-weight"] = weight;
  if (style) attributes["font-style"] = style;
  if (family) attributes["font-family"] = family;
  if (angle) attributes.transform = `rotate(${-angle / 10} ${x} ${y})`;
  return [clip, attributes, join(pattern, numbers, 6)];
}

function image([pixelated], numbers, view) {
  const [id, opacity, clip, ...box] = numbers;
  const [x, y, width, height] = box.map(units);
  const attributes = { x, y, width, height, preserveAspectRatio: "none", href: view.picture(id) };
  if (pixelated) attributes["image-rendering"] = "pixelated";
  if (opacity !== 255) attributes.opacity = share(opacity);
  return [clip, attributes];
}

function painted(d, numbers, crisp, view) {
  const attributes = { d };
  fill(attributes, "fill", numbers[0], numbers[1], view);
  fill(attributes, "stroke", numbers[2], numbers[3], view);
  if (numbers[3]) attributes["stroke-width"] = units(numbers[4]);
  if (crisp) attributes["shape-rendering"] = "crispEdges";
  return attributes;
}

function units(tenths) {
  return String(tenths / 10);
}

function fill(attributes, kind, code, opacity, view) {
  attributes[kind] = opacity ? cssColour(code, view.palette) : "none";
  if (opacity && opacity !== 255) attributes[kind + "-opacity"] = share(opacity);
}

function share(opacity) {
  return String(+(opacity / 255).toPrecision(3));
}

/** A colour below zero turns with the ground: a grey, or one that the palette names. */
function cssColour(code, palette) {
  if (code >= 0) return "#" + code.toString(16).padStart(6, "0");
  if (code <= GREYS) {
    const light = +((GREYS - code) / 2.55).toPrecision(4);
    return `color-mix(in srgb,var(--ml-ground,#fff) ${light}%,var(--ml-black,#000))`;
  }
  const [name, plain] = palette[-1 - code];
  return `var(--ml-${name},${plain})`;
}
