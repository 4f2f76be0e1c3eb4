/* The dock: a picture that is out of sight follows the reader who moves it from the prose. */

import { html, on, one } from "./elements.js";
import { say } from "./language.js";
import { still } from "./motion.js";
import { isSeen, topOf } from "./view.js";

const MARKED = 1500; // [ms]
const LINE = 30; // of text, left free [px]

let docked = null; // the figure whose picture stands in the dock
let leaving = null; // ends the watch for its place

/** The name of the figure in the dock, if there is one. */
export function dockedName() {
  return docked?.id;
}

/** Let a reader see a figure where she is: marked where it stands, or in the dock. */
export function present(root, link) {
  if (root === docked) return;
  const picture = one(root, ".ml-picture").getBoundingClientRect();
  if (isSeen(picture, topOf(root), picture.height)) mark(root);
  else dock(root, link);
}

function mark(root) {
  root.classList.add("ml-marked");
  setTimeout(() => root.classList.remove("ml-marked"), MARKED);
}

/** Show a picture and its sentence in a corner of the screen, away from the link. */
export function dock(root, link) {
  undock();
  docked = root;
  const shown = one(root, ".ml-shown"), form = one(root, ".ml-form");
  const least = one(root, ".ml-picture").offsetHeight;
  const before = form.getBoundingClientRect().top;
  root.style.minHeight = `${root.getBoundingClientRect().height}px`;
  const above = link?.getBoundingClientRect().top > innerHeight / 2;
  shown.classList.toggle("ml-above", above);
  shown.append(barOf(root));
  root.classList.add("ml-docked");
  shown.popover = "manual"; // above all else on the page, wherever the figure stands in it
  shown.showPopover?.({ source: link }); // its buttons come after the link in the order of tabs
  // What stood below it stays where it was.
  form.style.marginTop = `${before - form.getBoundingClientRect().top}px`;
  if (link) uncover(link.getBoundingClientRect(), shown.getBoundingClientRect(), above);
  leaving = new AbortController();
  on(document, "scroll", () => {
    if (isSeen(root.getBoundingClientRect(), topOf(root), least)) undock();
  }, { capture: true, passive: true, signal: leaving.signal });
}

/** Scroll as little as lets the reader see the link beside the dock. */
function uncover(link, dock, above) {
  const over = above ? link.top - dock.bottom - LINE : link.bottom - dock.top + LINE;
  const beside = link.left > dock.right || link.right < dock.left;
  if (!beside && over > 0 !== above) scrollBy({ top: over, behavior: still() ? "auto" : "smooth" });
}

/** Put what is in the dock back into its place. */
export function undock() {
  const root = docked;
  if (!root) return;
  docked = null;
  leaving.abort();
  const shown = one(root, ".ml-shown");
  shown.removeAttribute("popover");
  one(shown, ".ml-dock").remove();
  root.classList.remove("ml-docked");
  root.style.minHeight = one(root, ".ml-form").style.marginTop = "";
}

function barOf(root) {
  const there = html("button", { type: "button" }, say("To its controls"));
  const close = html("button", { type: "button", "aria-label": say("Close the figure") },
    say("Close"));
  on(there, "click", () => {
    undock();
    root.scrollIntoView({ block: "start" });
    one(root, ".ml-controls :is(input, select, button)")?.focus({ preventScroll: true });
  });
  on(close, "click", undock);
  return html("div", { class: "ml-dock" }, there, close);
}

on(document, "keydown", ({ key }) => {
  if (key === "Escape") undock();
});
