// Steps through the walk that Python recorded: shows each step, computes none. (views.js, camera.js and
// predict.js come before this; parts.js, ask.js, paper.js, and variables.js, which changes numbers, after it.)
"use strict";

const $ = (id) => document.getElementById(id);

let walk, nodes, steps, texts; // what is shown, as Python recorded it
let states = []; // of each node: whether it is computed, since which step, and [since, gradient] from step to step
let last = 0; // how many steps there are
let turn = 0; // the step that starts the backward pass
let position = 0; // how many steps are taken
let told = 1; // how many of them, the latest, the board tells
let changed = false; // whether numbers are others than those recorded
let asking = false; // whether the next step is to be predicted
let timer = 0; // of playing
const ended = new AbortController(); // once another walk takes this one's place

/* --- Small tools ------------------------------------------------------------------------------------ */

/** A number as typed by a person, or as Python writes it. */
function parse(text) {
  const plain = text.trim().replace(/[−–]/g, "-").replace(",", ".");
  return plain === "" ? NaN : Number(plain.replace(/^([-+]?)(inf|∞)$/i, "$1Infinity"));
}

/** An element with a class, and text or elements in it. All text goes in as text. */
function make(tag, className, ...content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

/** A number, with all its digits on hovering. */
function figure(number, className, tag = "span") {
  const element = make(tag, className, number.text);
  element.title = number.full;
  return element;
}

/* --- The walk ------------------------------------------------------------------------------------------ */

/** Take the numbers of a walk from its list, and note what becomes of each node. */
function readWalk(json) {
  walk = json;
  ({ nodes, steps, texts } = walk);
  const numbers = walk.numbers.map(([text, full, tolerance]) => ({ text, full, value: parse(full), tolerance }));
  for (const node of nodes) Object.assign(node, { data: numbers[node.data], grad: numbers[node.grad] });
  for (const step of steps) {
    step.rows = step.rows.map(([to, name, formula, upstream, slope, amount, before, after, ...rest]) =>
      [to, name, formula, ...[upstream, slope, amount, before, after].map((place) => numbers[place]), ...rest]);
    for (const asked of step.asked) {
      asked.answer = numbers[asked.answer];
      asked.slips = asked.slips.map(([place, why]) => [numbers[place], why]);
    }
  }
  last = steps.length;
  turn = steps.findIndex((step) => step.phase === "seed") + 1;
  states = nodes.map((node) => ({ computed: node.inputs.length > 0, since: 0, grads: [[0, node.grad]] }));
  steps.forEach((step, i) => {
    if (step.phase === "forward") states[step.node].since = i + 1;
    for (const [input, , , , , , , after] of step.rows) states[input].grads.push([i + 1, after]);
  });
}

/** What a node is called in a picture: in the frame of its neuron w0. */
const nameOf = (place) => nodes[place].short || texts[nodes[place].name];

/* --- The pictures -------------------------------------------------------------------------------------- */

const camera = new Camera($("stage"), (view) => drawView(view), () => 4.5);
const partCamera = new Camera($("part-stage"), (view) => drawView(view), () => (SLIDE.matches ? CLEAR - 0.05 : 8));
let used = camera; // the one that keys move

/** The pictures in a stage, each with its record; the levels are read at once. */
function readViews() {
  const found = (stage, records) => {
    const svgs = [...$(stage).querySelectorAll(":scope > svg:not(.overview), figure > svg")];
    return svgs.map((svg, i) => ({ svg, record: records[i] }));
  };
  const levels = found("stage", walk.pictures.levels).map(readView);
  loadParts(found("part-stage", walk.pictures.parts));
  return levels;
}

function readView({ svg, record }) {
  const view = new View(svg, record);
  view.connect(states);
  return view;
}

/** What a picture shows now. */
function drawView(view) {
  view.draw(position, steps[(asking ? position + 1 : position) - 1]);
  if (changed) view.drawSlopes(run.slopes);
}

/** Both pictures, where they can be seen. */
function redraw() {
  for (const { view } of [camera, partCamera]) if (view) drawView(view);
}

/* --- The step in words and numbers ------------------------------------------------------------------ */

/** A line of the blackboard: plain text, a class, the text of that class, plain text, … */
function line(parts) {
  const paragraph = make("p", "line", parts[0]);
  for (let i = 1; i < parts.length; i += 3) {
    paragraph.append(make("span", parts[i], parts[i + 1]), parts[i + 2]);
  }
  return paragraph;
}

/** A line with the numbers of now: of the node, of its gradient, and WRITTEN with its inputs. */
function filledIn(parts, step) {
  const now = { data: nodes[step.node].data, gradient: step.rows[0]?.[step.phase === "seed" ? 7 : 3] };
  return parts.map((text, i) => {
    if (i % 3 === 0) return text.replace(WRITTEN, (_, equals) => (isSaid(step) ? "" : arithmetic(step) + equals));
    return i % 3 === 2 ? now[parts[i - 1]]?.text ?? text : text;
  });
}

const WRITTEN = /\u0002( = )?/; // where the arithmetic stands, and what parts it from the result
const OPERAND = /(?<!\w)\(-\u0001(\d+)\u0001\)|-\u0001(\d+)\u0001/g; // in parentheses, where a minus has them

function arithmetic(step) {
  const operand = (place) => nodes[nodes[step.node].inputs[place]].data.text;
  return texts[step.arithmetic].replace(OPERAND, (_, guarded, bare) => {
    const text = operand(guarded ?? bare);
    return guarded !== undefined && text.startsWith("-") ? `(${text})` : text;
  });
}

/** Whether the arithmetic says nothing that the formula or the result does not say. */
function isSaid(step) {
  const text = arithmetic(step);
  return text === nodes[step.node].data.text || texts[step.formula] === `${texts[nodes[step.node].name]} = ${text}`;
}

/** The lines of what a step is about, with the numbers of now. */
function headingOf(step) {
  const needed = step.heading.filter(([first]) => !/^ *= \u0002$/.test(first) || !isSaid(step));
  return needed.map((parts) => line(filledIn(parts, step)));
}

function row([, to, formula, upstream, slope, amount, before, after, waiting, toNumber, by, leftOver]) {
  const sign = (text) => make("td", "sign", text);
  const change = make("td", "change", figure(before), " → ", figure(after, "gradient"));
  return make("tr", toNumber ? "faint" : "",
    make("td", "name", texts[to]), sign("+="), make("td", "formula", texts[formula]), sign("="),
    figure(upstream, "number gradient", "td"), sign("×"),
    make("td", "number slope", make("span", "by", texts[by] === slope.text ? "" : `${texts[by]}: `), figure(slope)), sign("="),
    figure(amount, "number amount", "td"), sign(""), change,
    make("td", "waits", ...(waiting ? [make("span", "long", "waits for "), `${waiting} more`] : [texts[leftOver]])));
}

function table(rows) {
  const titles = ["", "", "", ...walk.heads.flatMap((title) => ["", title]), ""];
  const head = make("tr", "", ...titles.map((title) => {
    const cell = make(title ? "th" : "td", "", title);
    if (title) cell.scope = "col";
    return cell;
  }));
  return make("table", "", make("thead", "", head), make("tbody", "", ...rows.map(row)));
}

/** The rows of a step that are told: what goes to a constant is not. */
const toldRows = ({ rows, told: shown }) => rows.filter((_, i) => shown[i]);

function phaseOf(step, number) {
  const pass = step.phase === "forward" ? "forward pass" : "backward pass";
  return [pass, `step ${number} of ${last}`, texts[step.frame]].filter(Boolean).join(" · ");
}

/** The whole step as text. */
function tell(step) {
  if (!changed) return texts[step.text];
  const rows = step.phase === "backward" ? toldRows(step) : [];
  return [...headingOf(step).map((paragraph) => paragraph.textContent), ...rows.map((row) => {
    const [, to, formula, upstream, slope, amount, before, after] = row;
    const product = `${upstream.text} × ${slope.text} = ${amount.text}`;
    return `  ${texts[to]} += ${texts[formula]} = ${product}    ${before.text} → ${after.text}`;
  })].join("\n");
}

/** Tell the latest steps: one, or all of a neuron or layer that were taken at once. */
function showSteps() {
  const step = steps[position - 1];
  $("phase").textContent = step ? phaseOf(step, position) : `${last} step${last === 1 ? "" : "s"}`;
  if (!step) {
    const there = turn > 1 ? `${turn - 1} forward, ${last - turn + 1} back` : `${last} back`;
    const start = `Press → or Play: ${there}.`;
    $("step").replaceChildren(make("p", "start", start));
    return ($("said").textContent = start);
  }
  const latest = steps.slice(position - told, position);
  $("step").replaceChildren(...latest.flatMap((one) => [
    ...headingOf(one), ...(one.phase === "backward" && one.rows.length ? [table(toldRows(one))] : []),
  ]));
  return ($("said").textContent = latest.map(tell).join("\n"));
}

/* --- Going -------------------------------------------------------------------------------------------- */

/** Show where the walk stands; while a number is dragged, `still`: nothing is scrolled, which costs a layout. */
function show(still = false) {
  const step = steps[position - 1];
  const lit = asking ? position + 1 : position;
  document.documentElement.dataset.phase = steps[lit - 1]?.phase ?? "start";
  $("question").hidden = !asking;
  $("step").hidden = asking;
  $("verdict").textContent = "";
  followStep(steps[lit - 1]);
  redraw();
  if (asking) showQuestion(steps[position]);
  else showSteps();
  if (!still) $("board").scrollTop = 0;
  $("slider").value = position;
  $("slider").setAttribute("aria-valuetext", step ? phaseOf(step, position) : "start");
  $("place").textContent = `${position} / ${last}`;
  for (const id of ["first", "back"]) $(id).disabled = position === 0 && !asking;
  for (const id of ["next", "last"]) $(id).disabled = position === last;
  $("play").disabled = predicting();
  document.querySelector("#all tr[aria-current]")?.removeAttribute("aria-current");
  listSteps(predicting() ? position : last);
  $("all").querySelector("tbody").rows[position - 1]?.setAttribute("aria-current", "step");
  if (still) return;
  hideCard();
  camera.follow();
  partCamera.follow();
}

/** Go to where so many steps are taken; the board tells the `latest` of them. */
function goto(place, latest = 1) {
  position = clamp(0, place, last);
  told = Math.min(latest, position);
  asking = false;
  show();
}

/** What a step has in common with those that are taken together with it. */
function strideOf(place) {
  const { phase, frame } = steps[place];
  if (!$("by").value) return place;
  const captions = texts[frame].split(", ");
  const depth = captions.findIndex((caption) => caption.split(" ")[0] === $("by").value);
  return depth < 0 ? place : [phase, ...captions.slice(0, depth + 1)].join();
}

/** How many steps go with the next one, on (1) or back (-1). */
function strideFrom(place, direction) {
  const nearest = direction > 0 ? place : place - 1;
  let count = 0;
  const within = (i) => i >= 0 && i < last && strideOf(i) === strideOf(nearest);
  while (within(nearest + direction * count)) count++;
  return count;
}

function next() {
  stop();
  if (predicting() && !asking && position < last) {
    asking = true;
    show();
  } else forth();
}

function forth() {
  const count = predicting() ? 1 : strideFrom(position, 1);
  goto(position + count, count);
}

function back() {
  stop();
  const to = asking ? position : position - strideFrom(position, -1);
  goto(to, strideFrom(to, -1));
}

function jump(place) {
  stop();
  goto(place);
}

const predicting = () => $("predict").getAttribute("aria-pressed") === "true";

function predict() {
  $("predict").setAttribute("aria-pressed", String(!predicting()));
  stop();
  if (!predicting() || position === last) goto(position);
  else next();
}

function stop() {
  clearInterval(timer);
  timer = 0;
  $("play").setAttribute("aria-pressed", "false");
}

function play() {
  if (timer) return stop();
  if (predicting()) return undefined; // it would show what is to be predicted
  if (position === last) goto(0);
  const tick = () => {
    forth();
    if (position === last) stop();
  };
  timer = setInterval(tick, Number($("speed").value));
  $("play").setAttribute("aria-pressed", "true");
  tick();
  return undefined;
}

/** Give the graph the height of the window, or take it back. */
function enlarge() {
  const alone = $("player").classList.toggle("graph-only");
  $("enlarge").setAttribute("aria-pressed", String(alone));
}

function theme() {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  root.style.colorScheme = (root.style.colorScheme || system) === "dark" ? "light" : "dark";
}

/* --- Buttons and keys ----------------------------------------------------------------------------------- */

const KEYS = {
  ArrowRight: next, ArrowLeft: back, PageDown: next, PageUp: back,
  Home: () => jump(0), End: () => jump(last), " ": play, p: predict, t: theme,
  f: enlarge, "+": () => used.zoom(1.25), "=": () => used.zoom(1.25), "-": () => used.zoom(0.8), 0: () => used.fit(),
  Escape: () => hideCard() || closePart(),
};
const MOVES = { ArrowRight: [-60, 0], ArrowLeft: [60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const field = target.matches("input:not([type=range]), select");
  if (field && (target.value || key.length === 1)) return; // it is typed
  if (target.matches("[data-slider]")) return; // it moves the slider
  if (key === " " && target.matches("button")) return; // it presses the button
  const act = event.shiftKey && MOVES[key] ? () => used.pan(...MOVES[key]) : KEYS[key];
  if (!act) return;
  event.preventDefault();
  act();
}, { signal: ended.signal });

const CLICKS = {
  first: () => jump(0), back, play, next, last: () => jump(last), show: () => goto(position + 1),
  predict, theme, transcript: () => $("all").scrollIntoView(),
  enlarge, closer: () => camera.zoom(1.25), farther: () => camera.zoom(0.8), fit: () => camera.fit(),
};
for (const [id, act] of Object.entries(CLICKS)) $(id).addEventListener("click", act);
for (const [stage, moved] of [["stage", camera], ["part-stage", partCamera]]) {
  for (const kind of ["pointerdown", "focusin"]) $(stage).addEventListener(kind, () => (used = moved));
}
$("question").addEventListener("submit", check);
$("slider").addEventListener("input", () => jump(Number($("slider").value)));
$("speed").addEventListener("change", () => {
  if (timer) {
    stop();
    play();
  }
});

/* --- The start ----------------------------------------------------------------------------------------- */

/** Show a walk, whose pictures are in the page. */
function begin(json) {
  readWalk(json);
  const levels = readViews();
  $("slider").max = last;
  $("slider").style.setProperty("--turn", `${turn > 1 ? (100 * (turn - 0.5)) / last : 0}%`);
  const kinds = new Set(steps.flatMap(({ frame }) => texts[frame].split(", ").map((word) => word.split(" ")[0])));
  kinds.delete("");
  $("stride").hidden = !kinds.size;
  const strides = ["", ...[...kinds].reverse()].map((kind) => {
    return Object.assign(make("option", "", kind || "operation"), { value: kind });
  });
  $("by").replaceChildren(...strides);
  makeRows();
  camera.load(levels);
  loadVariables();
  show();
}
