/* A field that leaves of a page what fits the words typed into it. What stands or falls as one is
 * named by the page; a part of the page where nothing is left falls too. */
(function () {
  "use strict";
  const place = document.querySelector(".ml-look-up");
  if (!place) return;
  const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  const items = [...document.querySelectorAll(place.dataset.items)].map((item) => {
    const parts = [item]; // a term, and what it means
    for (let next = item.nextElementSibling; item.matches("dt") && next?.matches("dd, dt"); ) {
      if (next.matches("dt") && parts.at(-1).matches("dd")) break;
      parts.push(next);
      next = next.nextElementSibling;
    }
    return { parts, words: plain(parts.map((part) => part.textContent).join(" ")) };
  });
  const sections = [...new Set(items.map(({ parts }) => parts[0].closest("section section")))];

  const label = document.createElement("label");
  const field = document.createElement("input");
  const told = document.createElement("output");
  field.type = "search";
  label.append(`${place.dataset.find.replace("{count}", items.length)} `, field);
  place.append(label, told);

  field.addEventListener("input", () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    const left = new Set();
    for (const item of items) {
      if (words.every((word) => item.words.includes(word))) {
        for (const part of item.parts) left.add(part);
      }
    }
    for (const { parts } of items) for (const part of parts) part.hidden = !left.has(part);
    for (const section of sections.filter(Boolean)) {
      section.hidden = words.length > 0 && ![...left].some((part) => section.contains(part));
    }
    const count = items.filter(({ parts }) => left.has(parts[0])).length;
    const { left: some, none } = place.dataset;
    told.textContent = !words.length ? "" : count ? some.replace("{count}", count) : none;
  });
})();
