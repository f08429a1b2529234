/** The current layer and channel: what the pointer, the keyboard and the sliders do there. */

import { updateDownloads } from "../appearance.js";
import { closest, find, findAll } from "../dom.js";
import { nearestCell } from "../draw/receptive-field.js";
import { cellInMap, channelAt } from "../draw/sheet.js";
import { addressOf, currentView, navigate, replaceAddress } from "../state.js";
import { currentFields, moveCursor } from "./cursor.js";
import { currentMapSize, currentSheet } from "./sheet.js";
import { anchorTooltip, hideTooltip } from "./tooltip.js";
import { markUnit, unitAt } from "./units.js";

/** @typedef {import("./cursor.js").Cell} Cell */
/** @typedef {import("./cursor.js").Target} Target */

/** @type {Readonly<Record<string, Cell>>} */
const STEPS = {
  ArrowDown: { y: 1, x: 0 },
  ArrowUp: { y: -1, x: 0 },
  ArrowRight: { y: 0, x: 1 },
  ArrowLeft: { y: 0, x: -1 },
};
const LONG_STEP = 8; // cells, with Shift

/** @type {Cell} the keyboard's cell on the large map */
let keyboardCell = { y: 0, x: 0 };
let pointings = 0; // counts the moves of the pointer: where the cell is asked of the server, it may have moved on

export function startInspector() {
  for (const name of /** @type {const} */ (["pointermove", "pointerdown"])) document.addEventListener(name, pointAt);
  document.addEventListener("scroll", hideTooltip, { capture: true, passive: true });
  document.addEventListener("focusout", hideTooltip);
  document.addEventListener("click", handleClick);
  document.addEventListener("focusin", (event) => {
    if (closest(event, "#cells", HTMLElement)) startKeyboardCell();
  });
  document.addEventListener("keydown", moveKeyboardCell);
  document.addEventListener("input", (event) => {
    const slider = closest(event, "#opacity", HTMLInputElement);
    if (slider) drawOverlay(slider.value);
  });
  document.addEventListener("change", (event) => {
    const slider = closest(event, "#opacity", HTMLInputElement);
    if (slider) setOverlayOpacity(slider.value);
  });
  document.addEventListener("submit", (event) => {
    const form = closest(event, ".jump", HTMLFormElement);
    if (!form) return;
    event.preventDefault();
    navigate({ ...currentView(), channel: find("#jump", HTMLInputElement, form)?.value });
  });
}

/** @param {PointerEvent} event */
async function pointAt(event) {
  const { clientX, clientY } = event;
  anchorTooltip({ left: clientX, top: clientY, right: clientX, bottom: clientY });
  const own = ++pointings;
  const unit = unitAt(event);
  const target = await targetAt(event);
  if (own !== pointings) return;
  await moveCursor(target);
  void markUnit(unit);
}

/** Show the keyboard's cell on all maps, and its value beside it. */
function showKeyboardCell() {
  void moveCursor({ channel: currentChannel(), cell: keyboardCell });
  const cell = find("#cells .cursor", SVGRectElement) ?? find("#cells .field", SVGRectElement);
  if (cell) anchorTooltip(cell.getBoundingClientRect());
}

/** Switch between the map over the input and the map alone. */
export function toggleOverlay() {
  const off = find("#overlay-off", HTMLAnchorElement);
  const on = find("#overlay-on", HTMLAnchorElement);
  (off?.hasAttribute("aria-current") ? on : off)?.click();
}

/** @param {MouseEvent} event */
async function handleClick(event) {
  const unit = unitAt(event);
  if (unit !== null) return navigate({ ...currentView(), channel: String(unit) });
  const stage = closest(event, "#sheet .stage", HTMLElement);
  const channel = stage && sheetTarget(stage, event)?.channel;
  if (channel != null) return navigate({ ...currentView(), channel: String(channel) });
  const cell = closest(event, "#cells", HTMLElement) && (await targetAt(event))?.cell;
  if (cell) pinCell(cell);
}

/**
 * What is under the pointer.
 * @param {MouseEvent} event
 * @returns {Promise<Target | null>}
 */
async function targetAt(event) {
  const sheet = closest(event, "#sheet .stage", HTMLElement);
  if (sheet) return sheetTarget(sheet, event);
  const map = closest(event, "#cells.stage", HTMLElement);
  if (map) return { channel: currentChannel(), cell: cellAt(map, event) };
  const small = closest(event, ".strongest .stage", HTMLElement);
  if (small) return { channel: Number(small.closest("a")?.dataset.channel), cell: cellAt(small, event) };
  const drawing = closest(event, "#channel .over", SVGSVGElement) ?? inputDrawing(event);
  const fields = drawing && currentSheet() && find("#sheet", HTMLElement) ? await currentFields() : null;
  if (!drawing || !fields) return null;
  const box = drawing.getBoundingClientRect();
  const view = drawing.viewBox.baseVal;
  const y = ((event.clientY - box.top) / box.height) * view.height;
  const x = ((event.clientX - box.left) / box.width) * view.width;
  return { channel: currentChannel(), cell: nearestCell(fields, y, x) };
}

/** @param {MouseEvent} event */
function inputDrawing(event) {
  const drawing = find("#picture .field", SVGRectElement)?.ownerSVGElement;
  const stage = closest(event, "#picture .stage", HTMLElement);
  return drawing && stage?.contains(drawing) ? drawing : null;
}

/** @returns {number | null} the channel of the large map */
function currentChannel() {
  const number = find("#channel", HTMLElement)?.dataset.number;
  return number === undefined ? null : Number(number);
}

/**
 * @param {HTMLElement} stage
 * @param {MouseEvent} event
 * @returns {Target | null}
 */
function sheetTarget(stage, event) {
  const drawing = find("svg", SVGSVGElement, stage);
  const sheet = currentSheet();
  if (!drawing || !sheet) return null;
  const box = drawing.getBoundingClientRect();
  const scale = drawing.viewBox.baseVal.width / box.width || 1;
  const [x, y] = [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  const channel = channelAt(sheet, x, y);
  return channel === null ? null : { channel, cell: cellInMap(sheet, currentMapSize(), x, y) };
}

/**
 * @param {HTMLElement} stage
 * @param {MouseEvent} event
 * @returns {Cell | null}
 */
function cellAt(stage, event) {
  const { width, height } = currentMapSize();
  const box = stage.getBoundingClientRect();
  const x = Math.floor(((event.clientX - box.left) / box.width) * width);
  const y = Math.floor(((event.clientY - box.top) / box.height) * height);
  return x >= 0 && y >= 0 && x < width && y < height ? { x, y } : null;
}

/** Start the keyboard's cell at the pinned cell, or at the strongest one. */
function startKeyboardCell() {
  const { kept, strongest } = find("#channel", HTMLElement)?.dataset ?? {};
  const [y, x] = (kept ?? strongest ?? "0,0").split(",").map(Number);
  keyboardCell = { y, x };
  showKeyboardCell();
}

/** @param {KeyboardEvent} event */
function moveKeyboardCell(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !closest(event, "#cells", HTMLElement)) return;
  const step = STEPS[event.key];
  if (!step && event.key !== "Enter") return;
  event.preventDefault();
  if (!step) return pinCell(keyboardCell);
  const { width, height } = currentMapSize();
  const cells = event.shiftKey ? LONG_STEP : 1;
  keyboardCell = {
    y: Math.max(0, Math.min(height - 1, keyboardCell.y + cells * step.y)),
    x: Math.max(0, Math.min(width - 1, keyboardCell.x + cells * step.x)),
  };
  showKeyboardCell();
}

/**
 * Pin a cell; one that is pinned already leads to its computation.
 * @param {Cell} cell
 */
function pinCell(cell) {
  if (find("#channel", HTMLElement)?.dataset.kept === `${cell.y},${cell.x}`) return find("#computation", HTMLAnchorElement)?.click();
  navigate({ ...currentView(), cell: `${cell.y},${cell.x}` });
}

/** @param {string} opacity 0..1 */
const drawOverlay = (opacity) => find("#over", SVGImageElement)?.setAttribute("opacity", opacity);

/**
 * Draw the map with an opacity and keep it in the address. A slider that is still moving only draws: browsers let a page
 * change its address some hundred times in ten seconds, and drop what is more.
 * @param {string} opacity 0..1
 */
export function setOverlayOpacity(opacity) {
  drawOverlay(opacity);
  const view = { ...currentView(), overlay: opacity };
  replaceAddress(view);
  updateDownloads("overlay", opacity);
  for (const link of findAll("#inspector a[data-channel]", HTMLAnchorElement)) {
    link.setAttribute("href", addressOf({ ...view, channel: link.dataset.channel }));
  }
}
