/** Panning and zooming of the map by mouse, wheel, touch and buttons: a transform of one group, without redrawing. */

import { clampCamera, fitCamera, initialCamera, resizeCamera, revealBox, visibleBox, zoomCamera } from "../../draw/camera.js";
import { fitLabels } from "./labels.js";

/** @typedef {import("../../draw/camera.js").Box} Box */
/** @typedef {import("../../draw/camera.js").Camera} Camera */
/** @typedef {import("../../draw/camera.js").Size} Size */

const CLICK = 4; // pixels that the pointer may move during a click
const LINE = 16; // pixels of a line that a wheel scrolls
const BUTTONS = 40; // width of the buttons at the right, in pixels
const WHEEL = 0.0025;
const REST_MS = 60;

export class MapCamera {
  /** @type {Size} */ #drawing = { width: 1, height: 1 };
  /** @type {Camera} */ #camera = { x: 0, y: 0, scale: 1 };
  /** @type {Size} */ #seen = { width: 1, height: 1 }; // the view that the camera was chosen for
  /** @type {Map<number, { x: number, y: number }>} */ #pointers = new Map();
  #moved = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #resting;

  /**
   * @param {SVGSVGElement} svg
   * @param {SVGGElement} group that is moved
   * @param {(visible: Box) => void} onMove called on every move
   * @param {(visible: Box, scale: number) => void} onRest called after the last move
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
      svg.addEventListener(end, (event) => this.#pointers.delete(event.pointerId));
    }
    svg.addEventListener("click", (event) => this.#moved > CLICK && event.stopImmediatePropagation(), { capture: true });
    svg.addEventListener("dragstart", (event) => event.preventDefault());
    new ResizeObserver(() => this.#apply(resizeCamera(this.#camera, this.#seen, this.view))).observe(svg);
  }

  /** The size of the view without the buttons. */
  get view() {
    return { width: Math.max(1, this.svg.clientWidth - BUTTONS), height: this.svg.clientHeight || 1 };
  }

  /**
   * Show another drawing with a box in the middle.
   * @param {Size} drawing
   * @param {Box} box
   * @param {boolean} reset whether to leave the scale that the reader has chosen
   */
  show(drawing, box, reset) {
    this.#drawing = drawing;
    if (reset) return this.#apply(initialCamera(drawing, this.view, box));
    const { scale } = this.#camera;
    const { width, height } = this.view;
    const x = width / 2 - scale * (box.x + box.width / 2);
    this.#apply({ x, y: height / 2 - scale * (box.y + box.height / 2), scale });
  }

  /** @param {Box} box to move into the view */
  reveal(box) {
    this.#apply(revealBox(this.#camera, box, this.view));
  }

  fit() {
    this.#apply(fitCamera(this.#drawing, this.view));
  }

  /** @param {number} factor */
  zoom(factor) {
    this.#zoomAt(factor, { x: this.view.width / 2, y: this.view.height / 2 });
  }

  /**
   * @param {number} factor
   * @param {{ x: number, y: number }} point
   */
  #zoomAt(factor, point) {
    this.#apply(zoomCamera(this.#camera, factor, point));
  }

  /**
   * @param {number} dx
   * @param {number} dy
   * @returns {boolean} whether the camera moved
   */
  #pan(dx, dy) {
    const { x, y, scale } = this.#camera;
    this.#apply({ x: x + dx, y: y + dy, scale });
    return this.#camera.x !== x || this.#camera.y !== y;
  }

  /** @param {Camera} camera to be clamped to the drawing */
  #apply(camera) {
    this.#seen = this.view;
    this.#camera = clampCamera(camera, this.#drawing, this.#seen);
    const { x, y, scale } = this.#camera;
    this.group.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
    fitLabels(this.svg, scale);
    this.onMove(visibleBox(this.#camera, this.view));
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.onRest(visibleBox(this.#camera, this.view), this.#camera.scale), REST_MS);
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1;
    const box = this.svg.getBoundingClientRect();
    if (event.ctrlKey || event.metaKey) {
      const point = { x: event.clientX - box.left, y: event.clientY - box.top };
      this.#zoomAt(Math.exp(-event.deltaY * unit * WHEEL * 2), point);
    } else if (!this.#pan(-event.deltaX * unit, -event.deltaY * unit)) return; // at the end, the page scrolls
    event.preventDefault();
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.button !== 0) return;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (this.#pointers.size === 1) this.#moved = 0;
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const last = this.#pointers.get(event.pointerId);
    if (!last) return;
    if (!event.buttons) return void this.#pointers.delete(event.pointerId); // released outside of the map
    const now = { x: event.clientX, y: event.clientY };
    this.#moved += Math.hypot(now.x - last.x, now.y - last.y);
    if (this.#moved <= CLICK) return;
    if (!this.svg.hasPointerCapture(event.pointerId)) this.svg.setPointerCapture(event.pointerId);
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, now);
    if (other) this.#pinch(last, now, other);
    else this.#pan(now.x - last.x, now.y - last.y);
  }

  /**
   * @param {{ x: number, y: number }} last
   * @param {{ x: number, y: number }} now
   * @param {{ x: number, y: number }} other finger
   */
  #pinch(last, now, other) {
    const box = this.svg.getBoundingClientRect();
    const middle = { x: (now.x + other.x) / 2 - box.left, y: (now.y + other.y) / 2 - box.top };
    const before = Math.max(1, Math.hypot(last.x - other.x, last.y - other.y));
    this.#zoomAt(Math.hypot(now.x - other.x, now.y - other.y) / before, middle);
    this.#pan((now.x - last.x) / 2, (now.y - last.y) / 2);
  }
}
