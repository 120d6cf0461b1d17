// Pictures of the graph: what stands in each of them after so many steps. (pictures.py makes their records.)
"use strict";

const WIDTHS = { ".": 0.278, "-": 0.333, "+": 0.584, f: 0.278, i: 0.222 }; // of letters; digits have 0.556
const SVG = "http://www.w3.org/2000/svg";

/** How wide a number is in the font that the layout was made for, in units of the graph. */
function widthOf(text) {
  const size = Number(text.getAttribute("font-size") ?? 14);
  return size * [...text.textContent].reduce((sum, letter) => sum + (WIDTHS[letter] ?? 0.556), 0);
}

/** Give a part of the graph a class; what stays the same is not touched, which keeps large graphs quick. */
function mark(part, className) {
  if (part.getAttribute("class") !== className) part.setAttribute("class", className);
}

/** Say what a part of the graph is, to who does not see it. */
function label(part, words) {
  if (part.getAttribute("aria-label") !== words) part.setAttribute("aria-label", words);
}

function write(text, words, className) {
  if (text.textContent !== words) text.textContent = words;
  mark(text, className);
}

/**
 * One picture: of the whole at some level, or of a part, whose operations are those of the nodes in `own`.
 * `boxes` has by place what stands for a node, perhaps with others; `items` what stands for it alone.
 */
class View {
  constructor(svg, { title, prefix, boxes, figures, weights, upright, nodes: own }) {
    Object.assign(this, { svg, title, upright, own: new Set(own), figures: [], items: [] });
    this.holder = svg.closest("figure") ?? svg;
    this.scene = svg.querySelector(".graph");
    this.placed = this.scene.getAttribute("transform");
    const { x, y, width, height } = svg.viewBox.baseVal;
    this.full = { x, y, width, height };
    this.groups = new Map([...svg.querySelectorAll("g[id]")].map((g) => [g.id.slice(prefix.length), g]));
    this.large = this.groups.size > 800; // too much to be painted many times a second
    this.boxes = boxes.map((id) => this.groups.get(id) ?? null);
    boxes.forEach((id, place) => {
      if (id === `node-${place}`) this.items[place] = this.boxes[place];
    });
    const sizes = [...svg.querySelectorAll("text")].map((text) => Number(text.getAttribute("font-size") ?? 14));
    this.letters = Math.min(...sizes); // how high the smallest are
    svg.setAttribute("role", "group");
    svg.setAttribute("aria-label", `${title}: ${document.title}`);
    for (const part of svg.querySelectorAll("g[id], .graph > polygon, text")) {
      if (part !== this.scene) part.setAttribute("aria-hidden", "true"); // but for those that say what there is
    }
    for (const [id, of] of Object.entries(figures)) this.readTexts(this.groups.get(id), of, prefix);
    this.edges = [...this.groups].flatMap(([id, part]) => this.readEdge(id, part, weights));
    this.operations = [...this.groups].filter(([id]) => id.startsWith("op-"));
    this.operations = this.operations.map(([id, part]) => ({ part, place: Number(id.split("-")[1]) }));
    this.items.forEach((item, place) => {
      item.removeAttribute("aria-hidden");
      item.setAttribute("role", "img");
      item.dataset.place = place;
    });
    for (const box of new Set(this.boxes)) box?.classList.add("box");
  }

  /** Find the numbers among the texts of a box; in a table, each line stands for a Value of its own. */
  readTexts(box, figures, prefix) {
    const texts = [...box.querySelectorAll("text")];
    const inTable = box.id.includes("terms-");
    figures.forEach((figure, i) => {
      if (!figure) return;
      const [what, of] = figure;
      if (what !== "name") {
        texts[i].setAttribute("x", Number(texts[i].getAttribute("x")) + widthOf(texts[i]));
        texts[i].setAttribute("text-anchor", "end");
        this.figures.push({ text: texts[i], what, of: [of].flat(), mean: Array.isArray(of), box });
      }
      if (!inTable) return;
      if (!this.items[of]) {
        this.items[of] = document.createElementNS(SVG, "g");
        this.items[of].id = `${prefix}node-${of}`;
        texts[i].before(this.items[of]);
      }
      this.items[of].append(texts[i]);
    });
  }

  /** What an edge is: into which node's operation, from which input, or which weight. */
  readEdge(id, part, weights) {
    const [kind, place, input] = id.split("-");
    if (!part.classList.contains("edge")) return [];
    const edge = { part, kind, place: Number(place), input: Number(input), weight: weights[id] };
    if (kind === "edge" && !Number.isNaN(edge.input)) {
      part.dataset.edge = `${place}-${input}`;
      edge.slope = part.querySelector("text") ?? this.groups.get(`label-${id}`)?.querySelector("text");
    }
    if (edge.weight !== undefined) part.dataset.place = edge.weight;
    if (!this.large && Object.keys(part.dataset).length) {
      for (const path of part.querySelectorAll("path")) { // what is thin can be pointed at all the same
        const reach = path.cloneNode();
        reach.setAttribute("class", "reach");
        part.append(reach);
      }
    }
    return [edge];
  }

  /** From which step on each box has something to show: a leaf from the start. */
  connect(states) {
    this.since = new Map();
    for (const box of new Set(this.boxes)) {
      const places = this.figures.filter((figure) => figure.box === box).flatMap(({ of }) => of);
      const computed = places.filter((place) => states[place].computed);
      if (box) this.since.set(box, computed.length ? Math.min(...computed.map((place) => states[place].since)) : 0);
    }
  }

  /** Show what there is after `taken` steps, with what `step` is about lit. */
  draw(taken, step) {
    const current = step ? this.boxes[step.node] : undefined;
    const through = step && step.phase !== "seed" ? step.node : -1;
    const inputs = new Set(through < 0 ? [] : nodes[through].inputs);
    const touched = new Set([...inputs].map((place) => this.items[place] ?? this.boxes[place]));
    for (const figure of this.figures) this.drawFigure(figure, taken, step);
    for (const [box, since] of this.since) {
      const state = (since > taken ? " todo" : "") + (box === current ? " lit" : "");
      mark(box, `node box${state}${touched.has(box) && box !== current ? " touched" : ""}`);
    }
    this.items.forEach((item, place) => {
      label(item, describe(place, taken));
      if (item !== this.boxes[place]) mark(item, touched.has(item) ? "term touched" : "term");
    });
    for (const { part, place } of this.operations) {
      mark(part, `node op${states[place].since > taken ? " todo" : ""}${place === through ? " lit" : ""}`);
    }
    const entered = [...inputs].some((place) => this.boxes[place] !== current);
    for (const { part, kind, place } of this.edges) {
      const operation = kind === "edge" || kind === "result";
      const within = operation ? place === through : through >= 0 && entered && this.boxes[place] === current;
      mark(part, `edge${operation && states[place].since > taken ? " todo" : ""}${within ? " lit" : ""}`);
    }
  }

  /** One number in the picture, or the mean size of several. */
  drawFigure({ text, what, of, mean }, taken, step) {
    const known = of.map((place) => (what === "data" ? dataAfter(place, taken) : gradientAfter(place, taken)));
    if (known.includes(null)) return write(text, "", "");
    const [place] = of;
    if (mean) {
      const sizes = known.map((number) => Math.abs(number.value));
      return write(text, short(sizes.reduce((sum, size) => sum + size, 0) / sizes.length), "");
    }
    const since = what === "data" ? states[place].since : latest(states[place], taken)[0];
    const fresh = what === "data" ? step?.node === place && step.phase === "forward" : since === taken && since > 0;
    return write(text, known[0].text, fresh ? "fresh" : what === "grad" && since === 0 ? "idle" : "");
  }

  /** Other numbers: the local derivatives on the edges. */
  drawSlopes(slopes) {
    for (const { slope, place, input } of this.edges) if (slope) write(slope, short(slopes[place][input]), "");
  }
}

/** The data of a node after so many steps; before it is computed, null. */
function dataAfter(place, taken) {
  return states[place].since > taken ? null : nodes[place].data;
}

/** The gradient of a node after so many steps; before the backward pass it is there only if it is not 0. */
function gradientAfter(place, taken) {
  const [since, grad] = latest(states[place], taken);
  return since > 0 || taken >= turn || grad.value !== 0 ? grad : null;
}

/** The gradient that a node has after so many steps, and since which. */
function latest({ grads }, taken) {
  return grads.findLast(([since]) => since <= taken);
}

/** A node in words, as far as it is known after so many steps. */
function describe(place, taken) {
  const [data, grad] = [dataAfter(place, taken), gradientAfter(place, taken)];
  const said = data ? `data ${data.text}` : "not yet computed";
  return `${nameOf(place)}: ${said}${grad ? `, gradient ${grad.text}` : ""}`;
}
