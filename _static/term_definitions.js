/* The definition of a term, shown at its link: while a pointer rests on it, while the keyboard is
 * on it, or after a first touch (a second touch follows the link). Escape puts it away; the pointer
 * may move onto it. A browser that knows no popovers keeps plain links.
 */
(function () {
  "use strict";
  if (!("popover" in HTMLElement.prototype)) return;

  const GAP = 6, EDGE = 8; // pixels to the link, and to the edge of the window
  const REST = 150, LEAVE = 300; // milliseconds before showing, and before putting away
  let shown = null; // the link whose definition is seen
  let touched = null; // the link under a finger that has not seen its definition yet
  let timer = 0;

  const linkAt = (place) => place.closest("a.ml-term");
  const definitionAt = (place) => place.closest(".ml-definition");
  const definitionOf = (link) => document.getElementById(link.getAttribute("aria-describedby"));

  function later(action, delay) {
    clearTimeout(timer);
    timer = setTimeout(action, delay);
  }

  function show(link) {
    clearTimeout(timer);
    if (link === shown) return;
    hide();
    shown = link;
    definitionOf(link).showPopover();
    place();
  }

  function hide() {
    clearTimeout(timer);
    if (shown) definitionOf(shown).hidePopover();
    shown = null;
  }

  /** Below the link, or above it where the window ends; never beyond the sides. */
  function place() {
    const definition = definitionOf(shown);
    const link = shown.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = definition;
    const right = document.documentElement.clientWidth - width - EDGE;
    const fitsBelow = link.bottom + GAP + height <= window.innerHeight;
    const top = fitsBelow ? link.bottom + GAP : link.top - GAP - height;
    definition.style.left = `${window.scrollX + Math.max(EDGE, Math.min(link.left, right))}px`;
    definition.style.top = `${window.scrollY + top}px`;
  }

  function leave() {
    if (shown && !shown.matches(":focus-visible")) later(hide, LEAVE);
    else clearTimeout(timer);
  }

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const link = linkAt(event.target);
    if (link) later(() => show(link), REST);
    else if (definitionAt(event.target)) clearTimeout(timer);
    else leave();
  });

  document.documentElement.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch") leave();
  });

  document.addEventListener("pointerdown", (event) => {
    const link = linkAt(event.target);
    touched = event.pointerType === "touch" && link !== shown ? link : null;
    if (!link && !definitionAt(event.target)) hide();
  });

  document.addEventListener("pointercancel", () => { touched = null; });

  document.addEventListener("click", (event) => {
    if (!touched || linkAt(event.target) !== touched) return;
    event.preventDefault();
    show(touched);
    touched = null;
  });

  document.addEventListener("focusin", (event) => {
    const link = linkAt(event.target);
    if (link && link.matches(":focus-visible")) show(link);
  });

  document.addEventListener("focusout", (event) => {
    // Nothing else takes the focus when a finger touches the definition itself.
    if (event.relatedTarget && linkAt(event.target) === shown) hide();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });

  window.addEventListener("resize", () => { if (shown) place(); });
})();
