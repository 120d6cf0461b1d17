// The numbers of one weight or neuron, and a table of all parameters: data, gradient, what the optimizer keeps.
"use strict";

const MOST_ROWS = 400;

/** What is chosen, in full: a weight that can be changed, or a neuron with its arithmetic. */
class Inspector {
  constructor(root, training, plane, act) {
    Object.assign(this, { root, training, plane, act });
    this.number = Object.assign(element("input", ""), { type: "number", step: "any" });
    this.slider = Object.assign(element("input", ""), { type: "range", step: "any" });
    this.number.setAttribute("aria-label", "its number");
    this.slider.setAttribute("aria-label", "slide it");
    for (const field of [this.number, this.slider]) {
      field.addEventListener("input", () => field.value.trim() && act.drag(this.weight, Number(field.value), false));
      field.addEventListener("change", () => act.drag(this.weight, this.training.parameters[this.weight].data, true));
    }
    this.canvas = element("canvas", "large");
    this.canvas.setAttribute("aria-hidden", "true");
  }

  /** Show it: `single` are the gradients of the chosen example alone, `next` the parameters to come. */
  draw(chosen, single, next, colours) {
    if (chosen.weight !== undefined) this.drawWeight(chosen.weight, single, next);
    else if (chosen.neuron !== undefined) this.drawNeuron(this.training.network.shape.neurons[chosen.neuron], chosen.neuron, colours);
    else this.say("Choose a neuron or a weight: here are its numbers. Drag a weight up or down to change it.");
  }

  say(words) {
    if (this.shown !== words) this.root.replaceChildren(element("p", "hint", words));
    this.shown = words;
  }

  /** Lay out anew only when something else is chosen; a field keeps the focus while it is used. */
  frame(key, build) {
    if (this.shown === key) return;
    this.shown = key;
    this.root.replaceChildren(...build());
  }

  drawWeight(index, single, next) {
    const { training } = this;
    const { optimizer, moved } = training.network;
    const parameter = training.parameters[index];
    this.weight = index;
    this.frame(`weight ${index}`, () => {
      this.facts = element("dl", "facts of-weight");
      const reach = Math.max(2, 2 * Math.abs(parameter.data));
      Object.assign(this.slider, { min: parameter.data - reach, max: parameter.data + reach });
      const change = element("div", "change", this.number, this.slider);
      return [element("h2", "", parameter.name), change, this.facts];
    });
    if (document.activeElement !== this.number) this.number.value = String(parameter.data);
    this.slider.value = parameter.data;
    const own = moved.indexOf(index), count = training.rows.length;
    const kept = Object.entries(optimizer.columns).map(([name, title]) =>
      [titleOf(title), own < 0 ? "" : short(keptNumber(training, name, title, own))]);
    this.list([
      ["next update", own < 0 ? "the optimizer does not hold it" : this.updateOf(index, next[index])],
      ["data", inFull(parameter.data)],
      [`gradient, mean of ${count} example${count === 1 ? "" : "s"}`, inFull(parameter.grad)],
      ["gradient of this example", single[index] === undefined ? "" : inFull(single[index])],
      ...kept,
    ]);
  }

  /** The update of a parameter, with its numbers, a line for each that it sets: of plain descent, one. */
  updateOf(index, next) {
    const { training } = this;
    const { optimizer, network, parameters } = training;
    const { data, grad } = parameters[index];
    const plain = network.optimizer.name === "SGD" && !optimizer.momentum && !optimizer.weight_decay && !optimizer.clip_norm;
    const lines = plain ? null : training.toldUpdate(index, next);
    if (lines) return lines.join("\n");
    const middle = plain ? `${short(optimizer.learning_rate)} × ${guarded(grad)}` : guarded(data - next);
    const head = plain ? "new = old − learning rate × gradient" : "new = old − update";
    return `${head} = ${short(data)} − ${middle} = ${short(next)}`;
  }

  /** The facts, in the place of those before; where there are as many, their texts. */
  list(facts) {
    const shown = [...this.facts.children];
    if (shown.length === 2 * facts.length) return facts.flat().forEach((text, i) => setText(shown[i], text));
    return this.facts.replaceChildren(...facts.flatMap(([title, text]) => [element("dt", "", title), element("dd", "", text)]));
  }

  drawNeuron(neuron, index, colours) {
    const { training, plane } = this;
    const { run } = training;
    this.frame(`neuron ${index}`, () => {
      this.sums = element("table", "sums");
      this.facts = element("dl", "facts");
      this.canvas.hidden = !plane.kind;
      const words = element("div", "", element("h2", "", neuron.name), this.facts);
      return [element("div", "seen", this.canvas, words), this.sums];
    });
    const upstream = run.grads[neuron.output];
    const slope = neuron.output === neuron.total ? 1 : run.grads[neuron.total] / upstream;
    const activation = neuron.activation || "linear";
    const facts = [["Σ, the weighted sum", inFull(run.values[neuron.total])]];
    if (neuron.output !== neuron.total) {
      facts.push([`output = ${activation}(Σ)`, inFull(run.values[neuron.output])]);
      facts.push(["gradient of the output", inFull(upstream)]);
      const product = `${short(upstream)} × ${guarded(Number.isFinite(slope) ? slope : run.slopes[neuron.output][0])}`;
      facts.push(["gradient of Σ = upstream × local derivative", `${product} = ${short(run.grads[neuron.total])}`]);
    } else facts.push(["gradient", inFull(upstream)]);
    this.list(facts);
    this.sums.replaceChildren(this.heads(), ...this.terms(neuron));
    if (!plane.kind) return;
    const pixels = Math.round(112 * (window.devicePixelRatio || 1));
    if (this.canvas.width !== pixels) this.canvas.width = this.canvas.height = pixels;
    plane.paintResponse(this.canvas, index, colours);
  }

  heads() {
    return element("tr", "", ...["", "weight", "× input", "= product", "× that of Σ = gradient"].map((title) => {
      const cell = element(title ? "th" : "td", "", title);
      if (title) cell.scope = "col";
      return cell;
    }));
  }

  /** A row for each weight, and one for the bias. */
  terms(neuron) {
    const { run, parameters } = this.training;
    const ofSum = run.grads[neuron.total];
    const row = (index, input) => {
      const { name, data } = parameters[index];
      const numbers = input === undefined
        ? [short(data), "", short(data), short(ofSum)]
        : [short(data), short(input), short(data * input), short(ofSum * input)];
      const own = index === neuron.bias ? "bias" : name.split(".").slice(-2).join("."); // it stands under its neuron
      const button = Object.assign(element("button", "plain", own), { type: "button", title: name });
      button.addEventListener("click", () => this.act.choose({ weight: index }));
      return element("tr", "", element("td", "name", button), ...numbers.map((text) => element("td", "number", text)));
    };
    const rows = neuron.terms.map(([index, place]) => row(index, run.values[place]));
    return neuron.bias === null ? rows : [...rows, row(neuron.bias)];
  }
}

/** A number in parentheses where its minus would stand beside another sign. */
const guarded = (x) => (x < 0 ? `(${short(x)})` : short(x));

const titleOf = (title) => (title === "v" ? "√v" : title);

function keptNumber(training, name, title, own) {
  const number = training.optimizer[name][own];
  return title === "v" ? Math.sqrt(number) : number;
}

/** All parameters, a row each; only rows that are in sight are written. */
class ParameterTable {
  constructor(root, training, act) {
    Object.assign(this, { root, training });
    const { optimizer } = training.network;
    const titles = ["parameter", "data", "gradient", ...Object.values(optimizer.columns).map(titleOf), "update", "new"];
    root.querySelector("thead").replaceChildren(element("tr", "", ...titles.map((title) => {
      const cell = element("th", "", title);
      cell.scope = "col";
      return cell;
    })));
    const shown = training.parameters.slice(0, MOST_ROWS);
    this.rows = shown.map(({ name }, index) => {
      const button = element("button", "plain", name);
      button.type = "button";
      button.addEventListener("click", () => act.choose({ weight: index }));
      const cells = titles.slice(1).map(() => element("td", "number"));
      return { made: element("tr", "", element("td", "name", button), ...cells), cells };
    });
    root.querySelector("tbody").replaceChildren(...this.rows.map(({ made }) => made));
    const more = root.querySelector("#more-parameters");
    more.hidden = shown.length === training.parameters.length;
    more.textContent = `… and ${training.parameters.length - shown.length} more`;
    root.addEventListener("scroll", () => {
      this.measure();
      if (this.last) this.draw(...this.last);
    });
  }

  /** Find the rows that are in sight. */
  measure() {
    const { scrollTop, clientHeight } = this.root;
    const height = this.rows[0]?.made.offsetHeight || 28;
    this.first = Math.max(0, Math.floor(scrollTop / height) - 2);
    this.end = Math.min(this.rows.length, Math.ceil((scrollTop + clientHeight) / height) + 2);
  }

  draw(chosen, next) {
    this.last = [chosen, next];
    for (let i = this.first; i < this.end; i++) this.drawRow(i, chosen, next);
  }

  drawRow(i, chosen, next) {
    const { training } = this;
    const { optimizer, moved } = training.network;
    const { data, grad } = training.parameters[i];
    const own = moved.indexOf(i);
    const kept = Object.entries(optimizer.columns).map(([name, title]) =>
      own < 0 ? "" : short(keptNumber(training, name, title, own)));
    const { made, cells } = this.rows[i];
    const update = own < 0 ? ["", ""] : [short(data - next[i]), short(next[i])];
    [short(data), short(grad), ...kept, ...update].forEach((text, j) => setText(cells[j], text));
    made.classList.toggle("chosen", chosen.weight === i);
  }
}
