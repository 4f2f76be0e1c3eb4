/* One explorer: its state, and all that shows the state or changes it. */

import { fragmentOf, parseSettings } from "./address.js";
import { listenToControls } from "./controls.js";
import { all, enable, on, one, write } from "./elements.js";
import { enlist } from "./links.js";
import { later } from "./motion.js";
import { addHandles, Guess, playersOf } from "#parts";
import { pictureIn } from "./picture.js";
import { tablesOf } from "./tables.js";
import { keepReadable } from "./view.js";
import { UNTOLD } from "./waiting.js";
import { join } from "./words.js";

export class Explorer {
  /**
   * @param root the <figure>
   * @param header what Python tells of it
   * @param source answers what is seen at given stops
   * @param choose called with the stops that a reader wants; answers with show(), now or later
   */
  constructor(root, header, source, choose) {
    const { name, controls } = header;
    Object.assign(this, { root, header, name, source, choose });
    this.stops = controls.map((control) => control.start);
    this.active = 0; // the control that was moved last: tables follow it
    this.touched = false; // nothing is spoken before a reader does something
    this.frame = null; // what is seen now
    this.inAddress = false; // whether the address of the page holds its state
    this.pending = false; // whether what was chosen is still to be shown
    this.news = ""; // what has happened since anything was spoken
    this.outputs = new Map(all(root, "output[name]").map((output) => {
      output.setAttribute("aria-live", "off"); // one polite voice speaks for all: see speak()
      return [output.getAttribute("name"), output];
    }));
    this.picture = pictureIn(one(root, ".ml-picture svg"), name, header.palette);
    keepReadable(root, this.picture.drawing);
    this.placeHandles = addHandles(this.picture, header.drags, this);
    this.placeControls = listenToControls(root, controls, (axis, stop) => {
      this.take(axis);
      this.go({ [axis]: stop });
    });
    this.players = playersOf(root, controls, this);
    this.tabulate = tablesOf(root, this);
    this.guess = header.guess && new Guess(this);
    this.news = ""; // said once, before the readouts
    on(one(root, ".ml-form"), "submit", (event) => event.preventDefault());
    for (const button of all(root, "[data-preset]")) {
      on(button, "click", () => this.setStops(header.presets[button.dataset.preset]));
    }
    on(one(root, ".ml-reset"), "click", () => {
      this.rest();
      this.go(controls.map((control) => control.start));
    });
  }

  /** Let a reader move the controls, and links find them. */
  wake() {
    enlist(this);
    enable(this.root);
    this.root.dataset.alive = "true";
    tell(this.root, "");
  }

  /** Let nothing play. */
  rest() {
    this.stops.forEach((_, axis) => this.players.stop(axis));
  }

  axisOf(keyword) {
    return this.header.controls.findIndex((control) => control.name === keyword);
  }

  /** A reader has taken a control in hand. */
  take(axis) {
    this.active = axis;
    this.players.stop(axis);
  }

  /** Move some controls, named by number, to other stops. */
  go(changes) {
    this.touched = this.pending = true;
    this.choose(Object.assign([...this.stops], changes));
  }

  /** Move some controls, named by keyword, to other stops. */
  setStops(byKeyword) {
    this.go(Object.fromEntries(
      Object.entries(byKeyword).map(([keyword, stop]) => [this.axisOf(keyword), stop])
    ));
  }

  /** Show what is seen at given stops. */
  show(stops, frame) {
    this.frame = frame;
    this.pending = false;
    this.picture.show(frame);
    this.showReadouts();
    this.stand(stops);
    const news = this.players.show(stops, frame);
    // While it plays, events alone are spoken; then the sentence, with what happened before it.
    if (this.players.playing()) write(one(this.root, ".ml-spoken"), news);
    else if (news) this.news = news;
    later(this, "speaking", 500, () => this.speak());
  }

  /** Write what is read; a question mark where it waits for a guess. */
  showReadouts() {
    for (const [key, output] of this.outputs) {
      const row = this.frame.rows.get("=" + key);
      if (row) write(output, this.guess?.holds(key) ? UNTOLD : join(row.shape, row.numbers));
    }
    later(this, "tabulating", 120, this.tabulate);
  }

  /** Let controls and handles stand at given stops. */
  stand(stops) {
    this.stops = [...stops];
    this.placeControls(stops);
    this.placeHandles(stops);
    this.guess?.place(stops);
  }

  speak() {
    if (!this.touched) return;
    if (this.players.playing()) return later(this, "speaking", 500, () => this.speak());
    const written = one(this.root, ".ml-sentence");
    const list = this.header.readouts
      .map(([key, label]) => `${label}: ${this.outputs.get(key)?.textContent}`);
    const told = written ? written.textContent : list.join(", ");
    write(one(this.root, ".ml-spoken"), [this.news, told].filter(Boolean).join(" "));
    this.news = "";
  }

  /** The present state as a fragment of an address. */
  hash() {
    return fragmentOf(this.name, this.header.controls, this.stops);
  }

  /** The stops named in "keyword=value&...", by number of the control; null if one is unknown. */
  parse(settings) {
    return parseSettings(this.header.controls, settings);
  }
}

/** Say something below the controls, or nothing. */
export function tell(root, sentence) {
  const place = one(root, ".ml-waiting");
  place.hidden = !sentence;
  place.textContent = sentence;
}
