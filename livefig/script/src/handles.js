/* Handles: things in the picture that can be dragged.
 *
 * Every handle has its labelled slider, which is how a keyboard moves it.
 */

import { on, set, svg } from "./elements.js";

const REACH = 26; // of a point [units of the picture]
const ACROSS = 18; // of a line, to both sides

/**
 * Put handles on top of a picture; return a function that places them for given stops.
 *
 * @param drags what the header tells of them
 * @param explorer what they move
 */
export function addHandles(picture, drags, explorer) {
  const { drawing, top } = picture;
  const held = new Map(); // by number of the pointer
  const axisOf = (keyword) => explorer.axisOf(keyword);
  const handles = drags.map((drag) => handleOf(drag, picture.groupOf(drag.artist), axisOf));
  const place = (stops) => handles.forEach((handle) => handle.place(stops));
  top.append(...handles.map((handle) => handle.group));

  const pointOf = ({ clientX, clientY }) =>
    new DOMPoint(clientX, clientY).matrixTransform(drawing.getScreenCTM().inverse());

  /** Let a pointer take the nearest grip, whichever element it hit. */
  on(top, "pointerdown", (event) => {
    if (event.button) return;
    const distances = handles.map((handle) => handle.distance(pointOf(event)));
    const least = Math.min(...distances);
    if (least === Infinity) return;
    const nearest = handles[distances.indexOf(least)];
    event.preventDefault();
    event.target.setPointerCapture(event.pointerId);
    nearest.group.classList.add("ml-held");
    held.set(event.pointerId, nearest);
  });

  on(top, "pointermove", (event) => {
    const changes = held.get(event.pointerId)?.stopsAt(pointOf(event)) ?? [];
    const moved = changes.filter(([axis, stop]) => explorer.stops[axis] !== stop);
    for (const [axis] of moved) explorer.take(axis);
    if (moved.length) explorer.go(Object.fromEntries(moved));
  });

  for (const end of ["pointerup", "pointercancel"]) {
    on(top, end, ({ pointerId }) => {
      held.get(pointerId)?.group.classList.remove("ml-held");
      held.delete(pointerId);
    });
  }

  // In a tab that is hidden nothing has a place yet.
  new ResizeObserver(() => place(explorer.stops)).observe(drawing);
  return place;
}

/** A handle, as a group: a point, or a line across the box of its axes with a grip at the edge. */
function handleOf(drag, artist, axisOf) {
  const ways = ["x", "y"].filter((way) => drag[way])
    .map((way) => ({ way, axis: axisOf(drag[way].control), places: drag[way].places }));
  const [{ way }] = ways;
  const both = ways.length === 2;
  const isPoint = both || artist;
  const kind = `ml-handle ml-handle-${both ? "both" : way}${artist ? " ml-on-artist" : ""}`;
  const waits = artist?.classList.contains("ml-waits") ? " ml-waits" : "";
  const group = svg("g", { class: kind + waits }, ...(isPoint ? pointParts() : lineParts(way, drag.box)));
  let at = { x: 0, y: 0 };
  let shown = true;

  function place(stops) {
    const box = artist && boxOf(artist);
    if (box) at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    shown = !artist || Boolean(box);
    set(group, "visibility", shown ? "visible" : "hidden");
    for (const { way, axis, places } of ways) at[way] = places[stops[axis]];
    set(group, "transform", `translate(${at.x} ${at.y})`);
  }

  /** How far a point is from the grip; one in reach of a point is nearer than to any line. */
  function distance({ x, y }) {
    if (isPoint) {
      const far = Math.hypot(x - at.x, y - at.y);
      return shown && far <= REACH ? far : Infinity;
    }
    const [left, top, right, bottom] = drag.box;
    const [off, along, first, last] = way === "x" ? [x - at.x, y, top, bottom]
      : [y - at.y, x, left, right];
    const far = Math.abs(off);
    const beside = along < first - ACROSS || along > last + ACROSS; // the grip lies across the edge
    return far <= ACROSS && !beside ? REACH + far : Infinity;
  }

  /** The nearest stop to a point, for each control. */
  const stopsAt = (point) => ways
    .map(({ way, axis, places }) => [axis, nearestTo(point[way], places)]);

  return { group, place, distance, stopsAt };
}

function pointParts() {
  return [svg("circle", { r: REACH }), svg("circle", { class: "ml-grip", r: 9 })];
}

function lineParts(way, [left, top, right, bottom]) {
  return way === "x" ? [
    svg("rect", { x: -ACROSS, y: top, width: 2 * ACROSS, height: bottom - top }),
    svg("circle", { class: "ml-grip", r: 6, cy: bottom }),
  ] : [
    svg("rect", { x: left, y: -ACROSS, width: right - left, height: 2 * ACROSS }),
    svg("circle", { class: "ml-grip", r: 6, cx: right }),
  ];
}

/** Return what a group fills, or nothing where it is empty or not shown. */
function boxOf(group) {
  try {
    return group.firstChild && group.getBBox();
  } catch {
    return null; // so some browsers answer while the picture is hidden
  }
}

function nearestTo(place, places) {
  const distances = places.map((known) => Math.abs(known - place));
  return distances.indexOf(Math.min(...distances));
}
