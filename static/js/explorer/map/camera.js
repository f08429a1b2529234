/** Moving about the map with mouse, wheel, fingers and buttons: one transform of one group, nothing drawn anew. */

import { held, inView, opening, showing, whole, zoomed } from "../../draw/camera.js";

/** @typedef {import("../../draw/camera.js").Box} Box */
/** @typedef {import("../../draw/camera.js").Size} Size */

const CLICK = 4; // pixels that a click may move
const LINE = 16;
const BUTTONS = 40; // pixels at the right
const WHEEL = 0.0025;
const REST_MS = 60;

export class MapCamera {
  /** @type {Size} */ #drawing = { width: 1, height: 1 };
  #camera = { x: 0, y: 0, scale: 1 };
  /** @type {Map<number, { x: number, y: number }>} */ #fingers = new Map();
  #moved = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #resting;

  /**
   * @param {SVGSVGElement} svg
   * @param {SVGGElement} group that is moved
   * @param {(seen: Box) => void} onMove told of every move
   * @param {(seen: Box, scale: number) => void} onRest told when it has stopped moving
   */
  constructor(svg, group, onMove, onRest) {
    this.svg = svg;
    this.group = group;
    this.onMove = onMove;
    this.onRest = onRest;
    svg.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    svg.addEventListener("pointerdown", (event) => this.#down(event));
    svg.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
      svg.addEventListener(end, (event) => this.#fingers.delete(event.pointerId));
    }
    svg.addEventListener("click", (event) => this.#moved > CLICK && event.stopImmediatePropagation(), { capture: true });
    svg.addEventListener("dragstart", (event) => event.preventDefault());
    new ResizeObserver(() => this.#apply(held(this.#camera, this.#drawing, this.view))).observe(svg);
  }

  /** What is free of buttons. */
  get view() {
    return { width: Math.max(1, this.svg.clientWidth - BUTTONS), height: this.svg.clientHeight || 1 };
  }

  /**
   * Another drawing: as close as before where the reader has chosen, with a box in the middle.
   * @param {Size} drawing
   * @param {Box} box
   * @param {boolean} afresh
   */
  show(drawing, box, afresh) {
    this.#drawing = drawing;
    const start = opening(drawing, this.view, box);
    if (afresh) return this.#apply(start);
    const { scale } = this.#camera;
    const { width, height } = this.view;
    const x = width / 2 - scale * (box.x + box.width / 2);
    this.#apply(held({ x, y: height / 2 - scale * (box.y + box.height / 2), scale }, drawing, this.view));
  }

  /** @param {Box} box to bring into sight */
  see(box) {
    this.#apply(held(showing(this.#camera, box, this.view), this.#drawing, this.view));
  }

  whole() {
    this.#apply(whole(this.#drawing, this.view));
  }

  /** @param {number} factor */
  zoom(factor) {
    this.#zoomAt(factor, { x: this.view.width / 2, y: this.view.height / 2 });
  }

  /**
   * @param {number} factor
   * @param {{ x: number, y: number }} at
   */
  #zoomAt(factor, at) {
    this.#apply(held(zoomed(this.#camera, factor, at), this.#drawing, this.view));
  }

  /**
   * @param {number} dx
   * @param {number} dy
   * @returns {boolean} whether there was room to move
   */
  #pan(dx, dy) {
    const { x, y, scale } = this.#camera;
    const next = held({ x: x + dx, y: y + dy, scale }, this.#drawing, this.view);
    this.#apply(next);
    return next.x !== x || next.y !== y;
  }

  /** @param {import("../../draw/camera.js").Camera} camera */
  #apply(camera) {
    this.#camera = camera;
    const { x, y, scale } = camera;
    this.group.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
    const detail = scale < 0.22 ? "far" : scale < 0.5 ? "middle" : "near";
    if (this.svg.dataset.detail !== detail) this.svg.dataset.detail = detail;
    this.onMove(inView(camera, this.view));
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.onRest(inView(this.#camera, this.view), this.#camera.scale), REST_MS);
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1;
    const box = this.svg.getBoundingClientRect();
    if (event.ctrlKey || event.metaKey) {
      this.#zoomAt(Math.exp(-event.deltaY * unit * WHEEL * 2), { x: event.clientX - box.left, y: event.clientY - box.top });
    } else if (!this.#pan(-event.deltaX * unit, -event.deltaY * unit)) return; // at its end: the page scrolls on
    event.preventDefault();
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.button !== 0) return;
    this.#fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (this.#fingers.size === 1) this.#moved = 0;
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const last = this.#fingers.get(event.pointerId);
    if (!last) return;
    const now = { x: event.clientX, y: event.clientY };
    this.#moved += Math.hypot(now.x - last.x, now.y - last.y);
    if (this.#moved <= CLICK) return;
    if (!this.svg.hasPointerCapture(event.pointerId)) this.svg.setPointerCapture(event.pointerId);
    const other = [...this.#fingers].find(([id]) => id !== event.pointerId)?.[1];
    this.#fingers.set(event.pointerId, now);
    if (!other) return void this.#pan(now.x - last.x, now.y - last.y);
    const box = this.svg.getBoundingClientRect();
    const between = { x: (now.x + other.x) / 2 - box.left, y: (now.y + other.y) / 2 - box.top };
    const spread = Math.hypot(now.x - other.x, now.y - other.y) / Math.max(1, Math.hypot(last.x - other.x, last.y - other.y));
    this.#zoomAt(spread, between);
    this.#pan((now.x - last.x) / 2, (now.y - last.y) / 2);
  }
}
