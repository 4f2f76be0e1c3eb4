/* Coordinates as the `d` of a path, written as livefig/page/svg.py writes them. */

export const GAP = -(2 ** 30);
const POINTS = { M: 1, L: 1, Q: 2, C: 3, Z: 0 };
const KNOWN = 2 ** 16;
const written = new Array(KNOWN);

/** Write hundredths of a unit as units. Most numbers come often, and looking up is faster. */
function units(hundredths) {
  if (!(hundredths >= 0 && hundredths < KNOWN)) return String(hundredths / 100);
  return (written[hundredths] ??= String(hundredths / 100));
}

/** Commands and coordinates in tenths of a unit; "lines" and "rings" are broken by gaps. */
export function outline(commands, numbers, start = 0) {
  const lines = commands === "lines";
  return lines || commands === "rings" ? straight(numbers, start, lines ? "" : "Z")
    : spelled(commands, numbers, start);
}

function straight(numbers, start, close) {
  let d = "";
  let open = false;
  for (let i = start; i < numbers.length; i += 2) {
    if (numbers[i] === GAP) {
      if (open) d += close;
      open = false;
    } else {
      d += (open ? "L" : "M") + units(10 * numbers[i]) + " " + units(10 * numbers[i + 1]);
      open = true;
    }
  }
  return open ? d + close : d;
}

function spelled(letters, numbers, start) {
  let d = "";
  let i = start;
  for (const letter of letters) {
    d += letter;
    for (let k = POINTS[letter]; k > 0; k--, i += 2) {
      d += units(10 * numbers[i]) + " " + units(10 * numbers[i + 1]) + (k > 1 ? " " : "");
    }
  }
  return d;
}

/**
 * A marker's outline, put at each place.
 *
 * @param letters commands of the outline
 * @param points its coordinates in thousandths of the scale
 * @param numbers from `start` on the scale in hundredths of a unit, then places in tenths
 */
export function spots(letters, points, numbers, start) {
  // A place is a whole number of hundredths, so the outline can be rounded once for all of them.
  const offsets = points.map((point) => Math.floor((point * numbers[start]) / 1000 + 0.5));
  const shape = fromItsStart(letters, offsets);
  let d = "";
  for (let i = start + 1; i < numbers.length; i += 2) {
    if (numbers[i] === GAP) continue;
    d += `M${units(10 * numbers[i] + offsets[0])} ${units(10 * numbers[i + 1] + offsets[1])}${shape}`;
  }
  return d;
}

/** All of an outline but its first point, each command from where the last one ended. */
function fromItsStart(letters, offsets) {
  let [x, y] = offsets;
  let begin = [x, y];
  let d = "";
  let next = 2;
  for (const letter of letters.slice(1)) {
    const away = [];
    for (const end = next + 2 * POINTS[letter]; next < end; next += 2) {
      away.push(units(offsets[next] - x) + " " + units(offsets[next + 1] - y));
    }
    d += letter.toLowerCase() + away.join(" ");
    [x, y] = letter === "Z" ? begin : offsets.slice(next - 2, next);
    if (letter === "M") begin = [x, y];
  }
  return d;
}
