// Steps through the walk that Python recorded: shows each step, computes none. (camera.js and predict.js come
// before this; variables.js, which changes numbers, after it.)
"use strict";

const $ = (id) => document.getElementById(id);
const walk = JSON.parse($("walk").textContent);
const { nodes, steps, texts } = walk;
const numbers = walk.numbers.map(([text, full, tolerance]) => {
  return { text, full, value: parse(full), tolerance };
});
for (const node of nodes) Object.assign(node, { data: numbers[node.data], grad: numbers[node.grad] });
for (const step of steps) {
  step.rows = step.rows.map(([to, name, formula, upstream, slope, amount, before, after, ...rest]) =>
    [to, name, formula, ...[upstream, slope, amount, before, after].map((place) => numbers[place]), ...rest]);
  for (const asked of step.asked) {
    asked.answer = numbers[asked.answer];
    asked.slips = asked.slips.map(([place, why]) => [numbers[place], why]);
  }
}
const last = steps.length;
const turn = steps.findIndex((step) => step.phase === "seed") + 1; // the step that starts the backward pass
let position = 0; // how many steps are taken
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

/* --- The graph: what stands in it after so many steps ----------------------------------------------- */

svg.setAttribute("role", "group");
svg.setAttribute("aria-label", `The graph: ${document.title}`);
for (const part of svg.querySelectorAll(".edge, .op, [id^=op], .cluster, .graph > polygon")) {
  part.setAttribute("aria-hidden", "true"); // the nodes say what there is
}
const graph = nodes.map((node, place) => {
  const box = $(`node-${place}`);
  const [data, , grad] = [...box.querySelectorAll("text")].slice(-3);
  const outline = box.querySelector("path").getAttribute("d").match(/-?[\d.]+(?=,)/g);
  for (const text of [data, grad]) {
    text.setAttribute("x", Math.max(...outline.map(Number)) - 4);
    text.setAttribute("text-anchor", "end");
  }
  box.querySelector("title")?.remove(); // it would give the numbers away
  box.setAttribute("role", "img");
  const edges = node.inputs.map((_, i) => $(`edge-${place}-${i}`));
  const computed = node.inputs.length ? [$(`op-${place}`), $(`result-${place}`)] : [];
  return { box, data, grad, edges, operation: [...edges, ...computed], grads: [[0, node.grad]], since: 0 };
});
steps.forEach((step, i) => {
  if (step.phase === "forward") graph[step.node].since = i + 1;
  for (const [input, , , , , , , after] of step.rows) graph[input].grads.push([i + 1, after]);
});

/** The gradient that a node has after so many steps. */
function gradient({ grads }, taken) {
  return grads.findLast(([since]) => since <= taken);
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

/** Show the graph after `taken` steps, with what the step `lit` is about lit. */
function drawGraph(taken, lit) {
  const step = steps[lit - 1];
  const touched = new Set(step && (step.phase === "seed" ? [] : nodes[step.node].inputs));
  graph.forEach((drawn, place) => {
    const known = drawn.since <= taken;
    const current = step?.node === place;
    const [since, grad] = gradient(drawn, taken);
    const shown = since > 0 || taken >= turn || grad.value !== 0;
    const fresh = current && step.phase === "forward" ? "fresh" : "";
    write(drawn.data, known ? nodes[place].data.text : "", fresh);
    write(drawn.grad, shown ? grad.text : "", since === 0 ? "idle" : since === taken ? "fresh" : "");
    const said = known ? `data ${nodes[place].data.text}` : "not yet computed";
    label(drawn.box, `${texts[nodes[place].name]}: ${said}${shown ? `, gradient ${grad.text}` : ""}`);
    const state = (known ? "" : " todo") + (current ? " lit" : "");
    mark(drawn.box, `node${state}${touched.has(place) ? " touched" : ""}`);
    const through = current && step.phase !== "seed" ? " lit" : "";
    for (const part of drawn.operation) {
      const kind = part.id.startsWith("op") ? "node op" : "edge";
      mark(part, kind + (known ? "" : " todo") + through);
    }
  });
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

const COLUMNS = ["", "", "", "", "upstream", "", "local derivative", "", "contribution", "", "gradient", ""];

function row([, to, formula, upstream, slope, amount, before, after, waiting, toNumber]) {
  const sign = (text) => make("td", "sign", text);
  const change = make("td", "change", figure(before), " → ", figure(after, "gradient"));
  return make("tr", toNumber ? "faint" : "",
    make("td", "name", texts[to]), sign("+="), make("td", "formula", texts[formula]), sign("="),
    figure(upstream, "number gradient", "td"), sign("×"), figure(slope, "number slope", "td"), sign("="),
    figure(amount, "number amount", "td"), sign(""), change,
    make("td", "waits", waiting ? `waits for ${waiting} more` : ""));
}

function table(rows) {
  const head = make("tr", "", ...COLUMNS.map((title) => {
    const cell = make(title ? "th" : "td", "", title);
    if (title) cell.scope = "col";
    return cell;
  }));
  return make("table", "", make("thead", "", head), make("tbody", "", ...rows.map(row)));
}

function phaseOf(step, number) {
  const pass = step.phase === "forward" ? "forward pass" : "backward pass";
  return [pass, `step ${number} of ${last}`, texts[step.frame]].filter(Boolean).join(" · ");
}

/** The whole step as text. */
function tell(step) {
  if (!changed) return texts[step.text];
  const rows = step.phase === "backward" ? step.rows : [];
  return [...headingOf(step).map((paragraph) => paragraph.textContent), ...rows.map((row) => {
    const [, to, formula, upstream, slope, amount, before, after] = row;
    const product = `${upstream.text} × ${slope.text} = ${amount.text}`;
    return `  ${texts[to]} += ${texts[formula]} = ${product}    ${before.text} → ${after.text}`;
  })].join("\n");
}

function showStep(step) {
  $("phase").textContent = step ? phaseOf(step, position) : `${last} steps`;
  if (!step) {
    const there = turn > 1 ? `${turn - 1} forward, ${last - turn + 1} back` : `${last} back`;
    const start = `Press → or Play: ${there}.`;
    $("step").replaceChildren(make("p", "start", start));
    return ($("said").textContent = start);
  }
  const rows = step.phase === "backward" ? [table(step.rows)] : [];
  $("step").replaceChildren(...headingOf(step), ...rows);
  return ($("said").textContent = tell(step));
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
  drawGraph(position, lit);
  if (asking) showQuestion(steps[position]);
  else showStep(step);
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
  if (!still) follow();
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
    goto(position + 1);
    if (position === last) stop();
  };
  timer = setInterval(tick, Number($("speed").value));
  $("play").setAttribute("aria-pressed", "true");
  tick();
  return undefined;
}

/** Give the graph the height of the window, or take it back. */
function enlarge() {
  $("player").classList.toggle("graph-only");
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
  f: enlarge, "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), 0: fit,
};
const MOVES = { ArrowRight: [-60, 0], ArrowLeft: [60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const field = target.matches("input:not([type=range]), select");
  if (field && (target.value || key.length === 1)) return; // it is typed
  if (target.matches("[data-slider]")) return; // it moves the slider
  if (key === " " && target.matches("button")) return; // it presses the button
  const act = event.shiftKey && MOVES[key] ? () => pan(...MOVES[key]) : KEYS[key];
  if (!act) return;
  event.preventDefault();
  act();
}, { signal: ended.signal });

const CLICKS = {
  first: () => jump(0), back, play, next, last: () => jump(last), show: () => goto(position + 1),
  predict, theme, transcript: () => $("all").scrollIntoView(),
  enlarge, closer: () => zoom(1.25), farther: () => zoom(0.8), fit,
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
  const pass = step.phase === "forward" ? "forward" : "backward";
  return make("tr", "", make("td", "", button), make("td", "", pass), make("td", "", "to be predicted"));
}));

let listed = 0; // how many steps the table tells; the others are still to be predicted

function listSteps(count) {
  const { rows } = $("all").querySelector("tbody");
  for (let i = Math.min(count, listed); i < Math.max(count, listed); i++) {
    rows[i].cells[2].textContent = i < count ? tell(steps[i]) : "to be predicted";
  }
  listed = count;
}

addEventListener("beforeprint", () => {
  listSteps(last);
  drawGraph(last, 0); // on paper: the whole graph, with all its numbers
  svg.setAttribute("viewBox", `${full.x} ${full.y} ${full.width} ${full.height}`);
  scene.setAttribute("transform", placed);
}, { signal: ended.signal });
addEventListener("afterprint", () => {
  show();
  look(camera);
}, { signal: ended.signal });

$("slider").max = last;
$("slider").style.setProperty("--turn", `${turn > 1 ? (100 * (turn - 0.5)) / last : 0}%`);
const most = Math.max(...steps.map((step) => step.rows.length));
document.documentElement.style.setProperty("--rows", clamp(2, most, 4));
open();
show();
