// The camera: which part of the graph is seen, and how fingers, mouse and wheel move it.
"use strict";

const stage = document.getElementById("stage");
const svg = document.querySelector("#stage > svg");
const whole = svg.viewBox.baseVal;
const large = svg.querySelectorAll(".node").length > 200; // too much to be painted many times a second
if (large) document.documentElement.dataset.large = "";
const full = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
const scene = svg.querySelector(".graph");
const placed = scene.getAttribute("transform");
const [LARGEST, READABLE, SMALLEST] = [3, 1, 0.6]; // pixels for a unit of the graph
let camera = { x: 0, y: 0, scale: 1 }; // the middle of what is seen
let fitted = true;
let opened = false; // whether there ever was room to show anything
let frame = 0;

const clamp = (low, x, high) => Math.min(Math.max(low, x), high);

function fittingScale() {
  return Math.min(LARGEST, stage.clientWidth / full.width, stage.clientHeight / full.height);
}

/** In a collapsed cell or a hidden tab there is no room: what is to be seen is placed when there is. */
const hasRoom = () => stage.clientWidth > 0 && stage.clientHeight > 0;

function look(to) {
  if (!hasRoom()) return;
  camera = {
    x: clamp(full.x, to.x, full.x + full.width),
    y: clamp(full.y, to.y, full.y + full.height),
    scale: clamp(Math.min(0.1, fittingScale()), to.scale, 12),
  };
  const x = stage.clientWidth / 2 - camera.x * camera.scale;
  const y = stage.clientHeight / 2 - camera.y * camera.scale;
  svg.removeAttribute("viewBox"); // moving the scene alone is much quicker: texts are not laid out again
  scene.setAttribute("transform", `translate(${x} ${y}) scale(${camera.scale}) ${placed}`);
}

/** Move there softly. */
function glide(to) {
  cancelAnimationFrame(frame);
  if (large || matchMedia("(prefers-reduced-motion: reduce)").matches) return look(to);
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
  if (!hasRoom()) return;
  cancelAnimationFrame(frame);
  look({ x: full.x + full.width / 2, y: full.y + full.height / 2, scale: fittingScale() });
  fitted = true;
}

/** The first view: the whole graph, or as much of it as can be read. */
function open() {
  opened = hasRoom();
  fit();
  if (opened && camera.scale < SMALLEST) zoom(READABLE / camera.scale);
}

/** Zoom by a factor, towards a point of the screen or the middle. */
function zoom(factor, clientX, clientY) {
  if (!hasRoom()) return;
  const { left, right, top, bottom } = around([stage]);
  const dx = clientX === undefined ? 0 : clientX - (left + right) / 2;
  const dy = clientY === undefined ? 0 : clientY - (top + bottom) / 2;
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

/** Where on the screen these parts are: a box around them all. */
function around(parts) {
  const boxes = [...parts].map((part) => part.getBoundingClientRect());
  const most = (side, sign) => sign * Math.max(...boxes.map((box) => sign * box[side]));
  return { left: most("left", -1), right: most("right", 1), top: most("top", -1), bottom: most("bottom", 1) };
}

/** Bring what is lit into sight if it is not; if it is too large for that, its node. */
function follow() {
  const lit = svg.querySelectorAll(".lit, .touched");
  if (fitted || !lit.length || !hasRoom()) return;
  const [seen, room] = [around([stage]), 12]; // pixels to the border
  let wanted = around(lit);
  const [dx, dy] = [seen.right - wanted.right, seen.bottom - wanted.bottom];
  if (Math.min(dx, dy, wanted.left - seen.left, wanted.top - seen.top) >= room) return;
  const [width, height] = [wanted.right - wanted.left, wanted.bottom - wanted.top];
  if (width > stage.clientWidth || height > stage.clientHeight) {
    wanted = around(svg.querySelectorAll(".node.lit:not(.op)"));
  }
  const off = (low, high) => (wanted[low] + wanted[high] - seen[low] - seen[high]) / 2 / camera.scale;
  glide({ ...camera, x: camera.x + off("left", "right"), y: camera.y + off("top", "bottom") });
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
    const { clientX: x, clientY: y } = other;
    const apart = (finger) => Math.hypot(finger.clientX - x, finger.clientY - y) || 1;
    zoom(apart(event) / apart(before), (event.clientX + x) / 2, (event.clientY + y) / 2);
  } else pan(event.clientX - before.clientX, event.clientY - before.clientY);
  fingers.set(event.pointerId, event);
});
for (const end of ["pointerup", "pointercancel"]) {
  stage.addEventListener(end, (event) => fingers.delete(event.pointerId));
}
stage.addEventListener("wheel", (event) => {
  if (window.parent !== window && !event.ctrlKey && !event.metaKey) return; // in a notebook the wheel scrolls
  event.preventDefault();
  zoom(Math.exp(-clamp(-80, event.deltaY, 80) / 250), event.clientX, event.clientY);
}, { passive: false });
new ResizeObserver(() => {
  if (opened) return fitted ? fit() : look(camera);
  open();
  return follow();
}).observe(stage);
