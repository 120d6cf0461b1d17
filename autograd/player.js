// Steps through the walk that Python recorded: shows each step, computes none.
"use strict";

const $ = (id) => document.getElementById(id);
const walk = JSON.parse($("walk").textContent);
const { nodes, steps, texts } = walk;
const numbers = walk.numbers.map(([text, full, tolerance]) => ({ text, full, value: parse(full), tolerance }));
const last = steps.length;
const turn = steps.findIndex((step) => step.phase === "seed") + 1; // the step that starts the backward pass
let position = 0; // how many steps are taken
let asking = false; // whether the next step is to be predicted
let timer = 0; // of playing

/* --- Small tools ------------------------------------------------------------------------------------ */

/** A number as typed by a person, or as Python writes it. */
function parse(text) {
  const plain = text.trim().replace(/[−–]/g, "-").replace(/^([-+]?)(inf|∞)$/i, "$1Infinity").replace(",", ".");
  return plain === "" ? NaN : Number(plain);
}

/** An element with a class, and text or elements in it. All text goes in as text. */
function make(tag, className, ...content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

/** A number, with all its digits on hovering. */
function figure(place, className, tag = "span") {
  const element = make(tag, className, numbers[place].text);
  element.title = numbers[place].full;
  return element;
}

/* --- The graph: what stands in it after so many steps ----------------------------------------------- */

const svg = document.querySelector("#stage > svg");
svg.setAttribute("role", "img");
svg.setAttribute("aria-label", `The graph: ${document.title}`);
const graph = nodes.map((node, place) => {
  const box = $(`node-${place}`);
  const [data, , grad] = [...box.querySelectorAll("text")].slice(-3);
  const outline = box.querySelector("path").getAttribute("d").match(/-?[\d.]+(?=,)/g);
  for (const text of [data, grad]) {
    text.setAttribute("x", Math.max(...outline.map(Number)) - 4);
    text.setAttribute("text-anchor", "end");
  }
  box.querySelector("title")?.remove(); // it would give the numbers away
  const edges = node.inputs.map((_, i) => $(`edge-${place}-${i}`));
  const computed = node.inputs.length ? [$(`op-${place}`), $(`result-${place}`)] : [];
  return { box, data, grad, edges, operation: [...edges, ...computed], grads: [[0, node.grad]], since: 0 };
});
steps.forEach((step, i) => {
  if (step.phase === "forward") graph[step.node].since = i + 1;
  for (const [input, , , , , , , after] of step.rows) graph[input].grads.push([i + 1, after]);
});

/** The place of the gradient that a node has after so many steps. */
function gradient({ grads }, taken) {
  return grads.findLast(([since]) => since <= taken);
}

function write(text, words, className) {
  if (text.textContent !== words) text.textContent = words;
  text.setAttribute("class", className);
}

/** Show the graph after `taken` steps, with what the step `lit` is about lit. */
function drawGraph(taken, lit) {
  const step = steps[lit - 1];
  const touched = new Set(step && (step.phase === "seed" ? [] : nodes[step.node].inputs));
  graph.forEach((drawn, place) => {
    const known = drawn.since <= taken;
    const current = step?.node === place;
    const [since, value] = gradient(drawn, taken);
    const grad = numbers[value];
    const shown = since > 0 || taken >= turn || grad.value !== 0;
    write(drawn.data, known ? numbers[nodes[place].data].text : "", current && step.phase === "forward" ? "fresh" : "");
    write(drawn.grad, shown ? grad.text : "", since === 0 ? "idle" : since === taken ? "fresh" : "");
    const state = (known ? "" : " todo") + (current ? " lit" : "");
    drawn.box.setAttribute("class", `node${state}${touched.has(place) ? " touched" : ""}`);
    const through = current && step.phase !== "seed" ? " lit" : "";
    for (const part of drawn.operation) {
      const kind = part.id.startsWith("op") ? "node op" : "edge";
      part.setAttribute("class", kind + (known ? "" : " todo") + through);
    }
  });
}

/* --- The camera: which part of the graph is seen ---------------------------------------------------- */

const stage = $("stage");
const whole = svg.viewBox.baseVal;
const full = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
const [LARGEST, READABLE, SMALLEST] = [3, 1, 0.6]; // pixels for a unit of the graph
let camera = { x: 0, y: 0, scale: 1 }; // the middle of what is seen
let fitted = true;
let frame = 0;

const clamp = (low, x, high) => Math.min(Math.max(low, x), high);

function fittingScale() {
  return Math.min(LARGEST, stage.clientWidth / full.width, stage.clientHeight / full.height);
}

function look(to) {
  camera = {
    x: clamp(full.x, to.x, full.x + full.width),
    y: clamp(full.y, to.y, full.y + full.height),
    scale: clamp(Math.min(0.1, fittingScale()), to.scale, 12),
  };
  const [width, height] = [stage.clientWidth / camera.scale, stage.clientHeight / camera.scale];
  svg.setAttribute("viewBox", `${camera.x - width / 2} ${camera.y - height / 2} ${width} ${height}`);
}

/** Move there softly. */
function glide(to) {
  cancelAnimationFrame(frame);
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return look(to);
  const [from, start] = [camera, performance.now()];
  const move = (now) => {
    const done = clamp(0, (now - start) / 250, 1);
    const eased = done * (2 - done);
    const between = (key) => from[key] + (to[key] - from[key]) * eased;
    look({ x: between("x"), y: between("y"), scale: between("scale") });
    if (done < 1) frame = requestAnimationFrame(move);
  };
  frame = requestAnimationFrame(move);
}

function fit() {
  cancelAnimationFrame(frame);
  look({ x: full.x + full.width / 2, y: full.y + full.height / 2, scale: fittingScale() });
  fitted = true;
}

/** Zoom by a factor, towards a point of the screen or the middle. */
function zoom(factor, clientX, clientY) {
  const box = stage.getBoundingClientRect();
  const [dx, dy] = clientX === undefined ? [0, 0] : [clientX - box.x - box.width / 2, clientY - box.y - box.height / 2];
  const scale = clamp(Math.min(0.1, fittingScale()), camera.scale * factor, 12);
  const moved = 1 / camera.scale - 1 / scale;
  cancelAnimationFrame(frame);
  look({ x: camera.x + dx * moved, y: camera.y + dy * moved, scale });
  fitted = false;
}

function pan(dx, dy) {
  cancelAnimationFrame(frame);
  look({ ...camera, x: camera.x - dx / camera.scale, y: camera.y - dy / camera.scale });
  fitted = false;
}

/** Bring what is lit into sight if it is not. */
function follow() {
  const lit = [...svg.querySelectorAll(".lit, .touched")].map((part) => part.getBoundingClientRect());
  if (fitted || !lit.length) return;
  const box = stage.getBoundingClientRect();
  const [left, right] = [Math.min(...lit.map((r) => r.left)), Math.max(...lit.map((r) => r.right))];
  const [top, bottom] = [Math.min(...lit.map((r) => r.top)), Math.max(...lit.map((r) => r.bottom))];
  if (left >= box.left && right <= box.right && top >= box.top && bottom <= box.bottom) return;
  const own = svg.querySelector(".node.lit:not(.op)").getBoundingClientRect();
  const wide = right - left > box.width || bottom - top > box.height; // all of it would not fit: the node itself
  const [x, y] = wide ? [(own.left + own.right) / 2, (own.top + own.bottom) / 2] : [(left + right) / 2, (top + bottom) / 2];
  glide({
    ...camera,
    x: camera.x + (x - box.x - box.width / 2) / camera.scale,
    y: camera.y + (y - box.y - box.height / 2) / camera.scale,
  });
}

const fingers = new Map();
stage.addEventListener("pointerdown", (event) => {
  if (event.target.closest("button")) return;
  fingers.set(event.pointerId, event);
  stage.setPointerCapture(event.pointerId);
});
stage.addEventListener("pointermove", (event) => {
  const before = fingers.get(event.pointerId);
  if (!before) return;
  const other = [...fingers.values()].find((finger) => finger.pointerId !== event.pointerId);
  if (other) {
    const apart = (finger) => Math.hypot(finger.clientX - other.clientX, finger.clientY - other.clientY) || 1;
    zoom(apart(event) / apart(before), (event.clientX + other.clientX) / 2, (event.clientY + other.clientY) / 2);
  } else pan(event.clientX - before.clientX, event.clientY - before.clientY);
  fingers.set(event.pointerId, event);
});
for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, (event) => fingers.delete(event.pointerId));
stage.addEventListener("wheel", (event) => {
  if (window.parent !== window && !event.ctrlKey && !event.metaKey) return; // in a notebook the wheel scrolls
  event.preventDefault();
  zoom(Math.exp(-clamp(-80, event.deltaY, 80) / 250), event.clientX, event.clientY);
}, { passive: false });
new ResizeObserver(() => (fitted ? fit() : look(camera))).observe(stage);

/* --- The step in words and numbers ------------------------------------------------------------------ */

/** A line of the blackboard: plain text, a class, the text of that class, plain text, … */
function line(parts) {
  const paragraph = make("p", "line", parts[0]);
  for (let i = 1; i < parts.length; i += 3) paragraph.append(make("span", parts[i], parts[i + 1]), parts[i + 2]);
  return paragraph;
}

const COLUMNS = ["", "", "", "", "upstream", "", "local derivative", "", "contribution", "", "gradient", ""];

function row([, to, formula, upstream, slope, amount, before, after, waiting]) {
  const sign = (text) => make("td", "sign", text);
  const change = make("td", "change", figure(before), " → ", figure(after, "gradient"));
  return make("tr", "",
    make("td", "name", texts[to]), sign("+="), make("td", "formula", texts[formula]), sign("="),
    figure(upstream, "number gradient", "td"), sign("×"), figure(slope, "number slope", "td"), sign("="),
    figure(amount, "number amount", "td"), sign(""), change,
    make("td", "waits", waiting ? `waits for ${waiting} more` : ""));
}

function table(rows) {
  const head = make("tr", "", ...COLUMNS.map((title) => {
    const cell = make("th", "", title);
    cell.scope = "col";
    return cell;
  }));
  return make("table", "", make("thead", "", head), make("tbody", "", ...rows.map(row)));
}

function phaseOf(step, number) {
  const pass = step.phase === "forward" ? "forward pass" : "backward pass";
  return [pass, `step ${number} of ${last}`, texts[step.frame]].filter(Boolean).join(" · ");
}

function showStep(step) {
  $("phase").textContent = step ? phaseOf(step, position) : `${last} steps`;
  if (!step) {
    const there = turn > 1 ? `${turn - 1} forward, ${last - turn + 1} back` : `${last} back`;
    const start = `Press → or Play: ${there}.`;
    $("step").replaceChildren(make("p", "start", start));
    return ($("said").textContent = start);
  }
  $("step").replaceChildren(...step.heading.map(line), ...(step.phase === "backward" ? [table(step.rows)] : []));
  return ($("said").textContent = texts[step.text]);
}

/* --- Predict first ---------------------------------------------------------------------------------- */

const PROMPTS = {
  forward: "Predict the value:",
  seed: "Predict the gradient where it starts:",
  backward: "Predict the gradients after this step:",
};

function showQuestion(step) {
  $("phase").textContent = `${phaseOf(step, position + 1)} · predict`;
  const what = PROMPTS[step.phase];
  const known = step.phase === "backward" ? step.heading : [[texts[step.formula]]];
  $("asked").replaceChildren(...known.map(line));
  $("fields").replaceChildren(make("p", "formula", what), ...step.asked.map(({ name }, i) => {
    const input = make("input", "");
    Object.assign(input, { inputMode: "text", autocomplete: "off", spellcheck: false, name: `guess-${i}` });
    return make("label", "", `${texts[name]} = `, input);
  }));
  $("said").textContent = `${$("asked").textContent}. ${what}`;
  $("fields").querySelector("input").focus({ preventScroll: true });
}

const close = (guess, { value, tolerance }) =>
  Object.is(guess, value) || guess === value || Math.abs(guess - value) <= tolerance;

/** What is to be said of one guess: "" if it is right. The slips come with the step. */
function judge(typed, { name, answer, slips }) {
  const guess = parse(typed);
  if (Number.isNaN(guess) && !/^\s*nan\s*$/i.test(typed)) {
    return typed.trim() ? `“${typed}” is not a number` : `${texts[name]} is still to be predicted`;
  }
  if (close(guess, numbers[answer])) return "";
  const reasons = [...new Set(slips.filter(([number]) => close(guess, numbers[number])).map(([, why]) => texts[why]))];
  const why = reasons.length ? reasons.join(", or ") : "the numbers do not say which slip it was";
  return `${texts[name]} = ${typed.trim()} is wrong: ${why}`;
}

function check(event) {
  event.preventDefault();
  const inputs = [...$("fields").querySelectorAll("input")];
  const verdicts = inputs.map((input, i) => judge(input.value, steps[position].asked[i]));
  inputs.forEach((input, i) => (input.className = input.value && (verdicts[i] ? "wrong" : "right")));
  const wrong = verdicts.filter(Boolean);
  if (!wrong.length) {
    goto(position + 1);
    $("next").focus({ preventScroll: true });
  }
  $("verdict").className = wrong.length ? "wrong" : "right";
  $("verdict").textContent = wrong.length ? wrong.join("; ") : "✓ right";
  if (wrong.length) inputs[verdicts.findIndex(Boolean)].select();
}

/* --- Going -------------------------------------------------------------------------------------------- */

function show() {
  const step = steps[position - 1];
  const lit = asking ? position + 1 : position;
  document.documentElement.dataset.phase = steps[lit - 1]?.phase ?? "start";
  $("question").hidden = !asking;
  $("step").hidden = asking;
  $("verdict").textContent = "";
  drawGraph(position, lit);
  if (asking) showQuestion(steps[position]);
  else showStep(step);
  $("board").scrollTop = 0;
  $("slider").value = position;
  $("slider").setAttribute("aria-valuetext", step ? phaseOf(step, position) : "start");
  $("place").textContent = `${position} / ${last}`;
  for (const id of ["first", "back"]) $(id).disabled = position === 0 && !asking;
  for (const id of ["next", "last"]) $(id).disabled = position === last;
  document.querySelector("#all tr[aria-current]")?.removeAttribute("aria-current");
  $("all").querySelector("tbody").rows[position - 1]?.setAttribute("aria-current", "step");
  follow();
}

function goto(place) {
  position = clamp(0, place, last);
  asking = false;
  show();
}

function next() {
  stop();
  if (predicting() && !asking && position < last) {
    asking = true;
    show();
  } else goto(position + 1);
}

function back() {
  stop();
  goto(asking ? position : position - 1);
}

function jump(place) {
  stop();
  goto(place);
}

const predicting = () => $("predict").getAttribute("aria-pressed") === "true";

function predict() {
  $("predict").setAttribute("aria-pressed", String(!predicting()));
  if (asking) goto(position);
  else if (predicting() && position < last) next();
}

function stop() {
  clearInterval(timer);
  timer = 0;
  $("play").setAttribute("aria-pressed", "false");
}

function play() {
  if (timer) return stop();
  if (position === last) goto(0);
  const tick = () => {
    goto(position + 1);
    if (position === last) stop();
  };
  timer = setInterval(tick, Number($("speed").value));
  $("play").setAttribute("aria-pressed", "true");
  tick();
  return undefined;
}

function theme() {
  const root = document.documentElement;
  const dark = root.style.colorScheme ? root.style.colorScheme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.style.colorScheme = dark ? "light" : "dark";
}

/* --- Buttons and keys ----------------------------------------------------------------------------------- */

const KEYS = {
  ArrowRight: next, ArrowLeft: back, PageDown: next, PageUp: back,
  Home: () => jump(0), End: () => jump(last), " ": play, p: predict, t: theme,
  "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), 0: fit,
};
const MOVES = { ArrowRight: [-60, 0], ArrowLeft: [60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (target.matches("input:not([type=range]), select") && (target.value || key.length === 1)) return; // it is typed
  if (key === " " && target.matches("button")) return; // it presses the button
  const act = event.shiftKey && MOVES[key] ? () => pan(...MOVES[key]) : KEYS[key];
  if (!act) return;
  event.preventDefault();
  act();
});

const CLICKS = {
  first: () => jump(0), back, play, next, last: () => jump(last), predict, theme, fit, show: () => goto(position + 1),
  closer: () => zoom(1.25), farther: () => zoom(0.8), transcript: () => $("all").scrollIntoView(),
};
for (const [id, act] of Object.entries(CLICKS)) $(id).addEventListener("click", act);
$("question").addEventListener("submit", check);
$("slider").addEventListener("input", () => jump(Number($("slider").value)));
$("speed").addEventListener("change", () => {
  if (timer) {
    stop();
    play();
  }
});

/* --- All steps, and paper ------------------------------------------------------------------------------- */

$("all").querySelector("tbody").append(...steps.map((step, i) => {
  const button = make("button", "", String(i + 1));
  button.type = "button";
  button.addEventListener("click", () => {
    jump(i + 1);
    window.scrollTo({ top: 0 });
  });
  return make("tr", "", make("td", "", button), make("td", "", step.phase === "forward" ? "forward" : "backward"), make("td", "", texts[step.text]));
}));

addEventListener("beforeprint", () => {
  drawGraph(last, 0); // on paper: the whole graph, with all its numbers
  svg.setAttribute("viewBox", `${full.x} ${full.y} ${full.width} ${full.height}`);
});
addEventListener("afterprint", () => {
  show();
  look(camera);
});

$("slider").max = last;
$("slider").style.setProperty("--turn", `${last > 1 ? (100 * (turn - 0.5)) / last : 0}%`);
const most = Math.max(...steps.map((step) => step.rows.length));
document.documentElement.style.setProperty("--rows", clamp(2, most, 4));
fit();
if (camera.scale < SMALLEST) zoom(READABLE / camera.scale);
show();
