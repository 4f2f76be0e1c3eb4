/* Words with numbers in them, written as livefig/words.py writes them. */

import { say } from "./language.js";

export const GROUPED = 1;
export const TRUE_MINUS = 2;

/** Write an integer with so many decimals: 189474 with 1 decimal and GROUPED is "18,947.4". */
export function writeNumber(number, decimals, flags, mark = say) {
  const digits = String(Math.abs(number)).padStart(decimals + 1, "0");
  const point = digits.length - decimals;
  let whole = digits.slice(0, point);
  if (flags & GROUPED) whole = whole.replace(/\B(?=(\d{3})+$)/g, mark(","));
  const sign = number >= 0 ? "" : flags & TRUE_MINUS ? "\u2212" : "-";
  return sign + whole + (decimals ? mark(".") + digits.slice(point) : "");
}

/** Put words and numbers together; a part that is no string is [decimals, flags] of a number. */
export function join(pattern, numbers, start = 0, mark = say) {
  let next = start;
  return pattern.map((part) => (typeof part === "string" ? part
    : writeNumber(numbers[next++], ...part, mark))).join("");
}
