/* What a formula is besides its drawing: text to copy, and a thing to scroll where it is too wide.
 *
 * Copied text holds the LaTeX of its formulas: `$x$` within a line, `$$x$$` where one
 * stands alone. */

document.addEventListener("copy", (event) => {
  const selection = getSelection();
  if (selection.isCollapsed || !event.clipboardData) return;
  const range = selection.getRangeAt(0);
  // A selection within a formula takes the whole of it.
  for (const [end, move] of [["startContainer", "setStartBefore"], ["endContainer", "setEndAfter"]]) {
    const node = range[end];
    const formula = (node.closest ? node : node.parentElement).closest(".math[data-latex]");
    if (formula) range[move](formula);
  }
  const copied = document.createElement("div");
  copied.append(range.cloneContents());
  const formulas = copied.querySelectorAll(".math[data-latex]");
  if (!formulas.length) return;
  const html = copied.innerHTML;
  for (const formula of formulas) {
    const mark = formula.matches("div") ? "$$" : "$";
    formula.replaceWith(mark + formula.dataset.latex + mark);
  }
  for (const script of copied.querySelectorAll("script")) script.remove();
  document.body.append(copied); // only what is on a page is read as a reader sees it
  event.clipboardData.setData("text/plain", copied.innerText);
  copied.remove();
  event.clipboardData.setData("text/html", html);
  event.preventDefault();
});

// Keys can scroll only what they can reach.
const fit = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const wide = target.scrollWidth > target.clientWidth;
    for (const [name, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", "Formula"]]) {
      if (wide) target.setAttribute(name, value);
      else target.removeAttribute(name);
    }
  }
});
for (const formula of document.querySelectorAll("div.math")) fit.observe(formula);
