/** The pad to draw a digit on, in a dialog. What is drawn is uploaded like any other image, and stays to be changed. */

import { closest, find } from "./dom.js";
import { drawStrokes, nextPoint, SIDE } from "./draw/brush.js";
import { anchor } from "./state.js";

/** @typedef {ReturnType<typeof nextPoint>[]} Stroke */

const ID = "drawing-pad";

/** @param {(load: () => Promise<Blob>) => Promise<void>} send uploads an image and shows its view */
export function startDrawingPad(send) {
  const dialog = find(`#${ID}`, HTMLDialogElement);
  const canvas = find(`#${ID} canvas`, HTMLCanvasElement);
  const context = canvas?.getContext("2d");
  if (!dialog || !canvas || !context) return;
  /** @type {Stroke[]} */
  const strokes = [];
  const show = () => {
    drawStrokes(context, strokes);
    for (const button of dialog.querySelectorAll("button[name]")) button.toggleAttribute("disabled", strokes.length === 0);
  };
  /** @param {number} kept how many strokes, the first ones */
  const keep = (kept) => {
    strokes.length = Math.max(0, kept);
    show();
  };
  followPointer(canvas, strokes, show);
  document.addEventListener("click", (event) => {
    if (closest(event, `[data-opens=${ID}]`, HTMLButtonElement)) dialog.showModal();
    if (closest(event, `#${ID} [name=undo]`, HTMLButtonElement)) keep(strokes.length - 1);
    if (closest(event, `#${ID} [name=clear]`, HTMLButtonElement)) keep(0);
    if (closest(event, `#${ID} [name=classify]`, HTMLButtonElement)) void send(() => picture(canvas));
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "z" && (event.ctrlKey || event.metaKey)) keep(strokes.length - 1);
  });
  show();
  if (anchor() === ID && find(`[data-opens=${ID}]`, HTMLButtonElement)) dialog.showModal();
}

/**
 * Let a mouse, a finger or a pen draw strokes.
 * @param {HTMLCanvasElement} canvas
 * @param {Stroke[]} strokes
 * @param {() => void} show
 */
function followPointer(canvas, strokes, show) {
  /** @type {Stroke | null} */
  let stroke = null;
  /** @param {PointerEvent} event */
  const add = (event) => {
    const coalesced = event.getCoalescedEvents?.() ?? [];
    for (const each of coalesced.length ? coalesced : [event]) stroke?.push(nextPoint(sampleOf(canvas, each), stroke.at(-1)));
    show();
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    canvas.setPointerCapture(event.pointerId);
    strokes.push((stroke = []));
    add(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (stroke && event.isPrimary) add(event);
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (stroke = null));
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

/**
 * What is drawn, as a PNG.
 * @param {HTMLCanvasElement} canvas
 * @returns {Promise<Blob>}
 */
function picture(canvas) {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The drawing cannot be encoded."))), "image/png");
  });
}
