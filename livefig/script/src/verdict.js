/* Verdicts: a guess and the answer in words, and what a reader typed as a number. */

import { say } from "./language.js";
import { GROUPED, TRUE_MINUS, writeNumber } from "./words.js";

const LARGEST = 1e12;
const RATIO = 2; // from here on, a number is told as so many times another

/** Read what was typed, with its unit or without; NaN where it is no number. */
export function readNumber(text, { unit, percent }) {
  let digits = text.replace(/\u2212/g, "-").replace(/[\s'\u2019]/g, "");
  const written = unit.replace(/\s/g, "");
  if (written && digits.endsWith(written)) digits = digits.slice(0, -written.length);
  const between = new RegExp(`\\${say(",")}(?=\\d{3}(?!\\d))`, "g");
  digits = digits.replace(between, "").replace(say("."), ".");
  const isNumber = /^[-+]?(\d+\.?\d*|\.\d+)$/.test(digits) && Math.abs(digits) < LARGEST;
  return isNumber ? +(percent ? digits / 100 : +digits).toPrecision(12) : NaN;
}

/** Write a number as a reader would, with its unit. */
export function written(value, { unit, percent }) {
  const number = String(+(percent ? 100 * value : value).toPrecision(12));
  return plain(number) + (unit && "\u00a0" + unit);
}

/** Say what was guessed, what is true, how far apart they are, and what may have misled. */
export function verdict(asked, { guess, truth, text, choice }) {
  if (guess === undefined) {
    const answer = asked.kind === "choice" ? quoted(text) : text;
    return text === undefined ? "" : say("It is {answer}.", { answer });
  }
  const told = asked.kind === "choice"
    ? chosen(asked.choices[guess], text) : measured(guess, truth, text, asked);
  const value = asked.kind === "choice" ? asked.choices[guess] : guess;
  const misled = asked.kind === "choice" || !isRight(guess, truth, text, asked);
  const reason = asked.reasons.find(([low, high]) => misled && within(value, low, high));
  return reason ? `${told} ${reason[2]}` : told;
}

function chosen(said, text) {
  return answered(quoted(said), said !== text && quoted(text));
}

function measured(guess, truth, text, asked) {
  const said = written(guess, asked);
  if (isRight(guess, truth, text, asked)) return answered(said);
  return answered(said, Number.isFinite(truth) ? `${text}: ${distance(guess, truth, asked)}` : text);
}

function answered(said, answer) {
  return answer ? say("You said {said}, it is {answer}.", { said, answer })
    : say("You said {said}: right.", { said });
}

/** As near as the answer is written, or as a point can be set. */
function isRight(guess, truth, text, { axis, kind, percent }) {
  const decimals = new RegExp(`\\${say(".")}(\\d+)`).exec(text)?.[1].length ?? 0;
  let near = 0.5 * 10 ** -decimals / (percent ? 100 : 1);
  if (kind === "point") {
    near = Math.max(near, axis.log ? truth * (axis.step - 1) : axis.step);
  }
  return Math.abs(guess - truth) <= near * (1 + 1e-9);
}

function distance(guess, truth, { unit, percent }) {
  const way = say(guess > truth ? "too high" : "too low");
  const off = Math.abs(guess - truth);
  if (unit === "%") {
    const points = short(percent ? 100 * off : off);
    return `${say("{points} percentage points", { points })} ${way}`;
  }
  if (guess * truth <= 0) return `${short(off)}${unit && "\u00a0" + unit} ${way}`;
  const ratio = guess / truth;
  if (ratio >= RATIO) return say("{ratio} times as much", { ratio: short(ratio) });
  const share = Math.round(100 * off / Math.abs(truth));
  return `${share ? share : say("less than 1")}\u00a0% ${way}`;
}

/** A number stands for itself within a hundredth. */
function within(value, low, high) {
  if (low !== high || typeof value === "string") return value >= low && value <= high;
  return Math.abs(value - low) <= 0.01 * Math.abs(low);
}

/** Two digits, and all before the point. */
function short(number) {
  return plain(String(number >= 100 ? Math.round(number) : +number.toPrecision(2)));
}

function plain(number) {
  const decimals = /e-(\d+)/.test(number) ? 12 : number.split(".")[1]?.length ?? 0;
  return writeNumber(Math.round(number * 10 ** decimals), decimals, GROUPED | TRUE_MINUS);
}

function quoted(text) {
  return say("\u201c{text}\u201d", { text });
}
