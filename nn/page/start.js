// The page of a network: what is pressed and dragged, and what is shown then.
"use strict";

const RECENT = 14; // milliseconds of training before the page is shown again
const HINT = "Train, or take one step after the other: forward, backward, update. Drag a weight, add a point, choose a neuron.";
const SHOWN = 8; // digits of a number at first sight; the others are small

/** Builds the page of `network` into its section, and runs it; `stop()` ends what runs by itself. */
class NetworkPage {
  constructor(root, network, rules, moves) {
    this.root = root;
    this.network = network;
    this.training = new Training(network, rules, moves);
    this.log = new Log();
    this.colours = new Colours(root);
    this.plane = new Plane(this.training);
    this.chosen = {};
    this.example = 0;
    this.runs = 0; // how often training was started or stopped
    this.walk = 0; // 0: all is shown; then a column forward each, a column back each
    const act = {
      choose: (what) => this.choose(what),
      drag: (index, number, ended) => this.drag(index, number, ended),
    };
    this.picture = new Picture(this.$("picture"), this.training, this.plane, act);
    this.boundary = new Boundary(this.$("boundary"), this.training, this.plane, this.colours,
      (tool, what) => this.useTool(tool, what));
    this.chart = new Chart(this.$("loss-chart"), this.colours);
    this.inspector = new Inspector(this.$("inspector"), this.training, this.plane, act);
    this.table = new ParameterTable(this.$("all-parameters"), this.training, act);
    this.addTools();
    this.listen();
    this.picture.arranged = () => this.fitCanvases();
    this.fitCanvases();
  }

  $(id) {
    return this.root.querySelector(`#${id}`);
  }

  /* --- What is pressed --------------------------------------------------------------------------------- */

  listen() {
    const clicks = {
      train: () => this.toggle(), "train-step": () => this.step(), reset: () => this.reset(),
      forward: () => this.forward(), backward: () => this.backward(), update: () => this.step(),
    };
    this.listener = new AbortController();
    const { signal } = this.listener;
    for (const [id, act] of Object.entries(clicks)) this.$(id).addEventListener("click", act, { signal });
    const on = (id, act) => this.$(id).addEventListener("input", () => act(this.$(id).value), { signal });
    on("learning-rate", (text) => this.setRate(Number(text)));
    on("learning-rate-slider", (text) => this.setRate(Number((10 ** Number(text)).toPrecision(2))));
    on("example", (text) => text.trim() && this.show({ example: Number(text) }));
    on("moment", (text) => this.goBack(Number(text)));
    on("pace-of-training", () => this.running && this.run());
    for (const i of [0, 1]) on(`axis-${i}`, (text) => this.setAxis(i, Number(text)));
    document.addEventListener("keydown", (event) => this.key(event), { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.repaint(), { signal });
    this.theme = new MutationObserver(() => this.repaint());
    this.theme.observe(document.documentElement, { attributeFilter: ["style"] });
  }

  key(event) {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || this.root.closest("[hidden]")) return; // it is not seen
    if (target.matches("input, select, textarea")) return;
    if (key === " " && target.matches("button")) return; // it presses the button
    const act = {
      " ": () => this.toggle(), ArrowRight: () => this.step(), r: () => this.reset(),
      f: () => this.forward(), b: () => this.backward(), u: () => this.step(),
    }[key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  addTools() {
    const { task, inputs } = this.network;
    const tools = [["choose", "choose"], ["delete", "delete"]];
    if (!this.plane.isSlice) {
      const add = (target, words) => tools.splice(-1, 0, [["add", target], words]);
      if (task.kind === "number" && this.plane.kind === "curve") add(0, "add");
      else for (const target of task.classes ?? []) add(target, `add ${target}`);
    }
    this.$("tools").replaceChildren(...tools.map(([tool, words], i) => {
      const field = Object.assign(element("input", ""), { type: "radio", name: "tool", checked: i === 0 });
      field.addEventListener("input", () => (this.boundary.tool = tool));
      return element("label", "", field, words);
    }));
    this.$("plane").hidden = !this.plane.kind;
    this.$("axes").hidden = !this.plane.isSlice;
    for (const i of [0, 1]) {
      const options = inputs.map(({ name }, j) => Object.assign(element("option", "", name), { value: j, selected: i === j }));
      this.$(`axis-${i}`).replaceChildren(...options);
    }
    this.$("held-out").hidden = !this.training.heldOut.rows.length;
    this.$("share-right").hidden = !this.training.isOfClasses();
  }

  /* --- Training ---------------------------------------------------------------------------------------- */

  toggle() {
    if (!this.running) return this.run();
    this.stop();
    return this.show({ said: true });
  }

  /** Train: an update each frame, or at the pace that was chosen. */
  run() {
    this.stop();
    const mine = this.runs; // another run or a stop ends this one
    this.running = true;
    this.$("train").setAttribute("aria-pressed", "true");
    const pace = Number(this.$("pace-of-training").value);
    const next = pace > 0 ? (act) => setTimeout(act, pace) : (act) => requestAnimationFrame(act);
    const tick = () => {
      if (mine !== this.runs) return;
      const start = performance.now();
      let going = this.advance();
      while (going && pace < 0 && performance.now() - start < RECENT) going = this.advance();
      this.show({ walk: 0 });
      if (going) next(tick);
      else this.stop();
    };
    next(tick);
  }

  stop() {
    this.runs++;
    this.running = false;
    this.$("train").setAttribute("aria-pressed", "false");
  }

  /** Do something to the training, and note it, so that a link can do it again; false where it cannot be done. */
  act(kind, ...numbers) {
    const { iteration } = this.training;
    const isDone = DEEDS[kind](this.training, ...numbers);
    if (isDone) this.log.add(kind, numbers, iteration);
    if (isDone) this.changed?.();
    return isDone;
  }

  /** Do what a text of the log says. */
  redo(text) {
    return replay(this, text);
  }

  advance() {
    return this.act("t");
  }

  step() {
    this.stop();
    this.advance();
    this.show({ walk: 0, said: true });
  }

  reset() {
    this.stop();
    this.training.reset();
    this.log.reset(this.training.optimizer.learning_rate);
    this.changed?.();
    this.show({ walk: 0, said: true });
  }

  setRate(rate) {
    if (!isRate(rate)) return this.say(`The learning rate is a number from ${RATES.join(" to ")}.`);
    this.act("r", rate);
    return this.show({});
  }

  /** Back to one of the moments that the slider has; training goes on from there. */
  goBack(place) {
    this.stop();
    const { moments, iteration } = this.training;
    this.act("b", moments[place]?.iteration ?? iteration);
    this.show({ walk: 0 });
  }

  drag(index, number, ended) {
    if (!Number.isFinite(number)) return;
    if (number !== this.training.parameters[index].data) this.act("w", index, number);
    this.training.trouble = "";
    this.show({ said: ended });
  }

  /* --- Examples ---------------------------------------------------------------------------------------- */

  useTool(tool, what) {
    const { training } = this;
    if (tool === "choose") return this.show({ example: what });
    if (tool === "delete") this.act("d", what);
    else this.act("a", ...what);
    return this.show({ example: tool === "add" ? training.rows.length - 1 : this.example, said: true });
  }

  setAxis(i, axis) {
    this.plane.axes[i] = axis;
    this.plane.bound();
    this.show({});
  }

  choose(what) {
    this.chosen = what;
    this.show({});
  }

  /* --- One step after the other --------------------------------------------------------------------------- */

  forward() {
    this.stop();
    const { last } = this.picture;
    this.show({ walk: this.walk >= last ? 1 : this.walk + 1, said: true });
  }

  backward() {
    this.stop();
    const { last } = this.picture;
    const next = this.walk < last ? last + 1 : this.walk + 1;
    this.show({ walk: next > 2 * last + 1 ? last + 1 : next, said: true });
  }

  /** How far the walk is, for the picture: columns go forward, then back to the inputs. */
  progress() {
    const { last } = this.picture;
    if (!this.walk) return null;
    if (this.walk <= last) return { forward: this.walk, backward: Infinity, lit: this.walk };
    const column = 2 * last + 1 - this.walk;
    return { forward: last, backward: column, lit: column };
  }

  /** What this step of the walk does, in words. */
  tellStep() {
    const { lit, backward } = this.progress();
    const neurons = this.network.shape.neurons.filter(({ column }) => column === lit);
    const layer = neurons[0]?.header || "these operations";
    const { run } = this.training;
    if (backward === Infinity) {
      if (lit === this.picture.last) return `Forward: the loss of example ${this.example} is ${short(run.values[run.root])}.`;
      const kind = [...new Set(neurons.map(({ activation }) => activation).filter(Boolean))].join(", ");
      return neurons.length
        ? `Forward: ${layer} computes its ${neurons.length === 1 ? "weighted sum" : `${neurons.length} weighted sums`}${kind ? `, then ${kind} of ${neurons.length === 1 ? "it" : "each"}` : ""}.`
        : "Forward: the next operation of the loss.";
    }
    if (lit === this.picture.last) return "Backward: it starts with the gradient of the loss by itself, 1.";
    if (lit === 0) return "Backward: the inputs have gradients too; the weights have theirs. Now Update.";
    const does = neurons.length ? `the outputs of ${layer} have` : "the operation before has";
    return `Backward: ${does} upstream × local derivative, summed over all uses.`;
  }

  /* --- What is shown ------------------------------------------------------------------------------------- */

  /** Measure, and show everything; the numbers in the picture are those of the chosen example. */
  show({ example = this.example, walk = this.walk, said = false }) {
    const { training, plane } = this;
    this.walk = walk;
    this.example = Math.min(Math.max(0, Math.trunc(example) || 0), Math.max(0, training.rows.length - 1));
    training.measure();
    training.ailing = this.ailing();
    this.next = training.foreseen();
    const row = training.rows[this.example] ?? this.lastRow ?? new Float64Array(training.columns.length);
    this.lastRow = row;
    plane.sample(row);
    training.put(row);
    training.run.forward();
    training.run.backward(1);
    this.single = training.places.map((place) => (place === null ? 0 : training.run.grads[place]));
    this.draw(said);
  }

  /** What asks the browser how large things are comes first: after a change that would lay out the whole page. */
  draw(said) {
    this.table.measure();
    this.boundary.draw(this.example);
    this.showTime();
    this.picture.draw(this.chosen, this.progress(), this.colours);
    this.inspector.draw(this.chosen, this.single, this.next, this.colours);
    this.table.draw(this.chosen, this.next);
    this.showFigures();
    this.showWords(said);
  }

  showFigures() {
    const { training } = this;
    inDigits(this.$("iteration"), String(training.iteration));
    inDigits(this.$("loss"), training.rows.length ? inFull(training.loss) : "");
    if (training.isOfClasses()) inDigits(this.$("accuracy"), training.rows.length ? inFull(training.accuracy) : "");
    if (training.outside) inDigits(this.$("held-out-loss"), inFull(training.outside.loss));
    const rate = training.optimizer.learning_rate;
    if (document.activeElement !== this.$("learning-rate")) this.$("learning-rate").value = String(rate);
    this.$("learning-rate-slider").value = Math.log10(rate);
    if (document.activeElement !== this.$("example")) this.$("example").value = this.example;
    this.$("example").max = Math.max(0, training.rows.length - 1);
    const { values, root } = training.run;
    const target = training.targets[this.example];
    setText(this.$("example-says"), target === undefined ? "no examples" :
      `of ${training.rows.length}, target ${inWords(target)}, its loss ${short(values[root])}`);
    this.$("update").disabled = this.$("train-step").disabled = !training.rows.length;
  }

  /** The losses so far, and where among them this iteration is. */
  showTime() {
    const { training } = this;
    const { moments, iteration } = training;
    const now = { iteration, loss: training.loss, outside: training.outside?.loss ?? NaN };
    const isNewest = iteration > (moments.at(-1)?.iteration ?? -1);
    const shown = isNewest ? [...moments, now] : moments;
    this.chart.draw(shown, now);
    const slider = this.$("moment");
    slider.max = shown.length - 1;
    slider.value = isNewest ? slider.max : moments.findLastIndex((moment) => moment.iteration <= iteration);
    slider.setAttribute("aria-valuetext", `iteration ${iteration}`);
  }

  /** What is to be said: what went wrong and what to try, the step of the walk, or nothing. */
  showWords(said) {
    const { training } = this;
    const ailing = Object.entries(training.ailing).map(([i, why]) => `${this.network.shape.neurons[i].name} ${why}`);
    const dead = ailing.length ? `${ailing.slice(0, 3).join("; ")}${ailing.length > 3 ? `; and ${ailing.length - 3} more` : ""}.` : "";
    const stands = !training.iteration ? HINT : said ? `Iteration ${training.iteration}: the loss is ${short(training.loss)}.` : "";
    const nothing = training.rows.length ? "" : NO_EXAMPLES;
    const words = training.trouble || nothing || (this.walk ? this.tellStep() : "") || dead || stands;
    this.$("network-status").classList.toggle("trouble", Boolean(training.trouble || (!this.walk && dead)));
    if (words || said || !this.running) this.say(words);
  }

  say(words) {
    setText(this.$("network-status"), words);
  }

  /** Neurons whose activation is flat on every example: what they are called, and what to try. */
  ailing() {
    const found = {};
    const { neurons } = this.network.shape;
    if (!this.training.rows.length) return found;
    this.training.flattest.forEach((slope, i) => {
      const { flat, activation } = neurons[i];
      if (!flat || slope >= this.network.flat) return;
      const hint = flat === "dead" ? "reset with a smaller learning rate, or take softplus or tanh" : "try smaller weights or inputs";
      found[i] = `is ${flat}: on every example the slope of its ${activation} is below ${this.network.flat}, so it hardly learns (${hint})`;
    });
    return found;
  }

  /** Canvases have as many pixels as the screen. */
  fitCanvases() {
    const unit = window.devicePixelRatio || 1;
    for (const id of ["boundary", "loss-chart"]) {
      const canvas = this.$(id);
      const [width, height] = [Math.round(canvas.clientWidth * unit), Math.round(canvas.clientHeight * unit)];
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    }
    this.show({});
  }

  repaint() {
    this.colours.read();
    this.show({});
  }

  /** End all that runs by itself, before another network takes this place. */
  close() {
    this.stop();
    this.listener.abort();
    this.theme.disconnect();
  }
}

/** A target: a number, a word, or a list of them. */
function inWords(target) {
  if (Array.isArray(target)) return target.map(inWords).join(", ");
  return typeof target === "number" ? short(target) : target;
}

/** A number in full: its first digits large, the others small. */
function inDigits(where, text) {
  if (where.dataset.text === text) return;
  where.dataset.text = text;
  if (text.includes("e") || text.length <= SHOWN) where.replaceChildren(text);
  else where.replaceChildren(text.slice(0, SHOWN), element("small", "", text.slice(SHOWN)));
}
