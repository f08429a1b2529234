/** The layer and the channel under the pointer: figures on a sheet, values in a map, the field on the picture. */

import * as api from "../api.js";
import { channelAt, boxOf } from "../draw/sheet.js";
import { boxSeen, readField } from "../draw/field.js";
import { valueOf } from "../draw/numbers.js";
import { around, find, findAll, frame } from "../dom.js";
import { texts } from "../lib/texts.js";
import { address, current, go, note } from "../state.js";

/** @typedef {import("../draw/sheet.js").Sheet} Sheet */

export function startInspector() {
  const figures = remember(api.figures);
  const levels = remember(api.levels);
  document.addEventListener("pointermove", (event) => {
    const sheet = around(event, "#sheet .stage", HTMLElement);
    const map = around(event, "#channel .stage:not(.over)", HTMLElement);
    void pointAtSheet(sheet && channelUnder(sheet, event), figures);
    void pointAtMap(map && cellUnder(map, event), levels);
  });
  document.addEventListener("click", (event) => {
    const stage = around(event, "#sheet .stage", HTMLElement);
    const channel = stage && channelUnder(stage, event);
    if (channel !== null) go({ ...current(), channel: String(channel) });
  });
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

/** @returns {Sheet | null} the sheet that is shown */
export function shownSheet() {
  const data = find("#sheet", HTMLElement)?.dataset;
  if (!data) return null;
  return {
    columns: Number(data.columns),
    pitchX: Number(data.pitchX),
    pitchY: Number(data.pitchY),
    cellW: Number(data.cellW),
    cellH: Number(data.cellH),
    channels: Number(data.channels),
    order: data.order?.split(",").map(Number) ?? null,
  };
}

/** Over the picture, or the map alone. */
export function toggleOverlay() {
  const off = find("#overlay-off", HTMLAnchorElement);
  const on = find("#overlay-on", HTMLAnchorElement);
  (off?.hasAttribute("aria-current") ? on : off)?.click();
}

/**
 * @param {number | null} channel
 * @param {(address: string) => Promise<api.Figures | null>} figuresOf
 */
async function pointAtSheet(channel, figuresOf) {
  const figure = find("#sheet", HTMLElement);
  const sheet = shownSheet();
  if (!figure || !sheet) return;
  frame(find(".hover", SVGRectElement, figure), channel === null ? null : boxOf(sheet, channel));
  if (channel === null) {
    say(figure, null);
    return;
  }
  const all = await figuresOf(figure.dataset.statistics ?? "");
  const [min, max, mean] = [all?.min[channel] ?? null, all?.max[channel] ?? null, all?.mean[channel] ?? null];
  say(figure, texts.channel(channel, all && { min, max, mean, zeros: all.zeros[channel] }));
}

/**
 * @param {{ y: number, x: number } | null} cell
 * @param {(address: string) => Promise<{ width: number, height: number, levels: Uint8ClampedArray }>} levelsOf
 */
async function pointAtMap(cell, levelsOf) {
  const figure = find("#channel", HTMLElement);
  const map = find("#map", HTMLImageElement);
  const seen = find("#picture .field", SVGRectElement);
  if (!figure || !map || !cell) {
    if (figure) say(figure, null);
    frame(figure && find(".hover", SVGRectElement, figure), null);
    frame(seen, null);
    return;
  }
  const { width, height, lo, hi, field: fieldText } = figure.dataset;
  frame(find(".hover", SVGRectElement, figure), { ...cell, width: 1, height: 1 });
  const field = readField(fieldText);
  const view = seen?.ownerSVGElement?.viewBox.baseVal;
  frame(seen, field && view ? boxSeen(field, cell.y, cell.x, view) : null);
  const pixels = await levelsOf(map.src);
  const row = Math.floor(((cell.y + 0.5) * pixels.height) / Number(height));
  const column = Math.floor(((cell.x + 0.5) * pixels.width) / Number(width));
  const value = valueOf(pixels.levels[4 * (row * pixels.width + column)], Number(lo), Number(hi));
  say(figure, texts.cell(cell.y, cell.x, value));
}

/**
 * @param {HTMLElement} stage
 * @param {MouseEvent} event
 * @returns {number | null}
 */
function channelUnder(stage, event) {
  const image = find("img", HTMLImageElement, stage);
  const sheet = shownSheet();
  if (!image || !sheet) return null;
  const box = image.getBoundingClientRect();
  const scale = image.naturalWidth / box.width || 1;
  return channelAt(sheet, (event.clientX - box.left) * scale, (event.clientY - box.top) * scale);
}

/**
 * @param {HTMLElement} stage
 * @param {MouseEvent} event
 */
function cellUnder(stage, event) {
  const { width, height } = find("#channel", HTMLElement)?.dataset ?? {};
  const box = stage.getBoundingClientRect();
  const x = Math.floor(((event.clientX - box.left) / box.width) * Number(width));
  const y = Math.floor(((event.clientY - box.top) / box.height) * Number(height));
  const inside = x >= 0 && y >= 0 && x < Number(width) && y < Number(height);
  return inside ? { x, y } : null;
}

/** @param {string} opacity 0..1 */
function showThrough(opacity) {
  find("#over", SVGImageElement)?.setAttribute("opacity", opacity);
  const view = { ...current(), overlay: opacity };
  note(view);
  for (const link of findAll("#inspector a[data-channel]", HTMLAnchorElement)) {
    link.setAttribute("href", address({ ...view, channel: link.dataset.channel }));
  }
}

/**
 * @param {HTMLElement} figure
 * @param {string | null} text null for the hint
 */
function say(figure, text) {
  const line = find(".readout", HTMLElement, figure);
  if (!line) return;
  line.textContent = text ?? line.dataset.hint ?? "";
  line.classList.toggle("live", text !== null);
}

/**
 * Ask once for each address: answers about one picture and one network never change.
 * @template T
 * @param {(address: string) => Promise<T>} ask
 * @returns {(address: string) => Promise<T>}
 */
function remember(ask) {
  /** @type {{ address: string, answer: Promise<T> } | null} */
  let last = null;
  return (asked) => {
    if (last?.address !== asked) {
      last = { address: asked, answer: ask(asked) };
      last.answer.catch(() => {
        last = null;
      });
    }
    return last.answer;
  };
}
