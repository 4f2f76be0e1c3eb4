/* Playing: a control goes from stop to stop by itself. */

import { on, one, set, write } from "./elements.js";
import { still } from "./motion.js";

const FASTEST = 16; // between two stops [ms]

/**
 * Listen to the buttons that play; return a function that stops a control, given its number.
 *
 * @param explorer what plays: its `stops`, `active` and `go` are used
 */
export function listenToPlay(root, controls, explorer) {
  const stops = controls.map(({ name, label, texts, interval }, axis) => {
    const button = one(root, `[data-play="${name}"]`);
    if (!button) return () => {};
    const speed = one(root, `[data-speed="${name}"]`);
    const loop = one(root, `[data-loop="${name}"]`);
    const last = texts.length - 1;
    let timer = 0;

    /** Go one stop on, and behind the last to the first; tell whether there was somewhere to go. */
    const step = (round) => {
      const now = explorer.stops[axis];
      if (now >= last && !round) return false;
      explorer.go({ [axis]: now >= last ? 0 : now + 1 });
      return true;
    };
    const run = () => {
      clearInterval(timer);
      timer = setInterval(() => {
        if (!root.isConnected || !step(loop.checked)) stop();
      }, Math.max(FASTEST, interval / speed.value));
    };
    const call = (word) => {
      write(button, word);
      set(button, "aria-label", `${word} ${label}`);
    };
    const stop = () => {
      if (!timer) return;
      clearInterval(timer);
      timer = 0;
      call("Play");
    };
    const toggle = () => {
      explorer.active = axis;
      if (timer) return stop();
      const wantsNoMotion = still();
      if (wantsNoMotion || explorer.stops[axis] >= last) step(true);
      if (wantsNoMotion) return; // one step at a press
      run();
      call("Pause");
    };
    on(button, "click", toggle);
    on(speed, "change", () => timer && run());
    return stop;
  });
  return (axis) => stops[axis]();
}
