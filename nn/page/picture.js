// The network: a column a layer, a tile a neuron with what it sees, an edge a weight; the operations after it.
"use strict";

const SVG = "http://www.w3.org/2000/svg";
const [LINE, LABELS, NUMBERS] = [1.3, 10.6, 5.3]; // of a line, of two numbers beside each other and over, in letters
const TILE = { least: 14, most: 64 }; // of a neuron, in pixels
const [HEAD, BETWEEN] = [34, 4]; // room over the picture, between tiles
const AT_DESK = { tile: TILE.least, side: 12, gap: 18 }; // room at its left and right, and between columns, at least
const ON_PHONE = { tile: 40, side: 5, gap: 12 }; // where the page scrolls anyway, a neuron's map is larger
const WIDE = 600; // pixels: in fewer it is as on a phone

/** An element with a class, and text or elements in it. All text goes in as text. */
function element(tag, className, ...content) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

/** The picture in `root`; `act` has `choose({ neuron } | { weight })` and `drag(weight, number, ended)`. */
class Picture {
  constructor(root, training, plane, act) {
    Object.assign(this, { root, training, plane, act });
    const { neurons, operations } = training.network.shape;
    this.last = Math.max(0, ...[...neurons, ...operations].map(({ column }) => column));
    this.edges = document.createElementNS(SVG, "svg");
    this.edges.setAttribute("role", "group");
    this.edges.setAttribute("aria-label", "Weights");
    this.boxes = new Map(); // by place in the program: what stands for it
    this.weights = [];
    root.replaceChildren(this.edges);
    training.network.inputs.forEach((input, i) => this.addInput(input, i));
    neurons.forEach((neuron, i) => this.addNeuron(neuron, i));
    operations.forEach((operation) => this.addOperation(operation));
    this.addHeaders();
    neurons.forEach((neuron) => this.addWeights(neuron));
    operations.forEach((operation) => this.addFlows(operation));
    root.addEventListener("keydown", (event) => this.key(event));
    this.arrange();
    new ResizeObserver(() => this.arrange()).observe(root);
  }

  /** A box in a column, with its two numbers. */
  add(place, column, made, width) {
    const [data, grad] = [element("span", "data"), element("span", "grad")];
    made.append(element("span", "numbers", data, grad));
    this.root.append(made);
    const box = { place, column, made, data, grad, width };
    this.boxes.set(place, box);
    return box;
  }

  addInput({ name, place }, i) {
    const made = element("div", "box input", element("b", "", name));
    this.add(place ?? `input ${i}`, 0, made, 0);
  }

  addNeuron(neuron, index) {
    const made = element("button", "box neuron");
    made.type = "button";
    made.dataset.neuron = neuron.key;
    made.tabIndex = index ? -1 : 0;
    const canvas = element("canvas", "response");
    canvas.hidden = !this.plane.kind;
    canvas.setAttribute("aria-hidden", "true"); // the numbers are said
    const words = element("span", "hidden");
    made.append(words, canvas, element("span", "activation", neuron.activation || "Σ"));
    made.addEventListener("click", () => this.act.choose({ neuron: index }));
    const box = this.add(neuron.output, neuron.column, made, 1);
    Object.assign(box, { neuron, index, canvas, words });
  }

  addOperation(operation) {
    const parts = operation.sign.split(/(?<=_)/).flatMap((part, i) => (i ? [element("wbr", ""), part] : [part]));
    const made = element("div", "box operation", element("b", "", ...parts));
    made.title = operation.name ? `${operation.name} = ${operation.said}` : operation.said;
    Object.assign(this.add(operation.place, operation.column, made, 0), { operation });
  }

  /** What each layer is, and how large its gradients are. */
  addHeaders() {
    this.headers = [];
    for (const { header, column } of this.training.network.shape.neurons) {
      if (!header || this.headers.some((known) => known.column === column)) continue;
      const size = element("span", "grad");
      size.title = "the mean size of the gradients of its weights and biases";
      const made = element("div", "header", element("b", "", header), element("span", "words", " mean |grad|"), " ", size);
      this.root.append(made);
      this.headers.push({ column, made, size });
    }
  }

  addWeights(neuron) {
    neuron.terms.forEach(([index, start], i) => {
      const group = this.edges.appendChild(document.createElementNS(SVG, "g"));
      group.dataset.weight = this.training.parameters[index].name;
      const [line, touch] = ["line", "touch"].map((kind) => {
        const path = group.appendChild(document.createElementNS(SVG, "path"));
        path.setAttribute("class", kind);
        return path;
      });
      const text = group.appendChild(document.createElementNS(SVG, "text"));
      const [data, grad] = ["data", "grad"].map((kind) => {
        const part = text.appendChild(document.createElementNS(SVG, "tspan"));
        part.setAttribute("class", kind);
        return part;
      });
      const title = group.appendChild(document.createElementNS(SVG, "title"));
      const weight = { index, start, end: neuron.output, i, of: neuron.terms.length };
      this.weights.push(Object.assign(weight, { group, line, touch, text, data, grad, title }));
      this.dragged(weight);
    });
  }

  /** The lines into an operation, which are no weights. */
  addFlows(operation) {
    for (const start of operation.inputs) {
      if (!this.boxes.has(start)) continue;
      const line = this.edges.appendChild(document.createElementNS(SVG, "path"));
      line.setAttribute("class", "flow");
      (this.flows ??= []).push({ start, end: operation.place, line });
    }
  }

  /** A weight is chosen by a press, and changed by moving up and down. */
  dragged(weight) {
    let from = null;
    weight.group.addEventListener("pointerenter", () => this.tell(weight));
    weight.group.addEventListener("pointerdown", (event) => {
      from = { y: event.clientY, number: this.training.parameters[weight.index].data };
      weight.group.setPointerCapture(event.pointerId);
      this.act.choose({ weight: weight.index });
      event.preventDefault();
    });
    weight.group.addEventListener("pointermove", (event) => {
      if (!from || event.clientY === from.y) return;
      this.act.drag(weight.index, from.number + (from.y - event.clientY) * 0.02, false);
    });
    for (const end of ["pointerup", "pointercancel"]) {
      weight.group.addEventListener(end, () => {
        if (from) this.act.drag(weight.index, this.training.parameters[weight.index].data, true);
        from = null;
      });
    }
  }

  /** Arrow keys go from neuron to neuron. */
  key(event) {
    const box = [...this.boxes.values()].find(({ made }) => made === document.activeElement);
    if (!box?.neuron) return;
    const of = (column) => [...this.boxes.values()].filter((other) => other.neuron && other.column === column);
    const own = of(box.column);
    const beside = (step) => {
      let column = box.column + step;
      while (column > 0 && column <= this.last && !of(column).length) column += step;
      const others = of(column);
      return others[Math.min(own.indexOf(box), others.length - 1)];
    };
    const to = {
      ArrowUp: () => own[own.indexOf(box) - 1], ArrowDown: () => own[own.indexOf(box) + 1],
      ArrowLeft: () => beside(-1), ArrowRight: () => beside(1),
    }[event.key]?.();
    if (!to) return;
    event.preventDefault();
    event.stopPropagation();
    box.made.tabIndex = -1;
    to.made.tabIndex = 0;
    to.made.focus();
    this.act.choose({ neuron: to.index });
  }

  /* --- Where things stand ------------------------------------------------------------------------------ */

  /** Give each box its place, as large as there is room for. */
  arrange() {
    const room = { width: this.root.clientWidth, height: this.root.clientHeight };
    if (!room.width) return;
    this.letter = parseFloat(getComputedStyle(this.root).fontSize);
    const [lineHeight, labelWidth, numberWidth] = [LINE, LABELS, NUMBERS].map((size) => size * this.letter);
    this.root.classList.remove("narrow", "in-line");
    this.root.classList.toggle("tight", room.width < WIDE);
    const { tile: least, side, gap: close } = room.width < WIDE ? ON_PHONE : AT_DESK;
    const columns = Array.from({ length: this.last + 1 }, (_, i) =>
      [...this.boxes.values()].filter(({ column }) => column === i));
    const most = Math.max(...columns.map((column) => column.length));
    const height = Math.max(room.height - 8, most * (1.15 * least + BETWEEN) + HEAD);
    this.root.style.setProperty("--needed", `${height + 10}px`);
    const tile = Math.min(TILE.most, Math.max(least, ((height - HEAD) / most) * 0.88 - BETWEEN));
    this.inLine = (height - HEAD) / most < 2.6 * this.letter; // a neuron's two numbers beside each other
    const labelled = (column) => column.some(({ neuron }) =>
      neuron && (height - HEAD) / column.length >= lineHeight * neuron.terms.length + 4);
    let labels = columns.map(labelled);
    const widthOf = (column, i) => Math.max(0, ...column.map(({ made, neuron }) =>
      neuron ? tile + (this.inLine ? 2 : 1) * numberWidth : made.offsetWidth)) + (labels[i] ? labelWidth : 0);
    const total = () => columns.reduce((sum, column, i) => sum + widthOf(column, i), 0) + 2 * side;
    while (total() + 44 * this.last > room.width && labels.some(Boolean)) labels[labels.indexOf(true)] = false;
    const gap = Math.max(close, (room.width - total()) / Math.max(this.last, 1));
    let x = side;
    columns.forEach((column, i) => {
      if (labels[i]) x += labelWidth;
      column.forEach((box, j) => this.place(box, x, HEAD + ((height - HEAD) * (j + 0.5)) / column.length, tile));
      x += widthOf(column, i) - (labels[i] ? labelWidth : 0) + gap;
    });
    this.labels = labels;
    this.pitch = columns.map((column) => (height - HEAD) / column.length);
    this.edges.setAttribute("width", Math.max(x - gap + side, room.width - 1));
    this.edges.setAttribute("height", height);
    this.root.classList.toggle("in-line", this.inLine);
    const lefts = this.headers.map(({ column }) => this.left(columns[column]));
    this.headers.forEach(({ made }, i) => (made.style.left = `${lefts[i]}px`));
    this.root.classList.toggle("narrow", lefts.some((left, i) => lefts[i + 1] - left < 18 * this.letter));
    this.trace();
    this.arranged?.();
  }

  left(column) {
    return Math.min(...column.map(({ x }) => x));
  }

  place(box, x, y, tile) {
    const { made, neuron, canvas } = box;
    Object.assign(box, { x, y, right: x + (neuron ? tile : made.offsetWidth) });
    made.style.left = `${x}px`;
    made.style.top = `${y - (neuron ? tile : made.offsetHeight) / 2}px`;
    if (!neuron) return;
    made.style.width = made.style.height = `${tile}px`;
    made.classList.toggle("small", tile < 36);
    const pixels = Math.round(tile * (window.devicePixelRatio || 1));
    if (canvas.width !== pixels) canvas.width = canvas.height = pixels;
  }

  /** The lines, from a box to a box. */
  trace() {
    for (const weight of this.weights) {
      const [from, to] = [this.boxes.get(weight.start), this.boxes.get(weight.end)];
      const labelled = this.labels[to.column];
      const most = Math.min(2.2 * LINE * this.letter, (0.9 * this.pitch[to.column]) / weight.of);
      const step = labelled ? most : Math.min(4, TILE.least / weight.of);
      const y = to.y + (weight.i - (weight.of - 1) / 2) * step;
      const end = to.x - (labelled ? LABELS * this.letter : 0);
      const path = this.curve(this.start(from), from.y, end - 3, y);
      weight.line.setAttribute("d", path);
      weight.touch.setAttribute("d", labelled ? `${path} L${to.x} ${y}` : path);
      weight.text.toggleAttribute("hidden", !labelled);
      weight.data.setAttribute("x", end + 4.4 * this.letter);
      weight.grad.setAttribute("x", to.x - 6);
      for (const part of [weight.data, weight.grad]) part.setAttribute("y", y + 4);
    }
    for (const { start, end, line } of this.flows ?? []) {
      const [from, to] = [this.boxes.get(start), this.boxes.get(end)];
      line.setAttribute("d", this.curve(this.start(from), from.y, to.x, to.y));
    }
  }

  /** Lines start beside the numbers of a neuron. */
  start(box) {
    return box.neuron ? box.right + (this.inLine ? 2 : 1) * NUMBERS * this.letter - 4 : box.right;
  }

  curve(x, y, toX, toY) {
    const bend = Math.max((toX - x) / 2, 8);
    return `M${x} ${y} C${x + bend} ${y} ${toX - bend} ${toY} ${toX} ${toY}`;
  }

  /* --- What they show ---------------------------------------------------------------------------------- */

  /**
   * The numbers of the example that `run` holds, gradients of `parameters` being means. `walk` says how far a
   * walk has come: columns up to `forward` are computed, those from `backward` on have a gradient.
   */
  draw(chosen, walk, colours) {
    const { run, parameters } = this.training;
    const largest = Math.max(...this.weights.map(({ index }) => Math.abs(parameters[index].data)), 1e-9);
    for (const box of this.boxes.values()) {
      const value = run.values[box.place];
      const grad = run.grads[box.place];
      const known = !walk || box.column <= walk.forward;
      const passed = !walk || box.column >= walk.backward;
      setText(box.data, known && Number.isFinite(box.place) ? short(value) : "");
      setText(box.grad, passed && Number.isFinite(box.place) ? short(grad) : "");
      box.made.dataset.value = value;
      box.made.dataset.grad = grad;
      box.made.classList.toggle("todo", !known);
      box.made.classList.toggle("lit", walk?.lit === box.column);
      if (box.neuron) this.drawNeuron(box, chosen, colours);
    }
    for (const weight of this.weights) this.drawWeight(weight, chosen, largest, walk);
    this.drawHeaders();
  }

  drawNeuron(box, chosen, colours) {
    const { neuron, made, index, canvas, words } = box;
    made.setAttribute("aria-pressed", String(chosen.neuron === index));
    const trouble = this.training.ailing?.[index] ?? "";
    made.classList.toggle("ailing", trouble !== "");
    setText(words, `${neuron.name}${trouble ? `, which ${trouble}` : ""}; activation, output, gradient: `);
    made.title = `${neuron.name}, ${neuron.activation || "linear"}${trouble ? `: ${trouble}` : ""}`;
    if (this.plane.kind && this.plane.responses) this.plane.paintResponse(canvas, index, colours);
  }

  drawWeight(weight, chosen, largest, walk) {
    const { index, end, group, line, data, grad } = weight;
    const parameter = this.training.parameters[index];
    group.dataset.value = parameter.data;
    group.dataset.grad = parameter.grad;
    const kind = `weight${parameter.data < 0 ? " negative" : ""}${chosen.weight === index ? " lit" : ""}`;
    if (weight.kind !== kind) group.setAttribute("class", (weight.kind = kind));
    const width = (0.7 + (4.3 * Math.abs(parameter.data)) / largest).toFixed(1);
    if (weight.width !== width) line.style.strokeWidth = weight.width = width;
    if (!this.labels?.[this.boxes.get(end).column]) return;
    setText(data, short(parameter.data));
    const passed = !walk || walk.backward < this.boxes.get(end).column;
    setText(grad, passed ? short(Number(parameter.grad.toPrecision(3))) : "");
  }

  /** What a pointer over a weight is told. */
  tell({ index, title }) {
    const { name, data, grad } = this.training.parameters[index];
    setText(title, `${name} = ${short(data)}, gradient ${short(grad)}`);
  }

  drawHeaders() {
    const { neurons } = this.training.network.shape;
    for (const { column, size } of this.headers) {
      const of = neurons.filter((neuron) => neuron.column === column).flatMap(({ terms, bias }) =>
        [...terms.map(([index]) => index), ...(bias === null ? [] : [bias])]);
      const sum = of.reduce((total, index) => total + Math.abs(this.training.parameters[index].grad), 0);
      setText(size, short(Number((sum / of.length).toPrecision(3))));
    }
  }
}

/** Text that changes only where it differs, and in place: that keeps a page quick. */
function setText(where, text) {
  if (where.textContent === text) return;
  if (text && where.childNodes.length === 1 && where.firstChild instanceof Text) where.firstChild.data = text;
  else where.textContent = text;
}
