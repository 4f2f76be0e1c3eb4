/* How the parts of a figure look, apart from colours and fonts: "part property" to value. */
(figure) => {
  const parts = {
    "figure": figure, ...Object.fromEntries([
      ".ml-picture", ".ml-readouts", "dt", "dd", ".ml-controls", "label", ".ml-value", "input",
      ".ml-buttons", "button", "details", "summary", "figcaption",
    ].map((part) => [part, figure.querySelector(part)])),
  };
  const properties = [
    "display", "float", "textAlign", "fontWeight", "fontStyle", "textTransform", "paddingLeft", "paddingTop",
    "marginTop", "marginBottom", "marginLeft", "borderTopWidth", "borderTopLeftRadius", "boxShadow",
    "listStyleType", "letterSpacing",
  ];
  const size = parseFloat(getComputedStyle(figure).fontSize);
  const seen = {};
  for (const [part, element] of Object.entries(parts)) {
    if (!element) continue;
    const style = getComputedStyle(element);
    for (const property of properties) {
      if (["figure", "button"].includes(part) && property.startsWith("margin")) continue; // auto
      if (part === ".ml-controls" && property.startsWith("padding")) continue; // none beside the picture
      const value = style[property];
      // Lengths are compared in letters of the figure.
      seen[`${part} ${property}`] = value.endsWith("px") ? parseFloat(value) / size : value;
    }
    if (part !== "input") seen[`${part} size`] = parseFloat(style.fontSize) / size;
    for (const pseudo of ["::before", "::after"]) {
      seen[`${part}${pseudo}`] = getComputedStyle(element, pseudo).content;
    }
  }
  return seen;
}
