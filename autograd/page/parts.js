// The operations of one part of a network, in a pane of their own beside it: a neuron, or what is in none.
"use strict";

let parts = []; // their views
let upright = []; // for each its picture for a phone, which is read when it is first shown
let partShown = -1;
let closed = false; // whether the pane was closed by hand: steps do not open it again

/** The part whose operations a node is among; of a leaf, one that shows it; of none, -1. */
function partOf(place) {
  const own = parts.findIndex((view) => view.own.has(place));
  return own >= 0 ? own : parts.findIndex((view) => view.boxes[place]);
}

/** Show a part beside the network. */
function openPart(number) {
  if (number < 0 || number === partShown) return;
  partShown = number;
  $("part").hidden = false;
  $("part-choice").value = number;
  if (!(upright[number] instanceof View)) upright[number] = readView(upright[number]);
  partCamera.load([parts[number], upright[number]]);
  showVariables();
}

function closePart() {
  if (partShown < 0) return;
  partShown = -1;
  closed = true;
  $("part").hidden = true;
  partCamera.load([]);
  showVariables();
  $("stage").focus({ preventScroll: true });
}

/** A part was asked for: by a click on its box, or in the list. */
function choosePart(number) {
  closed = false;
  openPart(number);
  $("player").classList.add("beside");
  redraw();
}

/** The steps go on in the pane too: it shows the part that a step is about. Until then the whole has the room. */
function followStep(step) {
  if (step && !closed && parts.length) openPart(partOf(step.node));
  $("player").classList.toggle("beside", parts.length > 0 && (Boolean(step) || partShown >= 0));
}

function loadParts(found) {
  parts = found.filter(({ record }) => !record.upright).map(readView);
  upright = found.filter(({ record }) => record.upright);
  partShown = -1;
  closed = false;
  $("player").classList.toggle("network", parts.length > 0);
  $("part").hidden = true;
  $("part-choice").replaceChildren(...parts.map(({ title }, i) => {
    return Object.assign(make("option", "", title), { value: i });
  }));
}

$("part-choice").addEventListener("change", () => choosePart(Number($("part-choice").value)));
$("part-close").addEventListener("click", closePart);

/** On a phone there is no room for these buttons in the head. */
function placeZoom() {
  if (PHONE.matches) $("stage").append($("zoom"));
  else $("predict").before($("zoom"));
}

PHONE.addEventListener("change", placeZoom, { signal: ended.signal });
placeZoom();
