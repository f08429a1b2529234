/** An area that is dragged over the changed input: that of the last change that is about a part, or of a new box. */

import { closest, find, findAll, placeRect } from "../dom.js";
import { areaBetween, changeText } from "../lib/changes.js";

/** @typedef {import("../lib/changes.js").Point} Point */

const SMALLEST = 0.02; // of the view: a shorter movement is a click

/**
 * @param {HTMLFormElement} form the list of changes
 * @param {() => void} update called when an area of the list has changed
 * @param {(change: string) => void} add called with a new box
 */
export function startAreaDrawing(form, update, add) {
  /** @type {{ bounds: DOMRect, view: import("../lib/changes.js").Area, from: Point } | null} */
  let stroke = null;
  const end = () => {
    stroke = null;
    placeRect(find(".changing .area", SVGRectElement), null);
  };
  document.addEventListener("pointerdown", (event) => {
    const stage = closest(event, ".drawable", HTMLElement);
    if (!stage || event.button !== 0) return;
    event.preventDefault();
    const bounds = stage.getBoundingClientRect();
    stroke = { bounds, view: viewOf(stage), from: pointAt(bounds, event) };
  });
  document.addEventListener("pointermove", (event) => {
    if (!stroke) return;
    const to = pointAt(stroke.bounds, event);
    drawArea(stroke.from, to);
    if (isLong(stroke.from, to) && setArea(form, areaBetween(stroke.view, stroke.from, to))) update();
  });
  document.addEventListener("pointerup", (event) => {
    if (!stroke) return;
    const { from, view, bounds } = stroke;
    const to = pointAt(bounds, event);
    end();
    if (!isLong(from, to)) return;
    const area = areaBetween(view, from, to);
    if (setArea(form, area)) update();
    else add(changeText("box", [area.left, area.top, area.width, area.height].map(String)));
  });
  document.addEventListener("pointercancel", end);
}

/**
 * @param {HTMLElement} stage
 * @returns {import("../lib/changes.js").Area}
 */
function viewOf({ dataset }) {
  return { left: Number(dataset.left), top: Number(dataset.top), width: Number(dataset.width), height: Number(dataset.height) };
}

/**
 * @param {DOMRect} bounds
 * @param {PointerEvent} event
 * @returns {Point}
 */
function pointAt(bounds, event) {
  /** @param {number} share */
  const inside = (share) => Math.min(1, Math.max(0, share));
  return { x: inside((event.clientX - bounds.left) / bounds.width), y: inside((event.clientY - bounds.top) / bounds.height) };
}

/**
 * @param {Point} from
 * @param {Point} to
 */
function isLong(from, to) {
  return Math.abs(to.x - from.x) > SMALLEST && Math.abs(to.y - from.y) > SMALLEST;
}

/**
 * @param {Point} from
 * @param {Point} to
 */
function drawArea(from, to) {
  const [x, y] = [100 * Math.min(from.x, to.x), 100 * Math.min(from.y, to.y)];
  placeRect(find(".changing .area", SVGRectElement), { x, y, width: 100 * Math.abs(to.x - from.x), height: 100 * Math.abs(to.y - from.y) });
}

/**
 * Write an area into the fields of the last change that is about a part of the picture.
 * @param {HTMLFormElement} form
 * @param {import("../lib/changes.js").Area} area
 * @returns {boolean} whether there is one
 */
function setArea(form, area) {
  const row = findAll("[data-part]", HTMLLIElement, form).at(-1);
  if (!row) return false;
  for (const [name, value] of Object.entries(area)) {
    const field = find(`[name=amount][id$="-${name}"]`, HTMLInputElement, row);
    for (const each of findAll("input", HTMLInputElement, field?.parentElement ?? form)) each.value = String(value);
  }
  return true;
}
