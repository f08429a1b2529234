/** The layer and the channel that are looked at: what the pointer, the keys and the sliders do there. */

import { cellLookingAt } from "../draw/receptive-field.js";
import { channelAt, placeInMap } from "../draw/sheet.js";
import { around, find, findAll } from "../dom.js";
import { address, current, go, note } from "../state.js";
import { tellAway } from "../appearance.js";
import { point, shownFields } from "./cursor.js";
import { shownCells, shownSheet } from "./sheet.js";
import { pointAtUnit, unitUnder } from "./units.js";

/** @typedef {import("./cursor.js").Pointed} Pointed */

/** @type {Readonly<Record<string, { y: number, x: number }>>} */
const STEPS = {
  ArrowDown: { y: 1, x: 0 },
  ArrowUp: { y: -1, x: 0 },
  ArrowRight: { y: 0, x: 1 },
  ArrowLeft: { y: 0, x: -1 },
};

/** The cell under the keyboard's cursor on the large map. */
let walked = { y: 0, x: 0 };

export function startInspector() {
  document.addEventListener("pointermove", async (event) => {
    pointAtUnit(unitUnder(event));
    void point(await pointedAt(event));
  });
  document.addEventListener("click", click);
  document.addEventListener("focusin", (event) => {
    if (around(event, "#cells", HTMLElement)) begin();
  });
  document.addEventListener("keydown", walk);
  document.addEventListener("input", (event) => {
    const slider = around(event, "#opacity", HTMLInputElement);
    if (slider) showThrough(slider.value);
  });
  document.addEventListener("submit", (event) => {
    const jump = around(event, ".jump", HTMLFormElement);
    if (!jump) return;
    event.preventDefault();
    go({ ...current(), channel: find("#jump", HTMLInputElement, jump)?.value });
  });
}

/** Over the picture, or the map alone. */
export function toggleOverlay() {
  const off = find("#overlay-off", HTMLAnchorElement);
  const on = find("#overlay-on", HTMLAnchorElement);
  (off?.hasAttribute("aria-current") ? on : off)?.click();
}

/** @param {MouseEvent} event */
async function click(event) {
  const unit = unitUnder(event);
  if (unit !== null) return go({ ...current(), channel: String(unit) });
  const stage = around(event, "#sheet .stage", HTMLElement);
  const channel = stage && underSheet(stage, event)?.channel;
  if (channel != null) return go({ ...current(), channel: String(channel) });
  const cell = around(event, "#cells", HTMLElement) && (await pointedAt(event))?.cell;
  if (cell) keep(cell);
}

/**
 * @param {MouseEvent} event
 * @returns {Promise<Pointed | null>}
 */
async function pointedAt(event) {
  const sheet = around(event, "#sheet .stage", HTMLElement);
  if (sheet) return underSheet(sheet, event);
  const map = around(event, "#cells.stage", HTMLElement);
  if (map) return { channel: chosen(), cell: cellUnder(map, event) };
  const small = around(event, ".strongest .stage", HTMLElement);
  if (small) return { channel: Number(small.closest("a")?.dataset.channel), cell: cellUnder(small, event) };
  const seen = around(event, "#channel .over", SVGSVGElement) ?? viewUnder(event);
  const fields = seen && shownSheet() && find("#sheet", HTMLElement) ? await shownFields() : null;
  if (!seen || !fields) return null;
  const box = seen.getBoundingClientRect();
  const view = seen.viewBox.baseVal;
  const down = ((event.clientY - box.top) / box.height) * view.height;
  const across = ((event.clientX - box.left) / box.width) * view.width;
  return { channel: chosen(), cell: cellLookingAt(fields, down, across) };
}

/** @param {MouseEvent} event */
function viewUnder(event) {
  const drawing = find("#picture .field", SVGRectElement)?.ownerSVGElement;
  const stage = around(event, "#picture .stage", HTMLElement);
  return drawing && stage?.contains(drawing) ? drawing : null;
}

/** @returns {number | null} the channel that is shown large */
function chosen() {
  const number = find("#channel", HTMLElement)?.dataset.number;
  return number === undefined ? null : Number(number);
}

/**
 * @param {HTMLElement} stage
 * @param {MouseEvent} event
 * @returns {Pointed | null}
 */
function underSheet(stage, event) {
  const image = find("img", HTMLImageElement, stage);
  const sheet = shownSheet();
  if (!image || !sheet) return null;
  const box = image.getBoundingClientRect();
  const scale = Number(image.getAttribute("width")) / box.width || 1;
  const [x, y] = [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  const channel = channelAt(sheet, x, y);
  return channel === null ? null : { channel, cell: placeInMap(sheet, shownCells(), x, y) };
}

/**
 * @param {HTMLElement} stage
 * @param {MouseEvent} event
 */
function cellUnder(stage, event) {
  const { width, height } = shownCells();
  const box = stage.getBoundingClientRect();
  const x = Math.floor(((event.clientX - box.left) / box.width) * width);
  const y = Math.floor(((event.clientY - box.top) / box.height) * height);
  return x >= 0 && y >= 0 && x < width && y < height ? { x, y } : null;
}

/** Put the keyboard's cursor on the kept cell, or the strongest one. */
function begin() {
  const { kept, strongest } = find("#channel", HTMLElement)?.dataset ?? {};
  const [y, x] = (kept ?? strongest ?? "0,0").split(",").map(Number);
  walked = { y, x };
  void point({ channel: chosen(), cell: walked });
}

/** @param {KeyboardEvent} event */
function walk(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !around(event, "#cells", HTMLElement)) return;
  const step = STEPS[event.key];
  if (!step && event.key !== "Enter") return;
  event.preventDefault();
  if (!step) return keep(walked);
  const { width, height } = shownCells();
  const far = event.shiftKey ? 8 : 1;
  walked = {
    y: Math.max(0, Math.min(height - 1, walked.y + far * step.y)),
    x: Math.max(0, Math.min(width - 1, walked.x + far * step.x)),
  };
  void point({ channel: chosen(), cell: walked });
}

/** @param {{ y: number, x: number }} cell */
function keep(cell) {
  go({ ...current(), cell: `${cell.y},${cell.x}` });
}

/** @param {string} opacity 0..1 */
export function showThrough(opacity) {
  find("#over", SVGImageElement)?.setAttribute("opacity", opacity);
  const view = { ...current(), overlay: opacity };
  note(view);
  tellAway("overlay", opacity);
  for (const link of findAll("#inspector a[data-channel]", HTMLAnchorElement)) {
    link.setAttribute("href", address({ ...view, channel: link.dataset.channel }));
  }
}
