// What the model and each of its neurons make of the plane of two inputs, or of the line of one.
"use strict";

const SIGNS = ["circle", "triangle", "square", "diamond", "cross"]; // of classes, for eyes that see no colours
const PATIENCE = 14; // milliseconds that the grid may take

/** The colours of now, light or dark, as [red, green, blue]. */
class Colours {
  constructor(root) {
    this.root = root;
    this.probe = root.appendChild(document.createElement("i"));
    this.probe.hidden = true;
    this.read();
  }

  read() {
    const of = (name) => {
      this.probe.style.color = `var(${name})`;
      return getComputedStyle(this.probe).color.match(/[\d.]+/g).slice(0, 3).map(Number);
    };
    this.low = of("--low");
    this.high = of("--high");
    this.sheet = of("--sheet");
    this.ink = of("--ink");
    this.faded = of("--faded");
    this.gradient = of("--gradient");
    this.classes = [0, 1, 2, 3, 4].map((i) => of(`--class-${i}`));
    this.shades = Uint32Array.from({ length: 511 }, (_, i) => packed(this.shade((i - 255) / 255)));
  }

  /** From low through the colour of the sheet to high, for −1 to 1. */
  shade(t) {
    const end = t < 0 ? this.low : this.high;
    const share = Math.min(Math.abs(t), 1) * 0.85;
    return this.sheet.map((c, i) => c + (end[i] - c) * share);
  }

  /** The same for a pixel; where there is no number, black. */
  pixel(t) {
    return Number.isNaN(t) ? packed([0, 0, 0]) : this.shades[Math.round(255 * Math.min(Math.max(t, -1), 1)) + 255];
  }

  /** The colour of a class among so many. */
  ofClass(i, count) {
    return count === 2 ? [this.low, this.high][i] : this.classes[i % this.classes.length];
  }
}

const cssColour = ([r, g, b], alpha = 1) => `rgba(${Math.round(r)}, ${Math.round(g)}, ${Math.round(b)}, ${alpha})`;

/** A colour as a pixel of an image. */
const packed = ([r, g, b]) => ((255 << 24) | (Math.round(b) << 16) | (Math.round(g) << 8) | Math.round(r)) >>> 0;

/** The grid: `responses` by neuron, `predictions` by output, each a number for each cell. */
class Plane {
  constructor(training) {
    this.training = training;
    const { network } = training;
    this.inputs = network.inputs;
    const sees = network.task.byInputs && network.task.kind !== "none" && this.inputs.length > 0;
    this.kind = !sees ? null : this.inputs.length === 1 ? "curve" : "plane";
    this.isSlice = this.inputs.length > 2;
    this.axes = [0, 1];
    this.size = this.kind === "curve" ? 96 : 40;
    this.bound();
  }

  /** The columns of the inputs in rows; an input that the loss does not depend on has none. */
  column(axis) {
    return this.training.columns.indexOf(this.inputs[axis].place);
  }

  /** From where to where the axes go: the examples, and a margin. */
  bound() {
    const rows = [...this.training.rows, ...this.training.heldOut.rows];
    this.ranges = this.axes.slice(0, this.inputs.length).map((axis) => {
      const column = this.column(axis);
      const numbers = column < 0 ? [0] : rows.map((row) => row[column]).filter(Number.isFinite);
      const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
      const margin = 0.12 * (most - least) || 1;
      return [least - margin, most + margin];
    });
    const { target } = this.training.network.task;
    if (this.kind !== "curve" || target === null) return;
    const numbers = rows.map((row) => row[target]);
    const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
    const margin = 0.25 * (most - least) || 1;
    this.targets = [least - margin, most + margin];
  }

  /** Run the model over the grid; of more than two inputs, the others are those of the example `row`. */
  sample(row) {
    if (!this.kind) return;
    if (this.isSlow && this.size > 16) this.size = Math.max(16, Math.floor(this.size * 0.8)); // what is painted has its size
    const start = performance.now();
    const { lanes, network, run } = this.training;
    this.steps ??= lanes.under(network.predictions);
    const count = this.kind === "curve" ? this.size : this.size * this.size;
    const fresh = (what) => (what?.[0]?.length === count ? what : null);
    this.responses = fresh(this.responses) ?? network.shape.neurons.map(() => new Float32Array(count));
    this.predictions = fresh(this.predictions) ?? network.predictions.map(() => new Float32Array(count));
    lanes.columns.forEach((column, c) => column.fill(row ? row[c] : 0));
    lanes.begin(run.values);
    for (let from = 0; from < count; from += lanes.most) {
      const here = Math.min(lanes.most, count - from);
      this.put(from, here);
      lanes.forward(here, this.steps);
      network.shape.neurons.forEach(({ output }, i) => keep(this.responses[i], from, here, lanes.numbers(output, here)));
      network.predictions.forEach((place, i) => keep(this.predictions[i], from, here, lanes.numbers(place, here)));
    }
    this.isSlow = performance.now() - start > PATIENCE;
  }

  /** Have the lanes hold the inputs of cells. */
  put(from, count) {
    const columns = this.axes.slice(0, this.ranges.length).map((axis) => this.training.lanes.columns[this.column(axis)]);
    for (let l = 0; l < count; l++) this.coordinates(from + l).forEach((x, i) => columns[i] && (columns[i][l] = x));
  }

  /** The inputs at the middle of a cell: from left to right, then from the top down. */
  coordinates(cell) {
    const at = ([from, to], share) => from + (to - from) * share;
    if (this.kind === "curve") return [at(this.ranges[0], (cell + 0.5) / this.size)];
    const [i, j] = [cell % this.size, Math.floor(cell / this.size)];
    return [at(this.ranges[0], (i + 0.5) / this.size), at(this.ranges[1], 1 - (j + 0.5) / this.size)];
  }

  /** A number for each cell, from −1 to 1: what is shaded. */
  scaled(numbers, middle = 0) {
    let largest = 0;
    for (const x of numbers) if (Number.isFinite(x)) largest = Math.max(largest, Math.abs(x - middle));
    return (i) => (largest ? (numbers[i] - middle) / largest : 0);
  }

  /** Paint a pixel for each cell over a canvas. */
  paint(canvas, pixelOf) {
    const { size } = this;
    if (this.image?.width !== size) {
      this.image = new ImageData(size, size);
      this.small = Object.assign(document.createElement("canvas"), { width: size, height: size });
    }
    const pixels = new Uint32Array(this.image.data.buffer);
    for (let cell = 0; cell < pixels.length; cell++) pixels[cell] = pixelOf(cell);
    this.small.getContext("2d").putImageData(this.image, 0, 0);
    const brush = canvas.getContext("2d");
    brush.imageSmoothingEnabled = true;
    brush.drawImage(this.small, 0, 0, canvas.width, canvas.height);
  }

  /** What a neuron sees, on its small canvas. */
  paintResponse(canvas, neuron, colours) {
    const numbers = this.responses[neuron];
    if (this.kind === "plane") {
      const share = this.scaled(numbers);
      this.paint(canvas, (cell) => colours.pixel(share(cell)));
      return;
    }
    const brush = canvas.getContext("2d");
    const { width, height } = canvas;
    brush.fillStyle = cssColour(colours.sheet);
    brush.fillRect(0, 0, width, height);
    const [least, most] = [Math.min(0, ...numbers), Math.max(0, ...numbers)];
    const y = (x) => height * (0.92 - (0.84 * (x - least)) / (most - least || 1));
    strokeLine(brush, [[0, y(0)], [width, y(0)]], cssColour(colours.faded, 0.5), 1);
    strokeLine(brush, [...numbers].map((x, i) => [((i + 0.5) / numbers.length) * width, y(x)]), cssColour(colours.high), 3);
  }
}

/** Keep numbers of so many cells; a number alone is that of all. */
function keep(target, from, count, numbers) {
  if (numbers.length === count) target.set(numbers, from);
  else target.fill(numbers[0], from, from + count);
}

/** A line through points on a canvas; a number that is not finite leaves a gap. */
function strokeLine(brush, points, colour, width, dash = []) {
  brush.beginPath();
  let drawing = false;
  for (const [x, y] of points) {
    if (!Number.isFinite(y)) drawing = false;
    else if (drawing) brush.lineTo(x, y);
    else brush.moveTo(x, y);
    drawing = Number.isFinite(y);
  }
  brush.setLineDash(dash);
  brush.lineWidth = width;
  brush.lineJoin = "round";
  brush.strokeStyle = colour;
  brush.stroke();
  brush.setLineDash([]);
}

/** A sign on a canvas: of a class, filled or hollow. */
function drawSign(brush, kind, x, y, r, fill, edge, width = 1.5) {
  brush.beginPath();
  const corners = {
    triangle: [[0, -1.15], [1.05, 0.75], [-1.05, 0.75]],
    square: [[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]],
    diamond: [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
    cross: [[-1, -0.4], [-0.4, -0.4], [-0.4, -1], [0.4, -1], [0.4, -0.4], [1, -0.4], [1, 0.4], [0.4, 0.4],
      [0.4, 1], [-0.4, 1], [-0.4, 0.4], [-1, 0.4]],
  }[kind];
  if (corners) corners.forEach(([dx, dy], i) => brush[i ? "lineTo" : "moveTo"](x + dx * r, y + dy * r));
  else brush.arc(x, y, r, 0, 2 * Math.PI);
  brush.closePath();
  if (fill) {
    brush.fillStyle = fill;
    brush.fill();
  }
  brush.lineWidth = width;
  brush.strokeStyle = edge;
  brush.stroke();
}
