// The boundary between classes, or the curve, with the examples: points can be chosen, added and deleted.
"use strict";

/**
 * Draws on a canvas, and turns what is done there into `act(tool, numbers | index)`. The tool is
 * "choose", "delete" or ["add", class]; arrow keys move a cross, Enter acts where it is.
 */
class Boundary {
  constructor(canvas, training, plane, colours, act) {
    Object.assign(this, { canvas, training, plane, colours, act, tool: "choose", cross: null });
    const over = plane.inputs.slice(0, 2).map(({ name }) => name).join(" and ");
    const what = plane.kind === "curve" ? "The curve of the output" : "What the network makes of the plane";
    canvas.setAttribute("aria-label", `${what} over ${over}; arrow keys move a cross, Enter acts there`);
    canvas.addEventListener("click", (event) => {
      const box = canvas.getBoundingClientRect();
      this.use((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
    });
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("blur", () => {
      this.cross = null;
      this.draw(this.chosen);
    });
  }

  key(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (moves[event.key]) {
      const [dx, dy] = moves[event.key];
      const [x, y] = this.cross ?? [0.5, 0.5];
      const within = (share) => Math.min(Math.max(share, 0.01), 0.99);
      this.cross = [within(x + dx * 0.025), within(y + dy * 0.025)];
      this.draw(this.chosen);
    } else if (event.key === "Enter" && this.cross) this.use(...this.cross);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Where numbers stand on the canvas, and back. */
  x(number) {
    const [from, to] = this.plane.ranges[0];
    return ((number - from) / (to - from)) * this.canvas.width;
  }

  y(number) {
    const [from, to] = this.vertical();
    return (1 - (number - from) / (to - from)) * this.canvas.height;
  }

  vertical() {
    return this.plane.kind === "curve" ? this.plane.targets ?? [-1.2, 1.2] : this.plane.ranges[1];
  }

  /** The place of an example on the canvas. */
  position(row) {
    const columns = this.plane.axes.map((axis) => (axis < this.plane.inputs.length ? this.plane.column(axis) : -1));
    const at = (column) => (column < 0 ? 0 : row[column]);
    const { task } = this.training.network;
    if (this.plane.kind !== "curve") return [this.x(at(columns[0])), this.y(at(columns[1]))];
    return [this.x(at(columns[0])), this.y(task.target === null ? 0 : row[task.target])];
  }

  /** Act at a place, given by shares of the canvas. */
  use(across, down) {
    if (!this.plane.kind) return;
    const { rows } = this.training;
    if (Array.isArray(this.tool)) return this.act("add", this.example(across, down, this.tool[1]));
    const [x, y] = [across * this.canvas.width, down * this.canvas.height];
    let [nearest, least] = [-1, Infinity];
    rows.forEach((row, i) => {
      const [px, py] = this.position(row);
      const apart = Math.hypot(px - x, py - y);
      if (apart < least) [nearest, least] = [i, apart];
    });
    const reach = 24 * (window.devicePixelRatio || 1);
    if (nearest >= 0 && (this.tool === "choose" || least < reach)) this.act(this.tool, nearest);
    return undefined;
  }

  /** A new example there, to four digits: its inputs, and its class, or how high it is. */
  example(across, down, target) {
    const { task } = this.training.network;
    const at = ([from, to], share) => Number((from + (to - from) * share).toPrecision(4));
    const numbers = [at(this.plane.ranges[0], across), at(this.vertical(), 1 - down)];
    const inputs = numbers.slice(0, this.plane.ranges.length);
    if (task.kind === "number") return [...inputs, this.plane.kind === "curve" ? numbers[1] : target];
    return [...inputs, task.classes.indexOf(target)];
  }

  /** All of it, with a ring around the example that was chosen. */
  draw(chosen) {
    this.chosen = chosen;
    const { canvas, plane, colours, training } = this;
    if (!plane.kind || !canvas.width) return;
    const brush = canvas.getContext("2d");
    if (plane.kind === "curve") this.drawCurve(brush);
    else this.drawPlane(brush);
    this.drawAxes(brush);
    const marked = (row, target, hollow) => this.drawExample(brush, row, target, hollow);
    if (!plane.isSlice) {
      training.heldOut.rows.forEach((row, i) => marked(row, training.heldOut.targets[i], true));
      training.rows.forEach((row, i) => marked(row, training.targets[i], false));
    }
    const row = training.rows[chosen];
    if (row) {
      if (plane.isSlice) marked(row, training.targets[chosen], false);
      const r = this.unit() * 10;
      drawSign(brush, "circle", ...this.position(row), r, null, cssColour(colours.ink), 2.5 * this.unit());
    }
    if (this.cross) {
      const [x, y] = [this.cross[0] * canvas.width, this.cross[1] * canvas.height];
      strokeLine(brush, [[x, 0], [x, canvas.height]], cssColour(colours.ink), 1);
      strokeLine(brush, [[0, y], [canvas.width, y]], cssColour(colours.ink), 1);
    }
  }

  unit() {
    return window.devicePixelRatio || 1;
  }

  drawPlane(brush) {
    const { plane, colours, training } = this;
    const { task } = training.network;
    if (task.kind === "several") {
      plane.paint(this.canvas, (cell) => {
        const scores = plane.predictions.map((numbers) => numbers[cell]);
        const order = scores.map((_, i) => i).sort((a, b) => scores[b] - scores[a]);
        const sure = 0.25 + 0.5 * Math.tanh((scores[order[0]] - scores[order[1]]) / 2);
        const colour = colours.ofClass(order[0], scores.length);
        return packed(colours.sheet.map((c, i) => c + (colour[i] - c) * sure));
      });
      return;
    }
    const middle = task.kind === "two" ? task.threshold : this.middle();
    const share = plane.scaled(plane.predictions[0], middle);
    plane.paint(this.canvas, (cell) => colours.pixel(share(cell) * 1.4));
    if (task.kind === "two") this.drawLine(brush, plane.predictions[0], middle);
  }

  /** The mean target: what numbers are shaded around. */
  middle() {
    const numbers = this.training.targets;
    return numbers.reduce((sum, x) => sum + x, 0) / (numbers.length || 1);
  }

  /** Where the prediction is the threshold, from cell to cell. */
  drawLine(brush, numbers, middle) {
    const { size } = this.plane;
    const [dx, dy] = [this.canvas.width / size, this.canvas.height / size];
    const at = (i, j) => numbers[j * size + i] - middle;
    brush.beginPath();
    for (let j = 0; j + 1 < size; j++) {
      for (let i = 0; i + 1 < size; i++) {
        const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
        const crossings = corners.flatMap(([a, b], k) => {
          const [c, d] = corners[(k + 1) % 4];
          const [u, v] = [at(a, b), at(c, d)];
          if (u < 0 === v < 0) return [];
          const t = u / (u - v);
          return [[(a + (c - a) * t + 0.5) * dx, (b + (d - b) * t + 0.5) * dy]];
        });
        for (let k = 0; k + 1 < crossings.length; k += 2) {
          brush.moveTo(...crossings[k]);
          brush.lineTo(...crossings[k + 1]);
        }
      }
    }
    brush.lineWidth = 2 * this.unit();
    brush.strokeStyle = cssColour(this.colours.ink);
    brush.stroke();
  }

  drawCurve(brush) {
    const { plane, colours, canvas, training } = this;
    brush.fillStyle = cssColour(colours.sheet);
    brush.fillRect(0, 0, canvas.width, canvas.height);
    const { task } = training.network;
    if (task.kind === "two") {
      const y = this.y(task.threshold);
      strokeLine(brush, [[0, y], [canvas.width, y]], cssColour(colours.faded), this.unit(), [4, 4]);
    }
    plane.predictions.forEach((numbers, output) => {
      const points = [...numbers].map((number, i) => [((i + 0.5) / plane.size) * canvas.width, this.y(number)]);
      strokeLine(brush, points, cssColour(output ? colours.faded : colours.high), 3 * this.unit());
    });
  }

  /** The numbers at the ends of the axes. */
  drawAxes(brush) {
    const { canvas, colours, plane } = this;
    const size = 11 * this.unit();
    brush.font = `${size}px sans-serif`;
    brush.fillStyle = cssColour(colours.ink);
    const [[left, right], [low, high]] = [plane.ranges[0], this.vertical()];
    const edge = 4 * this.unit();
    const write = (text, x, y, align) => {
      brush.textAlign = align;
      brush.fillText(text, x, y);
    };
    write(short(Number(left.toPrecision(2))), edge, canvas.height - edge, "left");
    write(short(Number(right.toPrecision(2))), canvas.width - edge, canvas.height - edge, "right");
    write(short(Number(high.toPrecision(2))), edge, size + edge / 2, "left");
    write(short(Number(low.toPrecision(2))), edge, canvas.height - edge - 1.3 * size, "left");
  }

  drawExample(brush, row, target, hollow) {
    const { colours, training, plane } = this;
    const { task } = training.network;
    const [x, y] = this.position(row);
    const r = this.unit() * (training.rows.length > 300 ? 3 : 4.5);
    const place = this.training.isOfClasses() ? task.classes.indexOf(target) : 0;
    let colour = colours.faded;
    if (task.kind === "number" && plane.kind === "plane") {
      const spread = Math.max(...training.targets.map((t) => Math.abs(t - this.middle()))) || 1;
      colour = colours.shade((1.18 * (target - this.middle())) / spread);
    } else if (place >= 0 && task.classes) colour = colours.ofClass(place, task.classes.length);
    const fill = hollow ? null : cssColour(colour);
    drawSign(brush, SIGNS[Math.max(place, 0) % SIGNS.length], x, y, r, fill, hollow ? cssColour(colour) : cssColour(colours.sheet),
      this.unit() * 1.5);
  }
}
