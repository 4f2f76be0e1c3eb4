/* Slides by keys: arrows, Page Up and Down, space. n shows notes, s puts them into a window. */
(() => {
  const slides = [...document.querySelectorAll(".ml-slide")];
  const back = ["ArrowLeft", "ArrowUp", "PageUp"];
  const on = ["ArrowRight", "ArrowDown", "PageDown", " "];
  let beside = null;

  const now = () => slides.findIndex((slide) =>
    slide.getBoundingClientRect().bottom > innerHeight / 2);

  function go(number) {
    const slide = slides[Math.max(0, Math.min(slides.length - 1, number))];
    slide.scrollIntoView();
    tell(slide);
  }

  function tell(slide) {
    if (!beside || beside.closed) return;
    const notes = slide.querySelector(".ml-notes").cloneNode(true);
    notes.style.cssText = "display: block; font: 1.3rem/1.5 sans-serif; max-width: 40rem";
    beside.document.title = slide.getAttribute("aria-label");
    beside.document.body.replaceChildren(notes);
  }

  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { key, target } = event;
    // A presenter's clicker sends Page Up and Down, whatever was touched last.
    const held = target.closest("input, select, button, summary, a, [tabindex]");
    if (held && !key.startsWith("Page")) return;
    if (back.includes(key) || (key === " " && event.shiftKey)) go(now() - 1);
    else if (on.includes(key)) go(now() + 1);
    else if (key === "Home") go(0);
    else if (key === "End") go(slides.length - 1);
    else if (key === "n") document.documentElement.classList.toggle("ml-with-notes");
    else if (key === "s") {
      beside = open("", "notes", "width=700,height=600");
      tell(slides[now()]);
    } else return;
    event.preventDefault();
  }, true);

  addEventListener("scrollend", () => tell(slides[now()]));
})();
