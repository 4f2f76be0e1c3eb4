/* Clips: what marks are cut off at, defined in a picture when it is first needed. */

import { one, svg } from "./elements.js";
import { outline } from "./paths.js";

/** Return a function that defines a clip, as livefig/page/svg.py does for the first state. */
export function definer(drawing, name) {
  const defs = one(drawing, "defs");
  const known = new Set(Array.from(defs.children, (clip) => clip.id));
  return (id, [rectangle, ...path]) => {
    const own = `${name}-clip${id}`;
    if (known.has(own)) return;
    known.add(own);
    const box = rectangle ? [boxOf(rectangle)] : [];
    if (!path.length) {
      defs.append(svg("clipPath", { id: own }, ...box));
      return;
    }
    const drawn = svg("path", { d: outline(...path) });
    if (rectangle) {
      defs.append(svg("clipPath", { id: own + "b" }, ...box));
      drawn.setAttribute("clip-path", `url(#${own}b)`);
    }
    defs.append(svg("clipPath", { id: own }, drawn));
  };
}

function boxOf(rectangle) {
  const [x, y, width, height] = rectangle.map((edge) => edge / 10);
  return svg("rect", { x, y, width, height });
}
