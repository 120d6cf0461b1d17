// A node asked: what it is, its formula, its gradient as the sum over its uses, the paths to the result.
"use strict";

const MOST_PATHS = 5; // the largest are shown
let pinned = null; // the part of the picture that was tapped or has the focus: its card stays

/** The step that passes a node's gradient on; of the result, the one where gradients start. */
function stepsTo(place) {
  return steps.filter(({ phase, rows }) => phase !== "forward" && rows.some(([to]) => to === place));
}

/** Whether a step's numbers may be told: whoever predicts is told no more than there was. */
const isTold = (step) => !predicting() || steps.indexOf(step) < position;

/** What a node is, in words. */
function kindOf(place) {
  const { inputs, frame } = nodes[place];
  const where = texts[frame] ? ` of ${texts[frame]}` : "";
  if (inputs.length) return `computed${texts[frame] ? ` in ${texts[frame]}` : ""}`;
  if (nodes[place].constant) return "a constant";
  return where ? `a parameter${where}` : "a leaf: its gradient is kept";
}

/** How a node is computed, in names and numbers. */
function formulaOf(place) {
  const step = steps.findLast(({ node, phase }) => node === place && phase !== "seed");
  if (!step) return [];
  const data = states[place].since > position && predicting() ? "?" : nodes[place].data.text;
  const numbers = predicting() && data === "?" ? "" : ` = ${arithmetic(step)}`;
  const all = texts[step.formula] + (isSaid(step) ? "" : numbers);
  return [make("p", "formula", all.endsWith(` = ${data}`) ? all : `${all} = ${data}`)];
}

/** A line for each use of a node: upstream gradient × local derivative; and their sum. */
function sumOf(place) {
  const given = stepsTo(place).filter(isTold);
  const rows = given.flatMap(({ phase, rows: all }) => all.filter(([to]) => to === place).map((row) => [phase, row]));
  const lines = rows.map(([phase, [, , formula, upstream, slope, amount]]) => {
    const product = phase === "seed" ? "where the gradients start" : `${upstream.text} × ${slope.text}`;
    return make("tr", "", make("td", "formula", phase === "seed" ? "" : texts[formula]),
      make("td", "", product), make("td", "sign", "="), figure(amount, "number amount", "td"));
  });
  if (!lines.length) return [make("p", "", "gradient: not yet passed on")];
  const total = states[place].grads.findLast(([since]) => !predicting() || since <= position)[1];
  const before = states[place].grads[0][1];
  const kept = before.value ? ` and ${before.text} from before` : "";
  const uses = lines.length > 1 ? `the sum over ${lines.length} uses${kept}` : `from its one use${kept}`;
  return [make("p", "", "gradient ", figure(total, "gradient"), ` is ${uses}:`), make("table", "", ...lines)];
}

/** For each node the paths from it to the result, those of the largest products: [product, places, slopes]. */
function pathsToResult() {
  const paths = nodes.map(() => []);
  const counts = nodes.map(() => 0n);
  const { root } = walk.program;
  paths[root] = [[1, [root], []]];
  counts[root] = 1n;
  const size = ([product]) => (Number.isNaN(product) ? Infinity : Math.abs(product));
  for (let place = nodes.length - 1; place >= 0; place--) {
    paths[place] = paths[place].sort((a, b) => size(b) - size(a)).slice(0, MOST_PATHS);
    nodes[place].inputs.forEach((input, i) => {
      const slope = run.slopes[place][i];
      counts[input] += counts[place];
      for (const [product, way, slopes] of paths[place]) {
        paths[input].push([product * slope, [input, ...way], [slope, ...slopes]]);
      }
    });
  }
  return { paths, counts };
}

/** The paths from a node, as `explain` has them. */
function pathsFrom(place) {
  if (predicting() && position < last) return [];
  const { paths, counts } = pathsToResult();
  const count = counts[place];
  if (!count || place === walk.program.root) return [];
  const shorten = (words) => (words.length > 8 ? [...words.slice(0, 4), "…", ...words.slice(-4)] : words);
  const lines = paths[place].map(([product, way, slopes]) => make("tr", "",
    make("td", "", shorten(way.map(nameOf)).join(" → ")),
    make("td", "slope", shorten(slopes.map(short)).join(" × ")),
    make("td", "sign", "="), make("td", "number", short(product))));
  const most = count > BigInt(lines.length) ? `; the ${lines.length} largest` : "";
  const head = `${count > 10n ** 15n ? Number(count).toExponential(1) : count} path${count > 1n ? "s" : ""}`;
  return [make("p", "", `${head} to ${nameOf(walk.program.root)}${most}:`), make("table", "", ...lines)];
}

/** The line of Python that made a node: it is known of what was computed under debug, which takes its time. */
function lineOf(place) {
  const { line: source, inputs } = nodes[place];
  if (source >= 0 && texts[source]) return [make("p", "source", `made in ${texts[source]}`)];
  const typed = $("player").closest("[data-walk]"); // in the live page, where there are no lines
  return inputs.length && !typed ? [make("p", "source", "computed inside “with debug():” it has its source line here")] : [];
}

/** The card of a node. */
function nodeCard(place) {
  const { name } = nodes[place];
  const long = texts[name] !== nameOf(place) ? ` ${texts[name]}` : "";
  const known = !predicting() || states[place].since <= position;
  return [
    make("h2", "", nameOf(place)), make("p", "kind", `${kindOf(place)}${long}`),
    ...(nodes[place].inputs.length ? formulaOf(place) : [make("p", "", "data ", figure(nodes[place].data, "data"))]),
    ...(known && !nodes[place].constant ? [...sumOf(place), ...pathsFrom(place)] : []),
    ...lineOf(place),
  ];
}

/** The card of an edge: the local derivative that it stands for, and what comes back along it. */
function edgeCard(place, input) {
  const from = nodes[place].inputs[input];
  const step = steps.find(({ phase, node }) => phase === "backward" && node === place);
  const row = step.rows[input];
  const heading = make("h2", "", `${nameOf(from)} → ${nameOf(place)}`);
  const what = `local derivative of ${nameOf(place)} by ${nameOf(from)}: how much a change of it counts`;
  const formula = make("p", "formula", texts[step.formula]);
  if (!isTold(step)) return [heading, make("p", "kind", what), formula];
  const [, to, product, upstream, slope, amount] = row;
  return [heading, make("p", "kind", what), formula, make("p", "", "it is ", figure(slope, "slope")),
    make("p", "formula", `${texts[to]} += ${texts[product]} = ${upstream.text} × ${slope.text} = ${amount.text}`)];
}

/** What a part of a picture is about: a node, an edge, or nothing. */
function askedIn(element) {
  const asked = element?.closest?.("[data-edge], [data-place]");
  return asked?.closest(".stage") ? asked : null;
}

function showCard(asked) {
  const content = asked.dataset.edge ? edgeCard(...asked.dataset.edge.split("-").map(Number))
    : nodeCard(Number(asked.dataset.place));
  const stage = asked.closest(".stage");
  $("card").replaceChildren(...content);
  $("card").hidden = false;
  stage.append($("card"));
  const [box, room] = [asked.getBoundingClientRect(), stage.getBoundingClientRect()];
  const right = box.left + box.right < room.left + room.right; // on the side where the asked is not
  $("card").className = right ? "right" : "left";
  for (const other of document.querySelectorAll(".asked")) other.classList.remove("asked");
  asked.classList.add("asked");
}

/** Take the card away; whether there was one. */
function hideCard() {
  const shown = !$("card").hidden;
  $("card").hidden = true;
  pinned = null;
  for (const other of document.querySelectorAll(".asked")) other.classList.remove("asked");
  return shown;
}

/** The next node or edge of a picture, in the order in which they are computed: each node, then its inputs. */
function moveFocus(view, direction) {
  const order = [];
  nodes.forEach((_, place) => {
    if (view.items[place]) order.push(view.items[place]);
    order.push(...view.edges.filter((edge) => edge.place === place && edge.part.dataset.edge).map(({ part }) => part));
  });
  const now = order.indexOf(document.activeElement);
  const next = order[clamp(0, now < 0 ? 0 : now + direction, order.length - 1)];
  next.tabIndex = -1;
  next.focus({ preventScroll: true });
}

for (const [id, moved] of [["stage", camera], ["part-stage", partCamera]]) {
  $(id).addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse" || event.buttons || pinned || event.target.closest("#card")) return;
    const asked = askedIn(event.target);
    if (asked) showCard(asked);
    else hideCard();
  });
  $(id).addEventListener("pointerleave", () => pinned || hideCard());
  $(id).addEventListener("tap", ({ detail: tapped }) => {
    const box = tapped?.closest(".box");
    const asked = askedIn(tapped);
    if (id === "stage" && parts.length && box) choosePart(partOf(camera.view.boxes.indexOf(box)));
    hideCard();
    if (asked) showCard((pinned = asked));
  });
  $(id).addEventListener("focusin", (event) => {
    const asked = askedIn(event.target);
    if (asked) showCard((pinned = asked));
  });
  $(id).addEventListener("keydown", (event) => {
    const direction = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (direction && !event.shiftKey && moved.view) {
      event.preventDefault();
      moveFocus(moved.view, direction);
    } else if (event.key === "Enter" && askedIn(event.target) && parts.length) {
      choosePart(partOf(Number(event.target.dataset.place)));
    }
  });
}
