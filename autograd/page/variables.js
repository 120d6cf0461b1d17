// Leaves that can be changed: the recorded program runs again, and each step says what it comes to now.
// (program.js, the rules, numbers.js, camera.js and page.js come before this.)
"use strict";

let run, recorded, starts, leaves; // the program, and as recorded its values, gradients and the leaves to change
let named = []; // by place, the element that stands for a node
let leafUsed = 0; // the leaf that was changed last
let dealt = 0; // when the table of all steps is to be written anew

/** A number of now, like those that were recorded; it is written only where it is looked at. */
class Numeral {
  constructor(value) {
    this.value = value;
  }

  get text() {
    return short(this.value);
  }

  get full() {
    return inFull(this.value);
  }

  get tolerance() {
    if (!Number.isFinite(this.value)) return 0;
    const third = this.value ? 10 ** (Math.floor(Math.log10(Math.abs(this.value))) - 2) : 0;
    return Math.max(0.5001 * third, walk.rounding);
  }
}

const numeral = (value) => new Numeral(value);

/* --- The walk with other numbers ---------------------------------------------------------------------- */

/** What each step of the backward pass does to the gradients, which start as recorded. */
function renumber() {
  const grads = Float64Array.from(starts);
  nodes.forEach((node, place) => {
    node.data = numeral(run.values[place]);
    states[place].grads = [[0, node.grad]];
  });
  steps.forEach((step, i) => {
    const upstream = step.phase === "seed" ? Number(walk.gradient) : grads[step.node];
    const rows = step.phase === "forward" ? [] : step.rows;
    rows.forEach((row, j) => {
      const slope = step.phase === "seed" ? 1 : run.slopes[step.node][j];
      const before = grads[row[0]];
      grads[row[0]] = before + upstream * slope;
      row.splice(3, 5, ...[upstream, slope, upstream * slope, before, grads[row[0]]].map(numeral));
      states[row[0]].grads.push([i + 1, row[7]]);
    });
    for (const asked of step.asked) {
      asked.answer = rows.findLast(([, name]) => name === asked.name)?.[7] ?? answerOf(step, grads);
      asked.slips = [];
    }
  });
}

const answerOf = (step, grads) => (step.phase === "forward" ? nodes[step.node].data : numeral(grads[step.node]));

/** Each node says its numbers in full, as they are after a whole pass. */
function publish() {
  named.forEach((item, place) => {
    item.setAttribute("data-value", inFull(run.values[place]));
    item.setAttribute("data-grad", states[place].grads.at(-1)[1].full);
  });
}

/** The leaves have new numbers: all that follows from them is computed and shown. */
function change() {
  changed = true;
  run.forward();
  renumber();
  showNumbers();
}

/** Show the numbers of now, in the same step. */
function showNumbers() {
  publish();
  if (asking) goto(position);
  else show(true);
  clearTimeout(dealt);
  dealt = setTimeout(() => {
    const count = listed;
    listSteps(0);
    listSteps(count);
  }, 150);
}

/* --- Sliders and numbers ------------------------------------------------------------------------------ */

const fields = new Map();

function put(place, value) {
  run.values[place] = value;
  const { number, slider } = fields.get(place);
  if (document.activeElement !== number) number.value = inFull(value);
  slider.value = value;
}

function set(place, value) {
  if (!Number.isFinite(value)) return;
  leafUsed = place;
  $("effect").textContent = "";
  put(place, value);
  change();
}

function control(place) {
  const name = texts[nodes[place].name];
  const [number, slider] = ["number", "range"].map((type) => Object.assign(make("input", ""), { type }));
  const value = run.values[place];
  const reach = Math.max(2, 2 * Math.abs(value));
  Object.assign(number, { step: "any", id: `variable-${place}` });
  Object.assign(slider, { min: value - reach, max: value + reach, step: "any", value });
  number.value = inFull(value);
  number.dataset.variable = slider.dataset.slider = name;
  slider.setAttribute("aria-label", `slide ${name}`);
  number.addEventListener("input", () => set(place, number.value.trim() ? Number(number.value) : NaN));
  slider.addEventListener("input", () => set(place, Number(slider.value)));
  for (const field of [number, slider]) field.addEventListener("focus", () => (leafUsed = place));
  const label = make("label", "", nameOf(place));
  label.htmlFor = number.id;
  label.title = name;
  const control = make("div", "", label, number, slider);
  fields.set(place, { number, slider, control });
  return control;
}

const NUDGE = 0.001;

/** Change one leaf a little, and compare what it does with what its gradient says. */
function nudge() {
  const [before, grad] = [run.values[run.root], states[leafUsed].grads.at(-1)[1].value];
  set(leafUsed, run.values[leafUsed] + NUDGE);
  const result = texts[nodes[run.root].name];
  const moved = `Δ${result} = ${short(run.values[run.root] - before)}`;
  $("effect").textContent = `${moved}, gradient × ${NUDGE} = ${short(grad * NUDGE)}`;
}

/** Numbers that nobody has seen: small, with one digit after the point, none of them 0. */
function deal() {
  for (const place of leaves) {
    const size = (1 + Math.floor(Math.random() * 30)) / 10;
    put(place, Math.random() < 0.5 ? size : -size);
  }
  position = 0;
  change();
}

function restore() {
  for (const place of leaves) put(place, recorded[place]);
  change();
}

/** Of a network the leaves of the part that is shown; without one, those that are no parameters. */
function showVariables() {
  for (const [place, { control }] of fields) {
    const here = partShown >= 0 ? parts[partShown].boxes[place] : nodes[place].short === texts[nodes[place].name];
    control.hidden = parts.length > 0 && !here;
  }
}

function loadVariables() {
  run = load(walk.program, RULES);
  recorded = Float64Array.from(run.values);
  starts = nodes.map(({ grad }) => grad.value);
  leaves = nodes.flatMap((node, place) => (node.free ? [place] : []));
  leafUsed = leaves[0];
  changed = false;
  fields.clear();
  const whole = walk.pictures.levels.findIndex(({ prefix }) => prefix === "");
  const order = whole < 0 ? parts : [camera.levels[whole], ...parts];
  named = nodes.map((_, place) => order.find((view) => view.items[place])?.items[place]);
  nodes.forEach((node, place) => named[place].setAttribute("data-name", texts[node.name]));
  publish();
  const reasons = [...new Set(Object.values(walk.program.fixed))];
  const why = `Some numbers cannot be changed here: ${reasons.join("; ")}`;
  $("variables").hidden = !leaves.length && !reasons.length;
  $("leaves").replaceChildren(...leaves.map(control), ...(reasons.length ? [make("p", "", why)] : []));
  for (const id of ["nudge", "deal", "restore"]) $(id).hidden = !leaves.length;
  showVariables();
}

$("nudge").addEventListener("click", nudge);
$("deal").addEventListener("click", deal);
$("restore").addEventListener("click", restore);

begin(JSON.parse($("walk").textContent));
