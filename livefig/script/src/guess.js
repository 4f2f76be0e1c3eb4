/* A guess: the question that a figure asks before it tells, and what becomes of the answer. */

import { all, enable, on, one, set, write } from "./elements.js";
import { say } from "./language.js";
import { linesIn, pointerIn, valueAt } from "./pointing.js";
import { readNumber, verdict, written } from "./verdict.js";
import { keep, openFolds, recall, setWaiting } from "./waiting.js";
import { GROUPED, join, writeNumber } from "./words.js";

const TRUTH = "=?"; // the row with the answer, where each state has its own
const NO_NUMBER = "Type a number, such as {decimal} or {large}.";
const NO_CHOICE = "Choose an answer first.";

export class Guess {
  /** @param explorer the figure that asks */
  constructor(explorer) {
    const { root, header, picture } = explorer;
    Object.assign(this, { explorer, root, asked: header.guess });
    this.form = one(root, ".ml-guess");
    this.part = (name) => one(this.form, ".ml-" + name);
    this.inputs = all(this.form, "input");
    const { told } = recall(root);
    this.told = told ? { ...told, ...(this.asked.at && this.answer()) } : null;
    this.draw = this.asked.axis ? linesIn(picture, this.asked.axis) : () => {};
    if (this.asked.kind === "point") this.addPointer();
    enable(this.form); // the answer is known, even where a kernel is still busy or gone
    this.form.hidden = false;
    setWaiting(root, !this.told);
    on(this.form, "submit", (event) => {
      event.preventDefault();
      this.commit();
    });
    on(this.form, "input", () => this.answered());
    on(this.part("show"), "click", () => this.tell({}, true));
    on(this.part("anew"), "click", () => this.ask());
    this.render();
  }

  /** Tell whether a readout waits. */
  holds(key) {
    return !this.told && !this.onPaper && this.asked.waits.includes(key);
  }

  /** Tell whether a layer of the picture waits. */
  holdsLayer(name) {
    return !this.told && this.explorer.picture.groupOf(name)?.classList.contains("ml-waits");
  }

  /** On paper nothing waits: nobody can commit there. */
  print(begins) {
    this.onPaper = begins;
    this.explorer.showReadouts();
  }

  /** Let a line in the picture and the slider move each other. */
  addPointer() {
    const [slider] = this.inputs;
    const { axis } = this.asked;
    const put = pointerIn(this.explorer.picture, axis, +slider.value, (place) => {
      slider.value = place;
      this.answered();
    });
    this.point = () => {
      this.place(this.explorer.stops);
      const text = written(valueAt(axis, +slider.value), this.asked);
      set(slider, "aria-valuetext", text);
      write(this.part("value"), text);
      put(+slider.value);
    };
    this.point();
  }

  answered() {
    write(this.part("problem"), "");
    this.point?.();
  }

  /** What is answered so far; undefined where it is no answer. */
  read() {
    const [input] = this.inputs;
    const { kind, axis } = this.asked;
    if (kind === "choice") {
      const index = this.inputs.findIndex(({ checked }) => checked);
      return index < 0 ? undefined : index;
    }
    if (kind === "point") return valueAt(axis, +input.value);
    const number = readNumber(input.value, this.asked);
    return Number.isNaN(number) ? undefined : number;
  }

  commit() {
    const guess = this.read();
    if (guess !== undefined) return this.tell({ guess }, true);
    write(this.part("problem"), this.asked.kind === "choice" ? say(NO_CHOICE) : say(NO_NUMBER, {
      decimal: writeNumber(5, 1, 0), large: writeNumber(1250, 0, GROUPED),
    }));
    this.inputs[0].focus();
  }

  /** Tell the answer, and show the state that was asked about if the reader asked for it. */
  tell(told, here) {
    if (this.told) return;
    const { explorer, asked } = this;
    const focused = this.form.contains(document.activeElement);
    this.told = { ...told, ...this.answer(told.guess) };
    keep(this.root, { told: this.told });
    setWaiting(this.root, false);
    this.render();
    explorer.showReadouts();
    if (here) {
      openFolds(this.root);
      explorer.news = verdict(asked, this.told);
      if (this.root.dataset.alive === "true") explorer.go(asked.at ?? []);
    }
    if (focused) this.part("anew").focus({ preventScroll: true });
  }

  /** The answer: asked about one state, or about the one that is shown. */
  answer(guess) {
    const { asked, explorer: { frame, stops } } = this;
    if (asked.at) return { stops: asked.at, truth: asked.truth, text: asked.text };
    if (guess === undefined) return { stops }; // what is shown says it
    const told = (key, ...marks) => {
      const row = frame.rows.get(key);
      return row && join(row.shape, row.numbers, 0, ...marks);
    };
    const text = told("=" + asked.readout) ?? asked.text;
    return { stops, truth: parseFloat(told(TRUTH, (mark) => mark)), text };
  }

  /** Ask once more. */
  ask() {
    this.told = null;
    keep(this.root, {});
    setWaiting(this.root, true);
    this.form.reset();
    this.point?.();
    this.render();
    this.explorer.showReadouts();
    this.inputs[0].focus({ preventScroll: true });
  }

  /** A link or an address leads into the figure: it tells, unless the figure itself wrote it. */
  follow(fragment, opening) {
    if (!opening || recall(this.root).hash !== fragment) this.tell({}, false);
  }

  /** The figure has written an address that says nothing about the answer. */
  wrote(fragment) {
    if (!this.told) keep(this.root, { hash: fragment });
  }

  render() {
    const { asked, told } = this;
    const choosing = asked.kind === "choice";
    this.part("asking").disabled = Boolean(told);
    this.part("asking").hidden = Boolean(told) && !choosing;
    for (const name of ["commit", "show"]) this.part(name).hidden = Boolean(told);
    this.part("anew").hidden = !told;
    write(this.part("problem"), "");
    write(this.part("verdict"), told ? verdict(asked, told) : "");
    if (choosing) this.inputs.forEach((input, index) => this.mark(input, index));
    this.place(this.explorer.stops);
  }

  /** Mark a choice that was made, and the one that is right. */
  mark(input, index) {
    const { asked, told } = this;
    const marks = told ? [index === told.guess && say("your guess"),
      asked.choices[index] === told.text && say("the answer")].filter(Boolean) : [];
    const label = input.nextElementSibling;
    label.dataset.mark = marks.length ? ` (${marks.join(", ")})` : "";
    if (told) input.checked = index === told.guess;
  }

  /** Draw guess and answer beside each other in the state that was asked about. */
  place(stops) {
    const { told } = this;
    const guess = told ? told.guess : this.point && this.read();
    const there = !told || told.stops.every((stop, axis) => stop === stops[axis]);
    const lines = [[guess, "ml-guessed", say("your guess")],
      [told?.truth, "ml-truth", say("answer")]];
    this.draw(lines.filter(([value]) => there && Number.isFinite(value)));
  }
}
