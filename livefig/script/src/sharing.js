/* Buttons for a figure as a whole: copy a link to its state, fill the screen with it. */

import { html, on, one, write } from "./elements.js";
import { say } from "./language.js";
import { undock } from "#parts";

const TOLD = 2000; // [ms]

/** Add the buttons that this place can serve; `hash` tells the state, where an address holds it. */
export function addTools(root, hash) {
  one(root, ".ml-tools")?.remove(); // of a page that was saved while it was alive
  const tools = html("div", { class: "ml-tools" });
  if (hash && location.protocol !== "about:") tools.append(copyButton(root, hash));
  if (document.fullscreenEnabled) tools.append(fullScreenButton(root));
  if (tools.firstChild) one(root, ".ml-body").append(tools);
}

function copyButton(root, hash) {
  const usual = say("Copy link to this state");
  const button = html("button", { type: "button" }, usual);
  on(button, "click", async () => {
    const address = location.href.split("#")[0] + hash();
    one(root, ".ml-address")?.remove();
    try {
      await navigator.clipboard.writeText(address);
      for (const place of [button, one(root, ".ml-spoken")]) write(place, say("Link copied"));
      setTimeout(() => write(button, usual), TOLD);
    } catch {
      // No clipboard for this page: the reader copies it herself.
      const field = html("input", {
        class: "ml-address", readonly: "", "aria-label": say("Link to this state"), value: address,
      });
      button.after(field);
      field.select();
    }
  });
  return button;
}

function fullScreenButton(root) {
  const button = html("button", { type: "button" }, say("Full screen"));
  on(button, "click", () => {
    undock();
    if (document.fullscreenElement) document.exitFullscreen();
    else root.requestFullscreen();
  });
  on(root, "fullscreenchange", () =>
    write(button, say(root.matches(":fullscreen") ? "Leave full screen" : "Full screen")));
  return button;
}
