// A camera: which picture is seen in a stage, which part of it, and how fingers, mouse and wheel move it.
"use strict";

const LARGEST = 3; // pixels for a unit of a picture
const [LEGIBLE, CLEAR] = [11, 14]; // pixels of letters that can be read, and of those that can from the last row
const MOST = 12; // pixels for a unit, at the closest
const ROOMY = 200; // pixels: in a lower stage an overview would cover what it is about
const PHONE = matchMedia("(max-width: 640px) and (orientation: portrait)"); // pictures go from the top down there
const SLIDE = matchMedia("(min-width: 1200px)"); // many look at it, from afar

/** How high letters are to be where they are read. */
const leastLetters = () => (SLIDE.matches ? CLEAR : LEGIBLE);

const clamp = (low, x, high) => Math.min(Math.max(low, x), high);

/** The middle of a part of the picture, in its own units. */
function middleOf(view, part) {
  const { x, y, width, height } = part.getBBox();
  const [, dx, dy] = view.placed.match(/translate\((-?[\d.]+)[ ,]+(-?[\d.]+)\)/).map(Number);
  return { x: x + width / 2 + dx, y: y + height / 2 + dy };
}

/** Where on the screen these parts are: a box around them all. */
function around(parts) {
  const boxes = [...parts].map((part) => part.getBoundingClientRect());
  const most = (side, sign) => sign * Math.max(...boxes.map((box) => sign * box[side]));
  return { left: most("left", -1), right: most("right", 1), top: most("top", -1), bottom: most("bottom", 1) };
}

/**
 * Shows one of its `levels`, which are pictures of the same, the coarsest first: the finest that can be read.
 * The whole is not shown at first if its letters would be smaller than `smallest()`.
 * It is `fitted` if that is shown, and what is upright and too high for the stage is then `cropped`.
 */
class Camera {
  constructor(stage, changed, smallest) {
    Object.assign(this, { stage, changed, smallest, levels: [], view: null, x: 0, y: 0, scale: 1, frame: 0 });
    this.fitted = true;
    this.cropped = false;
    this.moved = this.whole = false; // by hand; and whether all of it was asked for
    this.opened = false; // whether there ever was room to show anything
    this.overview = new Overview(stage, this);
    this.listen();
    new ResizeObserver(() => {
      if (!this.view) return;
      if (!this.opened || !this.shown.includes(this.view)) this.open();
      else if (this.moved) this.look(this);
      else if (this.whole) this.fit();
      else this.refit();
      this.follow();
    }).observe(stage);
  }

  /** Have these pictures to show, and show them as a whole. */
  load(levels) {
    for (const view of [...this.levels, ...levels]) view.holder.setAttribute("hidden", "");
    Object.assign(this, { levels, view: null, fitted: true, opened: false });
    this.open();
  }

  /** The stage has another size: show as much as at first, but what was looked at in large letters stays in sight. */
  refit() {
    const { x, y, fitted } = this;
    this.open();
    if (!fitted && !this.fitted) this.look({ x, y });
  }

  /** In a collapsed cell or a hidden tab there is no room: what is to be seen is placed when there is. */
  get hasRoom() {
    return this.stage.clientWidth > 0 && this.stage.clientHeight > 0;
  }

  /** Pixels for a unit where all of a picture is seen. */
  wholeScale({ full }) {
    return Math.min(LARGEST, this.stage.clientWidth / full.width, this.stage.clientHeight / full.height);
  }

  /** Pixels for a unit to start with: of an upright picture the whole width is seen, if that can be read. */
  firstScale(view) {
    const whole = this.wholeScale(view);
    return view.upright ? Math.max(whole, Math.min(this.stage.clientWidth / view.full.width, leastLetters() / view.letters)) : whole;
  }

  /** Whether pictures go from the top down: on a phone, and those of a network where they are larger so. */
  get isUpright() {
    if (PHONE.matches || this.levels.length < 3) return PHONE.matches;
    const [across, down] = this.levels;
    return down.upright && this.wholeScale(down) > this.wholeScale(across);
  }

  /** The levels for a stage of this shape. */
  get shown() {
    const { isUpright, levels } = this;
    const hasTwin = ({ title }) => levels.some((other) => other.upright && other.title === title);
    return levels.filter((view) => view.upright === isUpright || (isUpright && !hasTwin(view)));
  }

  /** The finest picture to be read at so many times the size of the first view; where none is, of large letters. */
  levelAt(times) {
    const height = (view) => times * this.firstScale(view) * view.letters;
    const largest = Math.max(...this.shown.map(height));
    const isStrict = SLIDE.matches && largest >= CLEAR - 0.01; // elsewhere a finer picture may be a little smaller
    const least = isStrict ? CLEAR - 0.01 : Math.min(LEGIBLE - 0.01, 0.8 * largest);
    const finest = this.shown.findLast((view) => height(view) >= least);
    if (times > 1 || height(finest) >= CLEAR) return finest;
    return this.shown.find(({ title }) => title === finest.title); // of the same it shows less, in larger letters
  }

  show(view) {
    if (view === this.view) return;
    this.view?.holder.setAttribute("hidden", "");
    this.view = view;
    view.holder.removeAttribute("hidden");
    document.documentElement.toggleAttribute("data-large", view.large);
    this.changed(view);
  }

  look({ x, y, scale = this.scale }) {
    if (!this.hasRoom) return;
    const { svg, scene, placed, full } = this.view;
    this.x = clamp(full.x, x, full.x + full.width);
    const margin = this.cropped ? this.stage.clientHeight / scale / 2 : 0; // nothing is seen beyond
    this.y = clamp(full.y + margin, y, full.y + full.height - margin);
    this.scale = clamp(Math.min(0.1, this.wholeScale(this.view)), scale, MOST);
    const left = this.stage.clientWidth / 2 - this.x * this.scale;
    const top = this.stage.clientHeight / 2 - this.y * this.scale;
    svg.removeAttribute("viewBox"); // moving the scene alone is much quicker: texts are not laid out again
    scene.setAttribute("transform", `translate(${left} ${top}) scale(${this.scale}) ${placed}`);
    this.overview.draw();
  }

  /** Move there softly. */
  glide(to) {
    cancelAnimationFrame(this.frame);
    if (this.view.large || matchMedia("(prefers-reduced-motion: reduce)").matches) return this.look(to);
    const [from, start] = [{ x: this.x, y: this.y }, performance.now()];
    const move = (now) => {
      const done = clamp(0, (now - start) / 250, 1);
      const eased = done * (2 - done);
      const between = (key) => from[key] + (to[key] - from[key]) * eased;
      this.look({ x: between("x"), y: between("y") });
      if (done < 1) this.frame = requestAnimationFrame(move);
    };
    this.frame = requestAnimationFrame(move);
    return undefined;
  }

  /** The first view; or, asked for by hand, all of it. */
  fit(all = true) {
    if (!this.hasRoom || !this.levels.length) return;
    cancelAnimationFrame(this.frame);
    Object.assign(this, { moved: false, whole: all });
    this.show(this.levelAt(1));
    const { full } = this.view;
    const scale = all ? this.wholeScale(this.view) : this.firstScale(this.view);
    Object.assign(this, { fitted: true, cropped: scale > this.wholeScale(this.view) * 1.001, scale });
    this.look({ x: full.x + full.width / 2, y: this.cropped ? full.y : full.y + full.height / 2, scale });
  }

  /** The first view: the whole, or where nothing of that can be read, where it begins. */
  open() {
    this.opened = this.hasRoom && this.levels.length > 0;
    if (!this.opened) return this.levels.length && this.show(this.levels[0]);
    this.fit(false);
    const { full, letters, boxes } = this.view;
    if (this.scale * letters >= this.smallest()) return undefined;
    this.fitted = this.cropped = false;
    const scale = leastLetters() / letters;
    const [width, height] = [this.stage.clientWidth / scale, this.stage.clientHeight / scale];
    const first = boxes[steps[0].node];
    const beginsThere = first && this.levels.length > 1 && height < full.height;
    const y = beginsThere ? middleOf(this.view, first).y : full.y + Math.min(height, full.height) / 2;
    return this.look({ x: full.x + Math.min(width, full.width) / 2, y, scale });
  }

  /** Zoom by a factor, towards a point of the screen or the middle: nearer, a finer picture shows more. */
  zoom(factor, clientX, clientY) {
    if (!this.hasRoom) return;
    const { left, right, top, bottom } = around([this.stage]);
    const dx = clientX === undefined ? 0 : clientX - (left + right) / 2;
    const dy = clientY === undefined ? 0 : clientY - (top + bottom) / 2;
    cancelAnimationFrame(this.frame);
    const target = { x: this.x + dx / this.scale, y: this.y + dy / this.scale };
    const whole = this.wholeScale(this.view);
    let scale = clamp(Math.min(0.1, whole), this.scale * factor, MOST);
    const next = this.levelAt(Math.max(scale / whole, 1));
    if (next !== this.view) {
      Object.assign(target, this.changeLevel(next, target));
      scale = clamp(0, this.wholeScale(next) * Math.max(scale / whole, 1), MOST);
    }
    this.fitted = scale <= this.wholeScale(this.view) * 1.001 && factor < 1;
    this.cropped = false;
    this.moved = true;
    if (this.fitted) return this.fit();
    return this.look({ x: target.x - dx / scale, y: target.y - dy / scale, scale });
  }

  /** Show another picture; where in it that is which was at this point of the one before. */
  changeLevel(next, point) {
    const before = this.view;
    const seen = before.boxes.flatMap((box, place) => (box && next.boxes[place] ? [place] : []));
    const far = (place) => {
      const { x, y } = middleOf(before, before.boxes[place]);
      return Math.hypot(x - point.x, y - point.y);
    };
    const distances = seen.map(far);
    const nearest = seen[distances.indexOf(Math.min(...distances))];
    this.show(next);
    return middleOf(next, next.boxes[nearest]);
  }

  pan(dx, dy) {
    cancelAnimationFrame(this.frame);
    this.fitted = this.cropped = false;
    this.moved = true;
    this.look({ x: this.x - dx / this.scale, y: this.y - dy / this.scale, scale: this.scale });
  }

  /** Bring what is lit into sight if it is not; if it is too large for that, its node. */
  follow() {
    if ((this.fitted && !this.cropped) || !this.view || !this.hasRoom) return;
    const { svg } = this.view;
    const lit = svg.querySelectorAll(".lit, .touched");
    if (!lit.length) return;
    const [seen, room] = [around([this.stage]), 12]; // pixels to the border
    let wanted = around(lit);
    const [dx, dy] = [seen.right - wanted.right, seen.bottom - wanted.bottom];
    if (Math.min(dx, dy, wanted.left - seen.left, wanted.top - seen.top) >= room) return;
    const [width, height] = [wanted.right - wanted.left, wanted.bottom - wanted.top];
    if (width > this.stage.clientWidth || height > this.stage.clientHeight) {
      wanted = around(svg.querySelectorAll(".box.lit"));
    }
    const off = (low, high) => (wanted[low] + wanted[high] - seen[low] - seen[high]) / 2 / this.scale;
    this.glide({ x: this.x + (this.fitted ? 0 : off("left", "right")), y: this.y + off("top", "bottom") });
  }

  listen() {
    const { stage } = this;
    const fingers = new Map();
    let moved = 0; // pixels, since the first finger came down
    stage.addEventListener("pointerdown", (event) => {
      if (event.target.closest("button, select, #card")) return;
      if (!fingers.size) moved = 0;
      fingers.set(event.pointerId, event);
      stage.setPointerCapture(event.pointerId);
    });
    stage.addEventListener("pointermove", (event) => {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      moved += Math.hypot(event.clientX - before.clientX, event.clientY - before.clientY);
      const other = [...fingers.values()].find((finger) => finger.pointerId !== event.pointerId);
      if (other) {
        const { clientX: x, clientY: y } = other;
        const apart = (finger) => Math.hypot(finger.clientX - x, finger.clientY - y) || 1;
        this.zoom(apart(event) / apart(before), (event.clientX + x) / 2, (event.clientY + y) / 2);
      } else if (moved > 4) this.pan(event.clientX - before.clientX, event.clientY - before.clientY);
      fingers.set(event.pointerId, event);
    });
    stage.addEventListener("pointerup", (event) => {
      if (!fingers.delete(event.pointerId) || moved > 4) return;
      const tapped = document.elementFromPoint(event.clientX, event.clientY);
      stage.dispatchEvent(new CustomEvent("tap", { detail: tapped }));
    });
    stage.addEventListener("pointercancel", (event) => fingers.delete(event.pointerId));
    stage.addEventListener("wheel", (event) => {
      if (window.parent !== window && !event.ctrlKey && !event.metaKey) return; // in a notebook it scrolls
      event.preventDefault();
      this.zoom(Math.exp(-clamp(-80, event.deltaY, 80) / 250), event.clientX, event.clientY);
    }, { passive: false });
  }
}

/** Where one is: all the boxes of the picture, small, with a frame around what is seen. */
class Overview {
  constructor(stage, camera) {
    this.camera = camera;
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.setAttribute("class", "overview");
    this.svg.setAttribute("aria-hidden", "true");
    [this.boxes, this.lit] = ["path", "path"].map((tag) => document.createElementNS(SVG, tag));
    this.seen = document.createElementNS(SVG, "rect");
    this.lit.setAttribute("class", "lit");
    this.svg.append(this.boxes, this.lit, this.seen);
    stage.append(this.svg);
  }

  draw() {
    const { view, stage, fitted, x, y, scale } = this.camera;
    const hidden = fitted || stage.clientHeight < ROOMY;
    this.svg.toggleAttribute("hidden", hidden);
    if (hidden) return;
    const { full } = view;
    if (this.view !== view) {
      this.view = view;
      this.svg.setAttribute("viewBox", `${full.x} ${full.y} ${full.width} ${full.height}`);
      this.boxes.setAttribute("d", [...new Set(view.boxes)].map((box) => this.outline(box)).join(""));
    }
    this.lit.setAttribute("d", this.outline(view.svg.querySelector(".box.lit")));
    const [width, height] = [stage.clientWidth / scale, stage.clientHeight / scale];
    for (const [name, value] of Object.entries({ x: x - width / 2, y: y - height / 2, width, height })) {
      this.seen.setAttribute(name, value);
    }
  }

  outline(box) {
    if (!box) return "";
    const { width, height } = box.getBBox();
    const { x, y } = middleOf(this.view, box);
    return `M${x - width / 2} ${y - height / 2}h${width}v${height}h${-width}z`;
  }
}
