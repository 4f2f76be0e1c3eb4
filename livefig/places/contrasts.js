/* What is wrong with the look of a figure, as sentences; run in the page with the figure. */
(figure) => {
  const faults = [];
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const painted = (colour, ground = "rgba(0,0,0,0)") => {
    pen.clearRect(0, 0, 1, 1);
    for (const fill of [ground, colour]) {
      pen.fillStyle = fill;
      pen.fillRect(0, 0, 1, 1);
    }
    return Array.from(pen.getImageData(0, 0, 1, 1).data);
  };
  const luminance = (levels) => {
    const [r, g, b] = levels.slice(0, 3).map((level) => {
      const c = level / 255;
      return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element) => {
    for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
      const colour = getComputedStyle(at).backgroundColor;
      if (painted(colour)[3] > 250) return colour;
    }
    return "white";
  };
  const own = getComputedStyle(figure);
  if (own.borderTopLeftRadius === "0px" || own.borderTopWidth === "0px") faults.push("no frame");
  if (parseFloat(own.fontSize) < 11) faults.push(`letters of ${own.fontSize}`);
  const texts = "figcaption, label, legend, output, dt, summary, button, .ml-value, .ml-waiting";
  for (const element of figure.querySelectorAll(texts)) {
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    if (!element.textContent.trim() || element.closest(":disabled, .ml-hidden") || box.width < 2) continue;
    const ground = groundOf(element);
    const [light, dark] = [luminance(painted(style.color, ground)), luminance(painted(ground))].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) faults.push(`contrast ${ratio.toFixed(1)} of ${element.tagName.toLowerCase()} "${element.textContent.trim().slice(0, 20)}"`);
  }
  if (figure.getRootNode().querySelector(".ml-still")?.checkVisibility()) faults.push("shown twice");
  const within = figure.getBoundingClientRect();
  const picture = figure.querySelector(".ml-picture svg").getBoundingClientRect();
  // Beside its controls, or above them.
  const body = figure.querySelector(".ml-body");
  const beside = getComputedStyle(body).display === "grid";
  if (picture.width < (beside ? 0.5 : 0.85) * within.width || picture.height < 100) faults.push(`a picture of ${Math.round(picture.width)} by ${Math.round(picture.height)}`);
  const slider = figure.querySelector("input[type=range]").getBoundingClientRect();
  if (slider.width < (beside ? 240 : 0.6 * within.width) || slider.height < 30) faults.push(`a slider of ${Math.round(slider.width)} by ${Math.round(slider.height)}`);
  if (within.width < 300 || within.right > innerWidth + 1) faults.push(`${Math.round(within.width)} wide`);
  return faults;
}
