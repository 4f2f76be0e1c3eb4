/* The explorer's front end: one script for the site and for Jupyter.
 *
 * A *source* answers "what is seen at these stops?" with rows: for each artist and readout its
 * shape and its numbers. On a page the source is a table recorded beforehand; in Jupyter it is
 * the kernel. Everything else here (controls, drawing, dragging, speaking, the address) does not
 * know which. No global is set but MarginExplorer; one explorer failing leaves the others alone.
 */
var MarginExplorer = (function () {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const GAP = -(2 ** 30);
  const GROUPED = 1, TRUE_MINUS = 2;
  const ROWS = 13;

  // ---------------------------------------------------------------- unpacking a recorded table

  async function unpack(base64) {
    const packed = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    const length = new DataView(bytes.buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
    let offset = 4 + length;
    for (const track of header.tracks) {
      const size = track.grid.reduce((product, count) => product * count, track.width);
      track.table = summed(track, unplane(bytes, offset, size, track.planes));
      offset += size * track.planes;
    }
    return header;
  }

  function unplane(bytes, offset, size, planes) {
    const table = new Int32Array(size);
    for (let plane = 0; plane < planes; plane++) {
      const start = offset + plane * size;
      for (let i = 0; i < size; i++) table[i] |= bytes[start + i] << (8 * plane);
    }
    for (let i = 0; i < size; i++) table[i] = (table[i] >>> 1) ^ -(table[i] & 1);
    return table;
  }

  /** Undo the differences, last pass first. */
  function summed(track, table) {
    const dims = [...track.grid, track.width];
    for (const [axis, stride] of [...track.passes].reverse()) {
      const inner = dims.slice(axis + 1).reduce((product, count) => product * count, 1);
      const block = dims[axis] * inner;
      const back = stride * inner;
      for (let outer = 0; outer < table.length; outer += block) {
        for (let i = outer + back; i < outer + block; i++) table[i] += table[i - back];
      }
    }
    return table;
  }

  function recordedSource(header) {
    return {
      rows(stops) {
        const rows = new Map();
        for (const track of header.tracks) {
          let place = 0;
          track.axes.forEach((axis, i) => { place = place * track.grid[i] + stops[axis]; });
          const start = place * track.width;
          rows.set(track.name, {
            shape: track.shapes[track.table[start]],
            numbers: track.table.subarray(start + 1, start + track.width),
          });
        }
        return rows;
      },
    };
  }

  // ---------------------------------------------------------------- the kernel as a source

  function readFrame(view) {
    const data = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
    const length = new DataView(data).getUint32(0, true);
    const head = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length)));
    const numbers = new Int32Array(data, 4 + length);
    const rows = new Map();
    let offset = 0;
    for (const [name, shape, count] of head) {
      rows.set(name, { shape, numbers: numbers.subarray(offset, offset + count) });
      offset += count;
    }
    return rows;
  }

  function kernelSource(model) {
    const waiting = new Map();
    let asked = 0;
    model.on("msg:custom", (content, buffers) => {
      const answer = waiting.get(content.id);
      waiting.delete(content.id);
      if (answer) answer(readFrame(buffers[0]));
    });
    return {
      rows(stops) {
        return new Promise((answer) => {
          asked += 1;
          waiting.set(asked, answer);
          model.send({ id: asked, stops });
        });
      },
    };
  }

  // ---------------------------------------------------------------- words and marks

  function writeNumber(number, decimals, flags) {
    const digits = String(Math.abs(number)).padStart(decimals + 1, "0");
    let whole = digits.slice(0, digits.length - decimals);
    if (flags & GROUPED) whole = whole.replace(/\B(?=(\d{3})+$)/g, ",");
    const sign = number >= 0 ? "" : flags & TRUE_MINUS ? "\u2212" : "-";
    return sign + whole + (decimals ? "." + digits.slice(digits.length - decimals) : "");
  }

  function join(pattern, numbers, offset) {
    let next = offset;
    return pattern.map((part) => (typeof part === "string" ? part
      : writeNumber(numbers[next++], part[0], part[1]))).join("");
  }

  function countNumbers(pattern) {
    return pattern.filter((part) => typeof part !== "string").length;
  }

  function outline(commands, numbers, start, end) {
    let d = "";
    if (commands === "lines" || commands === "rings") {
      const close = commands === "rings" ? "Z" : "";
      let open = false;
      for (let i = start; i < end; i += 2) {
        if (numbers[i] === GAP) {
          if (open) d += close;
          open = false;
          continue;
        }
        d += (open ? "L" : "M") + numbers[i] / 10 + " " + numbers[i + 1] / 10;
        open = true;
      }
      return open ? d + close : d;
    }
    const need = { M: 1, L: 1, Q: 2, C: 3, Z: 0 };
    let i = start;
    for (const letter of commands) {
      d += letter;
      for (let k = 0; k < need[letter]; k++, i += 2) {
        d += (k ? " " : "") + numbers[i] / 10 + " " + numbers[i + 1] / 10;
      }
    }
    return d;
  }

  function spots(outlineOfOne, numbers, start, end) {
    let d = "";
    for (let i = start; i < end; i += 2) {
      if (numbers[i] !== GAP) d += "M" + numbers[i] / 10 + " " + numbers[i + 1] / 10 + outlineOfOne;
    }
    return d;
  }

  function set(element, key, value) {
    if (element.getAttribute(key) !== value) element.setAttribute(key, value);
  }

  function fill(element, kind, code, opacity, palette) {
    if (!opacity) return set(element, kind, "none");
    let paint;
    if (code < 0) {
      const [name, plain] = palette[-1 - code];
      paint = `var(--ml-${name},${plain})`;
    } else {
      paint = "#" + code.toString(16).padStart(6, "0");
    }
    set(element, kind, paint);
    if (opacity === 255) element.removeAttribute(kind + "-opacity");
    else set(element, kind + "-opacity", String(+(opacity / 255).toPrecision(3)));
  }

  /** Draw one artist: rebuild its elements if their kinds changed, then set what moved. */
  function draw(group, row, view) {
    let old = group.numbers;
    if (group.shape !== row.shape) {
      group.shape = row.shape;
      const kinds = JSON.stringify(row.shape);
      if (group.kinds !== kinds) {
        group.kinds = kinds;
        group.replaceChildren(...row.shape.map((shape) => build(shape, view)));
        old = undefined;
      }
    }
    group.numbers = row.numbers;
    let start = 0, before = 0;
    row.shape.forEach((shape, index) => {
      const end = start + lengthOf(shape, row.numbers, start);
      const ended = old ? before + lengthOf(shape, old, before) : 0;
      if (!old || !same(old.subarray(before, ended), row.numbers.subarray(start, end))) {
        const write = shape[0] === "text" ? setText : setPath;
        write(group.children[index], shape, row.numbers, start, end, view);
      }
      start = end;
      before = ended;
    });
  }

  function lengthOf(shape, numbers, start) {
    return shape[0] === "text" ? 4 + countNumbers(shape[1]) : 6 + numbers[start + 5];
  }

  function same(old, now) {
    return old.length === now.length && old.every((number, i) => number === now[i]);
  }

  function setText(element, shape, numbers, start, end, view) {
    const x = numbers[start + 2] / 10, y = numbers[start + 3] / 10;
    fill(element, "fill", numbers[start], numbers[start + 1], view.palette);
    set(element, "x", String(x));
    set(element, "y", String(y));
    if (shape[3]) set(element, "transform", `rotate(${-shape[3]} ${x} ${y})`);
    const text = join(shape[1], numbers, start + 4);
    if (element.textContent !== text) element.textContent = text;
  }

  function setPath(element, shape, numbers, start, end, view) {
    fill(element, "fill", numbers[start], numbers[start + 1], view.palette);
    fill(element, "stroke", numbers[start + 2], numbers[start + 3], view.palette);
    set(element, "stroke-width", String(numbers[start + 4] / 10));
    const write = shape[0] === "path" ? outline : spots;
    set(element, "d", write(shape[1], numbers, start + 6, end));
  }

  function build(shape, view) {
    const [kind] = shape;
    const element = document.createElementNS(SVG, kind === "text" ? "text" : "path");
    const clip = shape[shape.length - 1];
    if (clip >= 0) element.setAttribute("clip-path", `url(#${view.name}-clip${clip})`);
    if (kind === "text") {
      const [, , anchor, , size, weight] = shape;
      const anchors = { left: "start", center: "middle", right: "end" };
      element.setAttribute("text-anchor", anchors[anchor]);
      element.setAttribute("font-size", String(size));
      if (weight) element.setAttribute("font-weight", weight);
    } else if (kind === "path") {
      const [, , dash, cap, join] = shape;
      if (dash) element.setAttribute("stroke-dasharray", dash);
      element.setAttribute("stroke-linecap", cap);
      element.setAttribute("stroke-linejoin", join);
    }
    return element;
  }

  // ---------------------------------------------------------------- one explorer on a page

  class Explorer {
    constructor(root, header, source, choose) {
      this.root = root;
      this.header = header;
      this.source = source;
      this.choose = choose;
      this.name = header.name;
      this.view = { name: header.name, palette: header.palette };
      this.controls = header.controls;
      this.stops = this.controls.map((control) => control.start);
      this.active = 0;
      this.playing = new Map();
      this.groups = new Map();
      for (const group of root.querySelectorAll("[data-artist]")) {
        this.groups.set(group.dataset.artist, group);
      }
      this.outputs = new Map();
      for (const output of root.querySelectorAll("output[name]")) {
        output.setAttribute("aria-live", "off"); // one polite voice speaks for all: see speak()
        this.outputs.set(output.getAttribute("name"), output);
      }
      this.inputs = this.controls.map((control) => [
        ...root.querySelectorAll(`[name="${control.name}"]:not(output)`),
      ]);
      this.listen();
      this.addHandles();
      root.querySelector(".ml-controls").disabled = false;
      root.querySelector(".ml-waiting").hidden = true;
      root.dataset.alive = "true";
    }

    listen() {
      this.root.querySelector(".ml-form").addEventListener("submit", (event) => event.preventDefault());
      this.inputs.forEach((inputs, axis) => {
        for (const input of inputs) {
          input.addEventListener("input", () => {
            this.active = axis;
            this.stopPlaying(axis);
            this.go({ [axis]: this.stopOf(axis, input) });
          });
        }
      });
      this.root.querySelectorAll("[data-preset]").forEach((button) => {
        button.addEventListener("click", () => this.setStops(this.header.presets[+button.dataset.preset]));
      });
      this.root.querySelector(".ml-reset").addEventListener("click", () => {
        this.go(Object.fromEntries(this.controls.map((control, axis) => [axis, control.start])));
      });
      this.root.querySelectorAll("[data-play]").forEach((button) => {
        const axis = this.axisOf(button.dataset.play);
        button.addEventListener("click", () => this.togglePlay(axis, button));
      });
      this.numbers = this.root.querySelector(".ml-numbers");
      this.numbers.addEventListener("toggle", () => this.tabulate());
    }

    axisOf(keyword) {
      return this.controls.findIndex((control) => control.name === keyword);
    }

    stopOf(axis, input) {
      const control = this.controls[axis];
      if (control.kind === "checkbox") return input.checked ? 1 : 0;
      if (input.type !== "range") return +input.value;
      return Math.round((+input.value - control.low) / control.step);
    }

    /** Move some controls, named by axis, to other stops. */
    go(changes) {
      const stops = [...this.stops];
      for (const [axis, stop] of Object.entries(changes)) stops[+axis] = stop;
      this.choose(this, stops);
    }

    /** Move some controls, named by keyword, to other stops. */
    setStops(byKeyword) {
      this.go(Object.fromEntries(
        Object.entries(byKeyword).map(([keyword, stop]) => [this.axisOf(keyword), stop])
      ));
    }

    /** Show given stops, of which the rows are known. */
    show(stops, rows) {
      this.stops = [...stops];
      this.moveControls();
      if (rows) {
        for (const [name, row] of rows) {
          if (name.startsWith("=")) {
            const output = this.outputs.get(name.slice(1));
            const text = join(row.shape, row.numbers, 0);
            if (output && output.textContent !== text) output.textContent = text;
          } else {
            const group = this.groups.get(name);
            if (group) draw(group, row, this.view);
          }
        }
        this.rows = rows;
      }
      this.moveHandles();
      later(this, "speaking", 500, () => this.speak());
      later(this, "tabulating", 120, () => this.tabulate());
    }

    moveControls() {
      this.controls.forEach((control, axis) => {
        const stop = this.stops[axis];
        for (const input of this.inputs[axis]) {
          if (input.type === "checkbox") {
            input.checked = stop === 1;
          } else if (input.type === "radio") {
            input.checked = +input.value === stop;
          } else if (input.type === "range") {
            if (this.stopOf(axis, input) !== stop) input.value = String(control.low + stop * control.step);
            const text = control.texts[stop];
            set(input, "aria-valuetext", text);
            const shown = input.parentElement.querySelector(".ml-value");
            if (shown.textContent !== text) shown.textContent = text;
          } else {
            input.value = String(stop);
          }
        }
      });
    }

    speak() {
      if (!this.touched) return;
      const written = this.root.querySelector(".ml-sentence");
      const list = this.header.readouts.map(([key, label]) => {
        const output = this.outputs.get(key);
        return output ? `${label}: ${output.textContent}` : "";
      });
      const text = written ? written.textContent : list.join(", ");
      const spoken = this.root.querySelector(".ml-spoken");
      if (spoken.textContent !== text) spoken.textContent = text;
    }

    // Playing.

    togglePlay(axis, button) {
      this.active = axis;
      const last = this.controls[axis].texts.length - 1;
      if (this.playing.has(axis)) return this.stopPlaying(axis);
      if (this.stops[axis] >= last) this.go({ [axis]: 0 });
      else if (still()) this.go({ [axis]: this.stops[axis] + 1 });
      if (still()) return; // a reader who wants no motion goes one step at a press
      button.textContent = "Pause";
      const tick = () => {
        if (!this.root.isConnected || this.stops[axis] >= last) return this.stopPlaying(axis);
        this.go({ [axis]: this.stops[axis] + 1 });
      };
      this.playing.set(axis, setInterval(tick, Math.max(40, this.controls[axis].interval)));
    }

    stopPlaying(axis) {
      if (!this.playing.has(axis)) return;
      clearInterval(this.playing.get(axis));
      this.playing.delete(axis);
      const button = this.root.querySelector(`[data-play="${this.controls[axis].name}"]`);
      if (button) button.textContent = "Play";
    }

    // Dragging. Every handle has its labelled slider, which is how a keyboard moves it.

    addHandles() {
      const svg = this.root.querySelector(".ml-picture svg");
      this.handles = this.header.drags.map((drag) => {
        const [left, top, right, bottom] = drag.box;
        const group = document.createElementNS(SVG, "g");
        const way = drag.x && drag.y ? "both" : drag.x ? "x" : "y";
        group.setAttribute("class", `ml-handle ml-handle-${way}`);
        const area = document.createElementNS(SVG, way === "both" ? "circle" : "rect");
        const size = way === "both" ? { r: 26 }
          : way === "x" ? { x: -18, y: top, width: 36, height: bottom - top }
          : { x: left, y: -18, width: right - left, height: 36 };
        for (const [key, value] of Object.entries(size)) area.setAttribute(key, value);
        const grip = document.createElementNS(SVG, "circle");
        grip.setAttribute("class", "ml-grip");
        grip.setAttribute("r", way === "both" ? 9 : 6);
        if (way === "x") grip.setAttribute("cy", bottom);
        if (way === "y") grip.setAttribute("cx", right);
        group.append(area, grip);
        svg.append(group);
        group.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          group.setPointerCapture(event.pointerId);
          group.classList.add("ml-held");
        });
        group.addEventListener("pointermove", (event) => {
          if (group.hasPointerCapture(event.pointerId)) this.pull(svg, drag, event);
        });
        const release = () => group.classList.remove("ml-held");
        group.addEventListener("pointerup", release);
        group.addEventListener("pointercancel", release);
        return { drag, group };
      });
    }

    pull(svg, drag, event) {
      const matrix = svg.getScreenCTM();
      if (!matrix) return;
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
      const changes = {};
      for (const [way, place] of [["x", at.x], ["y", at.y]]) {
        if (!drag[way]) continue;
        const axis = this.axisOf(drag[way].control);
        changes[axis] = nearest(drag[way].places, place);
        this.active = axis;
      }
      if (Object.entries(changes).some(([axis, stop]) => this.stops[+axis] !== stop)) this.go(changes);
    }

    moveHandles() {
      for (const { drag, group } of this.handles) {
        const x = drag.x ? drag.x.places[this.stops[this.axisOf(drag.x.control)]] : 0;
        const y = drag.y ? drag.y.places[this.stops[this.axisOf(drag.y.control)]] : 0;
        set(group, "transform", `translate(${x} ${y})`);
      }
    }

    // The numbers as tables.

    async tabulate() {
      if (!this.numbers.open || !this.rows) return;
      const turn = (this.turn = (this.turn || 0) + 1);
      const tables = [];
      if (this.header.readouts.length) tables.push(await this.readoutTable());
      if (turn !== this.turn) return;
      for (const series of this.header.series) {
        const row = this.rows.get(series.name);
        if (row) tables.push(seriesTable(series, row));
      }
      this.root.querySelector(".ml-tables").replaceChildren(...tables.filter(Boolean));
    }

    async readoutTable() {
      const control = this.controls[this.active];
      const every = Math.ceil(control.texts.length / ROWS);
      const stops = control.texts.map((_, stop) => stop)
        .filter((stop) => stop % every === 0 || stop === this.stops[this.active]);
      const body = [];
      for (const stop of stops) {
        const place = [...this.stops];
        place[this.active] = stop;
        const rows = await this.source.rows(place);
        body.push([control.texts[stop], ...this.header.readouts.map(([key]) => {
          const row = rows.get("=" + key);
          return row ? join(row.shape, row.numbers, 0) : this.outputs.get(key).textContent;
        })]);
      }
      const which = every > 1 ? ` (every ${ordinal(every)} stop and the present one)` : "";
      return table(`Readouts as ${control.label} changes${which}`,
        [control.label, ...this.header.readouts.map(([, label]) => label)], body);
    }

    // The address.

    hash() {
      const parts = this.controls.map((control, axis) => {
        const value = control.values[this.stops[axis]];
        const plain = typeof value === "number" || typeof value === "boolean";
        return `${control.name}=${encodeURIComponent(plain ? value : control.texts[this.stops[axis]])}`;
      });
      return `#${this.name}:${parts.join("&")}`;
    }

    /** Return the stops named in "keyword=value&...", by axis; null if one is unknown. */
    parse(settings) {
      const changes = {};
      for (const part of settings.split("&")) {
        const [keyword, ...rest] = part.split("=");
        const axis = this.axisOf(keyword);
        if (axis < 0) return null;
        const stop = findStop(this.controls[axis], decodeURIComponent(rest.join("=")));
        if (stop < 0) return null;
        changes[axis] = stop;
      }
      return changes;
    }
  }

  function findStop(control, text) {
    const exact = control.texts.findIndex((known, stop) =>
      known === text || String(control.values[stop]).toLowerCase() === text.toLowerCase());
    if (exact >= 0 || text.trim() === "") return exact;
    const number = Number(text);
    return control.values.findIndex((value) =>
      typeof value === "number" && Math.abs(value - number) <= 1e-9 * Math.max(Math.abs(value), Math.abs(number)));
  }

  function nearest(places, place) {
    let best = 0;
    places.forEach((known, stop) => {
      if (Math.abs(known - place) < Math.abs(places[best] - place)) best = stop;
    });
    return best;
  }

  function later(owner, key, milliseconds, action) {
    clearTimeout(owner[key]);
    owner[key] = setTimeout(action, milliseconds);
  }

  function still() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  function ordinal(number) {
    const tens = number % 100 >= 11 && number % 100 <= 13;
    return number + (tens ? "th" : { 1: "st", 2: "nd", 3: "rd" }[number % 10] || "th");
  }

  function table(caption, head, body) {
    const element = document.createElement("table");
    element.setAttribute("aria-label", caption);
    const top = element.createTHead().insertRow();
    for (const text of head) top.append(cell("th", text, "col"));
    const rows = element.createTBody();
    for (const [first, ...rest] of body) {
      rows.insertRow().append(cell("th", first, "row"), ...rest.map((text) => cell("td", text)));
    }
    const frame = document.createElement("div");
    frame.className = "ml-table-frame";
    frame.tabIndex = 0;
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", caption);
    const title = document.createElement("p");
    title.className = "ml-table-title";
    title.textContent = caption;
    frame.append(title, element);
    return frame;
  }

  function cell(tag, text, scope) {
    const element = document.createElement(tag);
    element.textContent = text;
    if (scope) element.scope = scope;
    return element;
  }

  /** Read a labelled artist's coordinates back as numbers, to the picture's own resolution. */
  function seriesTable(series, row) {
    const points = [];
    let i = 0;
    for (const shape of row.shape) {
      if (shape[0] === "text") return null;
      const end = i + 6 + row.numbers[i + 5];
      for (let k = i + 6; k < end; k += 2) {
        if (row.numbers[k] !== GAP) points.push([row.numbers[k], row.numbers[k + 1]]);
      }
      i = end;
    }
    if (!points.length) return null;
    const every = Math.ceil(points.length / ROWS);
    const kept = points.filter((_, index) => index % every === 0);
    const which = every > 1 ? `, every ${ordinal(every)} point` : "";
    const body = kept.map((point) => point.map((place, way) => measure(series.axes[way], place / 10)));
    return table(`${series.label} (read from the picture${which})`,
      series.axes.map((axis) => axis.label), body);
  }

  function measure(axis, place) {
    const [first, last] = axis.ends, [low, high] = axis.limits;
    const share = (place - first) / (last - first);
    const step = 1 / Math.abs(last - first);
    if (axis.log) return String(+(low * (high / low) ** share).toPrecision(3));
    const value = low + share * (high - low);
    const digits = Math.max(0, -Math.floor(Math.log10(Math.abs((high - low) * step))));
    const text = Math.abs(value).toFixed(Math.min(digits, 8)).replace(/\B(?=(\d{3})+(?!\d)(?<!\.\d*))/g, ",");
    return (value < 0 && /[1-9]/.test(text) ? "\u2212" : "") + text;
  }

  // ---------------------------------------------------------------- a page of explorers

  const alive = new Map();

  function mountAll() {
    for (const root of document.querySelectorAll("figure.ml-explorer:not([data-alive])")) {
      mount(root).catch((problem) => giveUp(root, problem));
    }
  }

  async function mount(root) {
    const packed = root.querySelector("script.ml-table");
    if (!packed || root.dataset.alive) return;
    root.dataset.alive = "soon";
    if (typeof DecompressionStream === "undefined") {
      throw new Error("This browser is too old to move this figure; it shows the first state.");
    }
    const header = await unpack(packed.textContent);
    const source = recordedSource(header);
    const explorer = new Explorer(root, header, source, (self, stops) => {
      self.show(stops, source.rows(stops));
      self.touched = true;
      later(self, "addressing", 250, () => history.replaceState(history.state, "", self.hash()));
    });
    alive.set(header.name, explorer);
    explorer.show(explorer.stops, source.rows(explorer.stops));
    if (followAddress(location.hash, explorer.name)) stayWith(root);
  }

  function giveUp(root, problem) {
    root.dataset.alive = "no";
    const waiting = root.querySelector(".ml-waiting");
    waiting.hidden = false;
    waiting.textContent = `This figure shows its first state only. ${problem.message}`;
  }

  /** Set the explorer that an address or a link names, and bring it into view. */
  function followAddress(hash, only) {
    const match = /^#([A-Za-z][\w-]*):(.+)$/.exec(hash);
    if (!match || (only && match[1] !== only)) return false;
    const explorer = alive.get(match[1]);
    if (!explorer || !explorer.root.isConnected) return false;
    const changes = explorer.parse(match[2]);
    if (!changes) return false;
    explorer.touched = true;
    explorer.go(changes);
    bringIntoView(explorer.root, still() ? "auto" : "smooth");
    return true;
  }

  /** Scroll as little as needed; where the whole does not fit, the picture comes first. */
  function bringIntoView(root, behavior) {
    const fits = root.offsetHeight < 0.85 * innerHeight;
    root.scrollIntoView({ block: fits ? "nearest" : "start", behavior });
  }

  /** Stay at the figure that the address names while the page above it still takes its shape. */
  function stayWith(root) {
    const watch = new ResizeObserver(() => bringIntoView(root, "auto"));
    const leave = () => watch.disconnect();
    watch.observe(document.body);
    for (const sign of ["wheel", "touchstart", "pointerdown", "keydown"]) {
      addEventListener(sign, leave, { once: true, passive: true });
    }
    setTimeout(leave, 3000);
  }

  function listenToLinks() {
    document.addEventListener("click", (event) => {
      const link = event.target instanceof Element ? event.target.closest('a[href*="#"]') : null;
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      const hash = link.getAttribute("href").replace(/^[^#]*/, "");
      const here = link.href.split("#")[0] === location.href.split("#")[0];
      if ((here || link.getAttribute("href").startsWith("#")) && followAddress(hash)) event.preventDefault();
    }, true);
    addEventListener("hashchange", () => followAddress(location.hash));
  }

  let listening = false;

  function listenOnce() {
    if (!listening) listenToLinks();
    listening = true;
  }

  // ---------------------------------------------------------------- in Jupyter

  function render({ model, el }) {
    listenOnce();
    el.innerHTML = model.get("html");
    const root = el.querySelector("figure.ml-explorer");
    const explorer = new Explorer(root, model.get("header"), kernelSource(model), (self, stops) => {
      self.touched = true;
      self.stops = [...stops];
      self.moveControls();
      model.set("stops", stops);
      model.save_changes();
    });
    const follow = () => explorer.show(model.get("stops"), readFrame(model.get("frame")));
    const complain = () => {
      const waiting = root.querySelector(".ml-waiting");
      waiting.hidden = !model.get("error");
      waiting.textContent = model.get("error");
    };
    model.on("change:frame", follow);
    model.on("change:error", complain);
    alive.set(explorer.name, explorer);
    follow();
    return () => {
      model.off("change:frame", follow);
      model.off("change:error", complain);
      if (alive.get(explorer.name) === explorer) alive.delete(explorer.name);
    };
  }

  function start() {
    if (!document.querySelector("figure.ml-explorer script.ml-table")) return;
    listenOnce();
    mountAll();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();

  return { render, explorers: alive };
})();
