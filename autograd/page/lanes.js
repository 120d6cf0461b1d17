// Runs a recorded graph for many examples at once: every instruction is a loop over lanes, one lane an example.
"use strict";

const MOST_LANES = 128; // at once: their numbers stay near the processor
const MOST_NUMBERS = 1 << 21; // in the memory of a large graph, which then has fewer lanes

/**
 * The program (see program.js) where the leaves `own` have a number in each lane, and any other leaf one that
 * all lanes share; so has what is computed from shared numbers alone. Where the numbers of a node are in
 * `memory`, and its gradients in `grads`, say `at[place]` and `step[place]`: lane l at `at + l * step`.
 */
class Lanes {
  constructor({ values, instructions, root }, rules, own) {
    Object.assign(this, { instructions, rules, root, count: values.length });
    this.at = new Int32Array(this.count);
    this.step = new Int32Array(this.count);
    for (const place of own) this.step[place] = 1;
    instructions.forEach((made, place) => {
      if (made?.[0] && made[2].some((input) => this.step[input])) this.step[place] = 1;
    });
    const laned = this.step.reduce((sum, step) => sum + step, 0);
    this.most = Math.max(1, Math.min(MOST_LANES, Math.floor(MOST_NUMBERS / (laned || 1))));
    this.shared = this.count - laned; // numbers come first in the memory that all lanes share
    let [one, row] = [0, this.shared];
    for (let place = 0; place < this.count; place++) {
      this.at[place] = this.step[place] ? row : one;
      if (this.step[place]) row += this.most;
      else one++;
    }
    this.steps = this.prepare(row);
    this.made = new Map(this.steps.map(({ place }, i) => [place, i])); // by place: which step it is
    this.given = Float64Array.from(values, Number);
    this.leaves = [...values.keys()].filter((place) => !this.step[place] && !instructions[place]?.[0]);
    this.columns = [...own].map((place) => this.numbers(place, this.most));
  }

  /** The instructions as they are run, and the memory with room for the local derivatives from `end` on. */
  prepare(end) {
    const found = [];
    const fixed = []; // local derivatives that are always the same, and where they are
    this.instructions.forEach((made, place) => {
      if (!made?.[0]) return;
      const [name, exponent, inputs] = made;
      const rule = this.rules[name];
      const step = { place, rule, lanes: this.step[place], exponent: exponent === null ? undefined : Number(exponent) };
      step.x = Int32Array.from(inputs, (input) => this.at[input]);
      step.s = Int32Array.from(inputs, (input) => this.step[input]);
      step.inputs = inputs;
      step.d = new Int32Array(inputs.length); // where the local derivatives are
      step.t = new Int32Array(inputs.length); // and how far it is to that of the next lane
      const [copied, numbers] = [new Int32Array(inputs.length).fill(-1), []];
      rule.slopes?.(inputs.length, copied, numbers);
      inputs.forEach((_, j) => {
        if (copied[j] >= 0) [step.d[j], step.t[j]] = [step.x[copied[j]], step.s[copied[j]]];
        else {
          [step.d[j], step.t[j]] = [end, rule.slopes ? 0 : step.lanes];
          if (rule.slopes) fixed.push([end, numbers[j]]);
          end += step.t[j] ? this.most : 1;
        }
      });
      if (!rule.lanes) [step.numbers, step.made] = [new Array(inputs.length).fill(0), new Array(inputs.length).fill(0)];
      step.groups = groupsOf(step);
      found.push(step);
    });
    this.memory = new Float64Array(end);
    this.grads = new Float64Array(this.shared + (this.count - this.shared) * this.most);
    for (const [place, number] of fixed) this.memory[place] = number;
    return found;
  }

  /** The numbers of a node in the first lanes; one number where all lanes share it. */
  numbers(place, lanes) {
    const start = this.at[place];
    return this.memory.subarray(start, start + (this.step[place] ? lanes : 1));
  }

  /** The number of a node in a lane. */
  number(place, lane) {
    return this.memory[this.at[place] + lane * this.step[place]];
  }

  /** The local derivative of a node by its first input, in a lane. */
  slope(place, lane) {
    const { d, t } = this.steps[this.made.get(place)];
    return this.memory[d[0] + lane * t[0]];
  }

  /** The steps that compute these nodes, in order. */
  under(places) {
    const needed = new Set(places);
    for (let i = this.steps.length - 1; i >= 0; i--) {
      if (needed.has(this.steps[i].place)) for (const input of this.steps[i].inputs) needed.add(input);
    }
    return this.steps.filter(({ place }) => needed.has(place));
  }

  /** Take the shared leaves from numbers by place, and have all gradients 0: then come the examples. */
  begin(values) {
    for (const place of this.leaves) this.memory[this.at[place]] = values[place];
    this.grads.fill(0);
    this.isFresh = true; // what is shared is not computed yet
  }

  /** Put numbers of examples into the lanes: of rows from that one on; returns how many there were. */
  put(rows, from) {
    const lanes = Math.min(this.most, rows.length - from);
    const { columns } = this;
    for (let c = 0; c < columns.length; c++) for (let l = 0; l < lanes; l++) columns[c][l] = rows[from + l][c];
    return lanes;
  }

  forward(lanes, steps = this.steps) {
    const { memory } = this;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i];
      if (!step.lanes && !this.isFresh) continue; // it is as it was for the lanes before
      const m = step.lanes ? lanes : 1;
      const { rule, x, s, d } = step;
      const y = this.at[step.place];
      if (!rule.lanes) this.compute(step, m);
      else if (rule.arity === 1) rule.lanes(memory, x[0], s[0], y, d[0], m, step.exponent);
      else if (rule.arity === 2) rule.lanes(memory, x[0], s[0], x[1], s[1], y, d[0], d[1], m);
      else rule.lanes(memory, x, s, x.length, y, m);
    }
    this.isFresh = false;
  }

  /** Compute a node by a rule that has no loop of its own, lane after lane. */
  compute({ place, rule, x, s, d, t, numbers, made }, m) {
    const { memory } = this;
    const count = x.length;
    for (let l = 0; l < m; l++) {
      for (let i = 0; i < count; i++) numbers[i] = memory[x[i] + l * s[i]];
      const result = rule.arity === 0 ? rule.rule(numbers, made, count) : rule.rule(...numbers);
      const [value, ...slopes] = rule.arity === 0 ? [result] : result;
      memory[this.at[place] + l * this.step[place]] = value;
      for (let i = 0; i < count; i++) memory[d[i] + l * t[i]] = rule.arity === 0 ? made[i] : slopes[i];
    }
  }

  /** The chain rule for these lanes, down to what is shared: there, gradients are summed over all lanes. */
  backward(gradient, lanes) {
    const { grads, steps, at, step, root } = this;
    grads.fill(0, this.shared);
    for (let l = 0; l < lanes; l++) grads[at[root] + l * step[root]] += gradient;
    for (let i = steps.length - 1; i >= 0; i--) if (steps[i].lanes) this.contribute(steps[i], lanes);
  }

  /** After all lanes: the chain rule through what is shared. */
  finish() {
    const { steps } = this;
    for (let i = steps.length - 1; i >= 0; i--) if (!steps[i].lanes) this.contribute(steps[i], 1);
  }

  /** upstream gradient × local derivative, to each input. */
  contribute({ place, x, d, groups }, lanes) {
    const { grads, memory, at } = this;
    for (const { kind, j } of groups) kind(grads, x, j, at[place], memory, d, lanes);
  }

  /** The gradient of a node that all lanes share. */
  gradient(place) {
    return this.grads[this.at[place]];
  }
}

/* --- Contributions ------------------------------------------------------------------------------------------ */

// Each adds to the gradients of inputs at x[j] what lanes contribute, from the upstream gradients at `u` and the
// local derivatives at d[j]. (They are called from one place, so that an engine compiles each by itself.)

/** An input that all lanes share, by one local derivative in each lane, or by one for all. */
function toShared(grads, x, j, u, memory, d, lanes) {
  const slope = d[j];
  let sum = grads[x[j]];
  for (let l = 0; l < lanes; l++) sum += grads[u + l] * memory[slope + l];
  grads[x[j]] = sum;
}

function toSharedByOne(grads, x, j, u, memory, d, lanes) {
  const slope = memory[d[j]];
  let sum = grads[x[j]];
  for (let l = 0; l < lanes; l++) sum += grads[u + l] * slope;
  grads[x[j]] = sum;
}

/** An input with a number in each lane. */
function toLanes(grads, x, j, u, memory, d, lanes) {
  const [input, slope] = [x[j], d[j]];
  for (let l = 0; l < lanes; l++) grads[input + l] += grads[u + l] * memory[slope + l];
}

function toLanesByOne(grads, x, j, u, memory, d, lanes) {
  const [input, slope] = [x[j], memory[d[j]]];
  for (let l = 0; l < lanes; l++) grads[input + l] += grads[u + l] * slope;
}

/** The same for four inputs at once, from x[j] on: that takes half as long. */
function toFourShared(grads, x, j, u, memory, d, lanes) {
  const [x0, x1, x2, x3, d0, d1, d2, d3] = [x[j], x[j + 1], x[j + 2], x[j + 3], d[j], d[j + 1], d[j + 2], d[j + 3]];
  let [sum0, sum1, sum2, sum3] = [grads[x0], grads[x1], grads[x2], grads[x3]];
  for (let l = 0; l < lanes; l++) {
    const upstream = grads[u + l];
    sum0 += upstream * memory[d0 + l];
    sum1 += upstream * memory[d1 + l];
    sum2 += upstream * memory[d2 + l];
    sum3 += upstream * memory[d3 + l];
  }
  [grads[x0], grads[x1], grads[x2], grads[x3]] = [sum0, sum1, sum2, sum3];
}

function toFourLanesByOne(grads, x, j, u, memory, d, lanes) {
  const [x0, x1, x2, x3] = [x[j], x[j + 1], x[j + 2], x[j + 3]];
  const [slope0, slope1, slope2, slope3] = [memory[d[j]], memory[d[j + 1]], memory[d[j + 2]], memory[d[j + 3]]];
  for (let l = 0; l < lanes; l++) {
    const upstream = grads[u + l];
    grads[x0 + l] += upstream * slope0;
    grads[x1 + l] += upstream * slope1;
    grads[x2 + l] += upstream * slope2;
    grads[x3 + l] += upstream * slope3;
  }
}

const CONTRIBUTIONS = [[toSharedByOne, toShared], [toLanesByOne, toLanes]]; // by the steps of input and slope
const OF_FOUR = [[null, toFourShared], [toFourLanesByOne, null]];

/** How a step contributes to its inputs: four alike and apart at once, where there are four. */
function groupsOf({ x, s, t }) {
  const found = [];
  for (let j = 0; j < x.length; ) {
    const four = [...x.subarray(j, j + 4)];
    const isAlike = four.every((_, i) => s[j + i] === s[j] && t[j + i] === t[j]);
    const kind = new Set(four).size === 4 && isAlike ? OF_FOUR[s[j]][t[j]] : null;
    found.push({ kind: kind ?? CONTRIBUTIONS[s[j]][t[j]], j });
    j += kind ? 4 : 1;
  }
  return found;
}
