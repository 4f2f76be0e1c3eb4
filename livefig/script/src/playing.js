/* Playing: a control goes from moment to moment by itself, or step by step, past what happens. */

import { all, html, on, one, set, svg, write } from "./elements.js";
import { say } from "./language.js";
import { still } from "./motion.js";
import { join } from "./words.js";

const FASTEST = 16; // between two moments [ms]
const CALM = 1000; // the same for a reader who wants no motion [ms]
const LINGER = 3; // how much longer it stays where something happens

/**
 * Let the controls of an explorer play.
 *
 * @param explorer what plays: its `stops`, `active`, `pending` and `go` are used
 * @returns `stop(axis)`, `playing()`, and `show(stops, frame)`, which tells what has just happened
 */
export function playersOf(root, controls, explorer) {
  const players = controls.map((control, axis) => playerOf(root, control, axis, explorer));
  return {
    stop: (axis) => players[axis]?.stop(),
    playing: () => players.some((player) => player?.playing()),
    show: (stops, frame) => players.map((player, axis) => player?.show(stops[axis], frame))
      .filter(Boolean).join(" "),
  };
}

function playerOf(root, control, axis, explorer) {
  const { name, label, texts, interval } = control;
  const button = one(root, `[data-play="${name}"]`);
  if (!button) return null;
  const speed = one(root, `[data-speed="${name}"]`);
  const loop = one(root, `[data-loop="${name}"]`);
  const steps = all(root, `[data-of="${name}"]`);
  const last = texts.length - 1;
  const way = wayOf(root, control, (moment) => move(moment));
  let runs = false, timer = 0;

  const move = (moment) => {
    stop();
    explorer.active = axis;
    explorer.go({ [axis]: Math.min(last, Math.max(0, moment)) });
  };
  const wait = () => {
    const pause = Math.max(still() ? CALM : FASTEST, interval / speed.value);
    clearTimeout(timer);
    timer = setTimeout(next, way.at(explorer.stops[axis]) ? LINGER * pause : pause);
  };
  const next = () => {
    const now = explorer.stops[axis];
    if (!root.isConnected || (now >= last && !loop.checked)) return stop();
    // A kernel that is slow is waited for.
    if (!explorer.pending) explorer.go({ [axis]: now >= last ? 0 : now + 1 });
    wait();
  };
  const call = (word, named) => {
    write(button, say(word));
    set(button, "aria-label", say(named, { what: label }));
  };
  const stop = () => {
    if (!runs) return;
    runs = false;
    clearTimeout(timer);
    call("Play", "Play {what}");
  };
  const toggle = () => {
    if (runs) return stop();
    runs = true;
    explorer.active = axis;
    call("Pause", "Pause {what}");
    explorer.go({ [axis]: explorer.stops[axis] >= last ? 0 : explorer.stops[axis] + 1 });
    wait();
  };
  on(button, "click", toggle);
  on(speed, "change", () => runs && wait());
  for (const step of steps) {
    on(step, "click", () => move(explorer.stops[axis] + +step.dataset.step));
  }
  on(one(root, `input[name="${name}"]`), "keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault(); // a page would scroll
    toggle();
  });
  return {
    stop,
    playing: () => runs,
    show(stop, frame) {
      for (const step of steps) {
        set(step, "aria-disabled", String(stop === (step.dataset.step < 0 ? 0 : last)));
      }
      return way.show(stop, frame.rows.get("=" + name));
    },
  };
}

/** What happens on the way: marks below the slider, and buttons that go there. */
function wayOf(root, { name, texts, happenings }, go) {
  const marks = one(root, `[data-marks="${name}"]`);
  const list = one(root, `[data-events="${name}"]`);
  let events = happenings, known = null, before = null, buttons = [];

  const mark = () => {
    marks.replaceChildren(...events.map(([moment]) => {
      const x = `${(100 * moment) / (texts.length - 1)}%`;
      return svg("line", { x1: x, x2: x, y1: 0, y2: "100%" });
    }));
    list.replaceChildren(...events.map(([moment, what]) => {
      const button = html("button", { type: "button", "data-moment": moment },
        html("span", { class: "ml-hidden" }, `${texts[moment]}: `), what);
      on(button, "click", () => go(moment));
      return button;
    }));
    buttons = all(list, "button");
  };
  return {
    /** Whether something happens at a moment. */
    at: (stop) => events.some(([moment]) => moment === stop),

    /** Show what has happened by now; return in words what was passed on the way here. */
    show(stop, row) {
      if (!list) return "";
      const told = row ? join(row.shape, row.numbers) : JSON.stringify(happenings);
      const same = told === known;
      if (!same) {
        known = told;
        events = JSON.parse(told);
        mark();
      }
      const latest = events.findLast(([moment]) => moment <= stop);
      events.forEach(([moment], index) => {
        const state = moment > stop ? "ahead" : events[index] === latest ? "latest" : "behind";
        marks.children[index].setAttribute("class", `ml-${state}`);
        buttons[index].className = `ml-${state}`;
        if (moment === stop) set(buttons[index], "aria-current", "step");
        else buttons[index].removeAttribute("aria-current");
      });
      const passed = events.filter(([moment]) => same && before < moment && moment <= stop);
      before = stop;
      return passed.map(([moment, what]) => `${texts[moment]}: ${what}.`).join(" ");
    },
  };
}
