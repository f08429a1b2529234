/** The pad to draw a digit on, with a mouse, a finger, a pen or the keyboard. */

import { find } from "../dom.js";
import { drawStrokes, nextPoint, SIDE } from "../draw/brush.js";
import { afterKey, START } from "../draw/pen.js";

/** @typedef {ReturnType<typeof nextPoint>[]} Stroke */

const EVEN_PRESSURE = 0.5; // a line of the usual width

/** A canvas with the strokes on it. It tells its owner of every change. */
export class Pad {
  /** @type {Stroke[]} */
  #strokes = [];
  #canvas;
  #onChange;
  /** @type {import("../draw/pen.js").Pen} */
  #pen = START;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(pad: Pad) => void} onChange called when strokes are added or removed, and when the pen is put down or lifted
   */
  constructor(canvas, onChange) {
    this.#canvas = canvas;
    this.#onChange = onChange;
    this.#followPointer();
    canvas.addEventListener("keydown", (event) => this.#followKey(event));
    for (const name of ["focus", "blur"]) canvas.addEventListener(name, () => this.#showPen());
    this.#show();
  }

  get isEmpty() {
    return this.#strokes.length === 0;
  }

  get isPenDown() {
    return this.#pen.down;
  }

  /** Remove the last stroke. */
  undo() {
    this.#keep(this.#strokes.length - 1);
  }

  clear() {
    this.#keep(0);
  }

  /**
   * What is drawn, as a PNG.
   * @returns {Promise<Blob>}
   */
  picture() {
    return new Promise((resolve, reject) => {
      this.#canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The drawing cannot be encoded."))), "image/png");
    });
  }

  /** @param {number} count of strokes, the first ones */
  #keep(count) {
    this.#strokes.length = Math.max(0, count);
    this.#pen = { ...this.#pen, down: false };
    this.#show();
  }

  #show() {
    const context = this.#canvas.getContext("2d");
    if (context) drawStrokes(context, this.#strokes);
    this.#showPen();
    this.#onChange(this);
  }

  /** Let a mouse, a finger or a pen draw strokes. */
  #followPointer() {
    const canvas = this.#canvas;
    /** @type {Stroke | null} */
    let stroke = null;
    /** @param {PointerEvent} event */
    const add = (event) => {
      const coalesced = event.getCoalescedEvents?.() ?? [];
      for (const each of coalesced.length ? coalesced : [event]) stroke?.push(nextPoint(sampleOf(canvas, each), stroke.at(-1)));
      this.#show();
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !event.isPrimary) return;
      canvas.setPointerCapture(event.pointerId);
      this.#pen = { ...this.#pen, down: false };
      this.#strokes.push((stroke = []));
      add(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (stroke && event.isPrimary) add(event);
    });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (stroke = null));
  }

  /** @param {KeyboardEvent} event */
  #followKey(event) {
    const pen = event.ctrlKey || event.metaKey || event.altKey ? null : afterKey(this.#pen, event.key, event.shiftKey);
    if (!pen) return;
    event.preventDefault();
    if (pen.down && !this.#pen.down) this.#strokes.push([]);
    this.#pen = pen;
    if (!pen.down) {
      this.#showPen();
      this.#onChange(this);
      return;
    }
    const stroke = this.#strokes[this.#strokes.length - 1];
    stroke.push(nextPoint({ x: pen.x, y: pen.y, pressure: EVEN_PRESSURE, milliseconds: event.timeStamp }, stroke.at(-1)));
    this.#show();
  }

  /** Show where the pen of the keyboard is, while it is used. */
  #showPen() {
    const ring = find(".pen", SVGCircleElement, this.#canvas.parentElement ?? undefined);
    ring?.toggleAttribute("hidden", !this.#canvas.matches(":focus-visible"));
    ring?.classList.toggle("down", this.#pen.down);
    ring?.setAttribute("cx", String(this.#pen.x));
    ring?.setAttribute("cy", String(this.#pen.y));
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {PointerEvent} event
 */
function sampleOf(canvas, event) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return {
    x: (SIDE * (event.clientX - left)) / width,
    y: (SIDE * (event.clientY - top)) / height,
    pressure: event.pointerType === "pen" ? event.pressure : null,
    milliseconds: event.timeStamp,
  };
}
