// Trains a recorded network: its program for each example, then the optimizer's move. (recording.py makes it.)
"use strict";

const NO_EXAMPLES = "There are no examples to learn from: add some.";
const MOST_MOMENTS = 600; // that are kept to go back to: of more, every other one is dropped

/** A parameter as the translated functions of the optimizer see it. */
class Parameter {
  constructor({ name, place, data }, values) {
    Object.assign(this, { name, place, values, grad: 0, lone: Number(data) });
    this.start = this.lone;
  }

  get data() {
    return this.place === null ? this.lone : this.values[this.place];
  }

  set data(number) {
    if (this.place === null) this.lone = number; // the loss does not depend on it
    else this.values[this.place] = number;
  }
}

/**
 * The model with its examples. `step()` is one update; `measure()` looks at all examples, and leaves the mean
 * loss, the accuracy and the gradients; `rows` and `targets` may be changed.
 */
class Training {
  constructor(network, rules, moves) {
    this.network = network;
    this.run = load(network.program, rules);
    this.moves = moves;
    this.parameters = network.parameters.map((parameter) => new Parameter(parameter, this.run.values));
    this.places = network.parameters.map(({ place }) => place);
    this.columns = network.columns;
    this.lanes = new Lanes(network.program, rules, network.columns);
    this.rows = network.rows.map((row) => Float64Array.from(row, Number));
    this.targets = network.targets.map(plain);
    this.heldOut = {
      rows: network.heldOut.rows.map((row) => Float64Array.from(row, Number)),
      targets: network.heldOut.targets.map(plain),
    };
    this.batchSize = network.batchSize ?? null;
    this.flattest = network.shape.neurons.map(() => 0); // the largest slope of each activation
    this.reset();
    if (network.moments) this.recall(network);
  }

  /** Have a training that was recorded in Python behind us. */
  recall({ moments, every }) {
    const numbers = (text) => new Float64Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
    const plain = (number) => (typeof number === "string" ? numbers(number) : number);
    const recorded = moments.map(({ data, numbers: kept, loss, outside, ...rest }) => ({
      ...rest, data: numbers(data), loss: loss ?? NaN, outside: outside ?? NaN,
      numbers: Object.fromEntries(Object.entries(kept).map(([name, number]) => [name, plain(number)])),
    }));
    const [first, last] = [recorded[0], recorded.at(-1)];
    this.parameters.forEach((parameter, i) => (parameter.start = first.data[i]));
    const asList = ([name, number]) => [name, number instanceof Float64Array ? [...number] : number];
    this.network.optimizer.numbers = Object.fromEntries(Object.entries(first.numbers).map(asList)); // for reset
    this.reset();
    this.moments = recorded.slice(0, -1);
    this.every = every;
    this.restore(last);
  }

  /** Back to the start: the parameters as they were recorded, and the optimizer as it was. */
  reset() {
    for (const parameter of this.parameters) parameter.data = parameter.start;
    const { numbers } = this.network.optimizer;
    const rate = this.optimizer?.learning_rate;
    this.optimizer = { parameters: this.network.moved.map((i) => this.parameters[i]) };
    for (const [name, number] of Object.entries(numbers)) {
      const given = Array.isArray(number) ? Float64Array.from(number, Number) : Number(number);
      this.optimizer[name] = number === null ? null : given;
    }
    if (rate !== undefined) this.optimizer.learning_rate = rate;
    this.iteration = 0;
    this.moments = [];
    this.every = 1;
    this.trouble = "";
    this.restart();
  }

  /** Add an example: its inputs, and its class, from 0 on, or its target. */
  addExample(numbers) {
    const { task, inputs, rows } = this.network;
    const last = numbers.at(-1);
    const target = task.kind === "number" ? last : task.classes[last];
    const row = Float64Array.from(task.learned.find(([known]) => known === target)?.[1] ?? rows[0], Number);
    inputs.forEach(({ place }, i) => {
      const column = this.columns.indexOf(place);
      if (column >= 0) row[column] = numbers[i];
    });
    if (task.kind === "number" && task.target !== null) row[task.target] = target;
    this.rows.push(row);
    this.targets.push(target);
    this.restart();
    return true;
  }

  /** The same numbers, of an example that is there. */
  exampleNumbers(place) {
    const { inputs, task } = this.network;
    const [row, target] = [this.rows[place], this.targets[place]];
    return [...inputs.map((input) => row[this.columns.indexOf(input.place)] ?? 0), task.kind === "number" ? target : task.classes.indexOf(target)];
  }

  /** Delete an example; false where there is none of that number. */
  deleteExample(place) {
    const isThere = place < this.rows.length;
    this.rows.splice(place, 1);
    this.targets.splice(place, 1);
    this.restart();
    return isThere;
  }

  /** Draw batches anew: the number of examples has changed. */
  restart() {
    const { rows, batchSize, network } = this;
    this.batches = new Batches(network.seed ?? 0, rows.length, batchSize ?? rows.length);
  }

  /** Have the leaves hold the numbers of an example. */
  put(row) {
    const { values } = this.run;
    for (let i = 0; i < row.length; i++) values[this.columns[i]] = row[i];
  }

  /** Run examples forward, as many at once as there are lanes; `look(first, count)` then sees their numbers. */
  forward(rows, look) {
    const { lanes, run } = this;
    lanes.begin(run.values);
    let loss = 0;
    for (let from = 0; from < rows.length; from += lanes.most) {
      const count = lanes.put(rows, from);
      lanes.forward(count);
      for (let l = 0; l < count; l++) loss += lanes.number(run.root, l);
      look(from, count);
    }
    return loss / rows.length;
  }

  /** The mean gradient over some examples, into each parameter's `grad`; returns their mean loss. */
  gradient(rows, look) {
    const { lanes } = this;
    const loss = this.forward(rows, (from, count) => {
      lanes.backward(1 / rows.length, count);
      look?.(from, count);
    });
    lanes.finish();
    for (const parameter of this.parameters) {
      parameter.grad = parameter.place === null ? 0 : lanes.gradient(parameter.place);
    }
    return loss;
  }

  /** The mean loss and the share that is right, of examples that nothing is learned from. */
  look({ rows, targets }) {
    let right = 0;
    const loss = this.forward(rows, (from, count) => (right += this.countRight(targets, from, count)));
    return { loss, accuracy: right / rows.length };
  }

  /** Measure with the parameters of now: loss and accuracy of all examples, gradients of the next batch. */
  measure() {
    let right = 0;
    this.flattest.fill(0);
    this.loss = this.gradient(this.rows, (from, count) => {
      right += this.countRight(this.targets, from, count);
      this.findFlattest(count);
    });
    this.accuracy = this.isOfClasses() ? right / this.rows.length : NaN;
    this.outside = this.heldOut.rows.length ? this.look(this.heldOut) : null;
    const batch = this.batch();
    if (batch !== this.rows) this.gradient(batch); // the gradients of the next update are those that are shown
    return this.loss;
  }

  /** How large the slope of each activation is at most. */
  findFlattest(count) {
    const { lanes, flattest } = this;
    this.network.shape.neurons.forEach(({ flat, output }, n) => {
      if (flat) for (let l = 0; l < count; l++) flattest[n] = Math.max(flattest[n], Math.abs(lanes.slope(output, l)));
    });
  }

  isOfClasses() {
    return ["two", "several"].includes(this.network.task.kind);
  }

  /** The class that the predictions in a lane mean. */
  predicted(lane) {
    const { task, predictions } = this.network;
    const of = (i) => this.lanes.number(predictions[i], lane);
    if (task.kind === "two") return task.classes[of(0) > task.threshold ? 1 : 0];
    let best = 0;
    for (let i = 1; i < predictions.length; i++) if (of(i) > of(best)) best = i;
    return best;
  }

  /** How many of the examples in the lanes are right, whose targets are those from that one on. */
  countRight(targets, from, count) {
    if (!this.isOfClasses()) return 0;
    let right = 0;
    for (let l = 0; l < count; l++) if (this.predicted(l) === targets[from + l]) right++;
    return right;
  }

  /** The examples of the next update. */
  batch() {
    const places = this.batches.at(this.iteration);
    return places.length < this.rows.length ? places.map((i) => this.rows[i]) : this.rows;
  }

  /** One update; false where it leaves the finite numbers: then nothing has changed, and `trouble` says why. */
  step() {
    const { optimizer, iteration } = this;
    if (!this.rows.length) return this.stop(NO_EXAMPLES);
    const before = this.moment();
    const loss = this.gradient(this.batch());
    if (iteration % this.every === 0) this.remember(before, loss);
    if (!Number.isFinite(loss)) return this.stop(diverged("loss", loss, iteration, optimizer));
    let size = 0;
    for (const { grad } of this.parameters) size += grad * grad;
    if (!Number.isFinite(size)) return this.stop(diverged("gradient", size, iteration, optimizer));
    this.move();
    if (!this.parameters.every(({ data }) => Number.isFinite(data))) {
      this.restore(before);
      return this.stop(diverged("update", Infinity, iteration, optimizer));
    }
    this.iteration++;
    this.trouble = "";
    return true;
  }

  move() {
    const gradients = this.moves.gradients(this.optimizer, this.optimizer.weight_decay);
    this.moves.move(this.optimizer, gradients);
    this.optimizer.iterations += 1;
  }

  stop(why) {
    this.trouble = why;
    return false;
  }

  /** What the next update would make of each parameter; call it after `measure`. */
  foreseen() {
    const now = this.moment();
    this.move();
    const next = this.parameters.map(({ data }) => data);
    this.restore(now);
    return next;
  }

  /** The next update of one parameter in full, line by line; null where it cannot be told. */
  toldUpdate(index, next) {
    const { moves, optimizer, network, parameters } = this;
    const own = network.moved.indexOf(index);
    if (!moves.tell || own < 0) return null;
    const gradients = moves.gradients(optimizer, optimizer.weight_decay);
    const kept = { own, columns: network.optimizer.columns };
    return toldMove(moves.tell, optimizer, kept, parameters[index], gradients[own], next);
  }

  /** Where training stands: parameters, optimizer, iteration. */
  moment() {
    const numbers = {};
    for (const name of Object.keys(this.network.optimizer.numbers)) {
      const number = this.optimizer[name];
      numbers[name] = number instanceof Float64Array ? number.slice() : number;
    }
    const data = new Float64Array(this.parameters.length);
    for (let i = 0; i < data.length; i++) data[i] = this.parameters[i].data;
    return { iteration: this.iteration, data, numbers };
  }

  restore({ iteration, data, numbers }) {
    const rate = this.optimizer.learning_rate;
    this.iteration = iteration;
    this.parameters.forEach((parameter, i) => (parameter.data = data[i]));
    for (const [name, number] of Object.entries(numbers)) {
      if (number instanceof Float64Array) this.optimizer[name].set(number);
      else this.optimizer[name] = number;
    }
    this.optimizer.learning_rate = rate;
  }

  /** Back to the last moment that was kept up to an iteration; training goes on from there. False: there is none. */
  goBack(iteration) {
    const newest = this.moments.at(-1)?.iteration ?? -1;
    if (this.iteration > newest) this.remember(this.moment(), this.measure()); // to come back to
    const found = this.moments.findLast((moment) => moment.iteration <= iteration);
    if (found) this.restore(found);
    this.trouble = "";
    return found !== undefined;
  }

  /** Keep a moment with its loss, to go back to; of many, every other one. */
  remember(moment, loss) {
    this.forget(moment.iteration);
    const outside = this.heldOut.rows.length ? this.look(this.heldOut).loss : NaN;
    this.moments.push({ ...moment, loss, outside });
    if (this.moments.length <= MOST_MOMENTS) return;
    this.moments = this.moments.filter((_, i) => i % 2 === 0);
    this.every *= 2;
  }

  /** Drop the moments from this iteration on. */
  forget(iteration) {
    while (this.moments.length && this.moments.at(-1).iteration >= iteration) this.moments.pop();
  }
}

/** A target of the page's data, where the text of a number that is not finite is that number; others are words. */
function plain(target) {
  if (Array.isArray(target)) return target.map(plain);
  return ["NaN", "Infinity", "-Infinity"].includes(target) ? Number(target) : target;
}

function diverged(what, number, iteration, optimizer) {
  const rate = optimizer.learning_rate;
  const hint = iteration || what === "update"
    ? `The learning rate ${rate} is too large: reset, and try ${Number((rate / 3).toPrecision(2))}.`
    : "Nothing was updated yet: look at the examples and the weights at the start.";
  return `The ${what} is ${number} at iteration ${iteration + 1}: training has diverged. ${hint}`;
}
