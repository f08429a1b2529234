/** One cursor on maps side by side: the cell at the same place in each of them, with its value. A tile of a sheet opens its channel. */

import * as api from "../api.js";
import { closest, find, findAll, parseHtml, placeRect, showNotice } from "../dom.js";
import { cellAt, placeOf } from "../draw/linked-cells.js";
import { channelAt, readSheet, tileOf } from "../draw/sheet.js";
import { cacheByAddress } from "../lib/cache.js";
import { formatExact } from "../lib/numbers.js";
import { swap } from "../replacement.js";
import { onHistory, pushAddress } from "../state.js";
import { text } from "../texts.js";

/** @typedef {import("../draw/linked-cells.js").Place} Place */

const ARRAYS = 8; // how many channels' values are cached
const MAP = ".linked[data-map-w]:has(.cursor)";
const SHEET = ".linked-sheet";
/** @type {Record<string, [number, number]>} */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

const valuesOf = cacheByAddress(api.values, ARRAYS);
let turn = 0; // counts the moves: a result that comes after the next move is dropped
/** @type {Place | null} */
let current = null;
let opening = new AbortController();

export function startLinkedMaps() {
  document.addEventListener("pointermove", follow);
  document.addEventListener("pointerdown", follow);
  document.addEventListener("keydown", step);
  document.addEventListener("focusin", (event) => {
    const map = closest(event, MAP, HTMLElement);
    if (map?.matches(":focus-visible")) void moveTo(current ?? { y: 0.5, x: 0.5 });
  });
  document.addEventListener("focusout", (event) => closest(event, MAP, HTMLElement) && void moveTo(null));
  document.addEventListener("click", openChannel);
  onHistory((search) => void open(search || "?", false));
}

/** @param {PointerEvent} event */
function follow(event) {
  const map = closest(event, `${MAP} .stage`, HTMLElement);
  const sheet = closest(event, `${SHEET} .stage`, HTMLElement);
  if (map) void moveTo(shareOf(map, event));
  else if (current && !document.activeElement?.matches(MAP)) void moveTo(null);
  const channel = sheet && channelUnder(sheet, event);
  const line = find("#tile", HTMLElement);
  if (line) line.textContent = channel === null ? (line.dataset.hint ?? "") : text("channel", { channel });
  for (const figure of findAll(SHEET, HTMLElement)) {
    const own = readSheet(figure.dataset);
    const isThere = channel !== null && channel < own.channels;
    placeRect(find(".hover", SVGRectElement, figure), isThere ? tileOf(own, channel) : null);
  }
}

/** @param {KeyboardEvent} event */
function step(event) {
  const map = closest(event, MAP, HTMLElement);
  const move = STEPS[event.key];
  if (!map || !move) return;
  event.preventDefault();
  const size = sizeOf(map);
  const cell = cellAt(size, current ?? { y: 0.5, x: 0.5 });
  const next = { y: cell.y + move[0], x: cell.x + move[1] };
  void moveTo(placeOf(size, cellAt(size, placeOf(size, next))));
}

/**
 * Draw the cursor at a place of every map, and show the values there.
 * @param {Place | null} place null for none
 */
async function moveTo(place) {
  const own = ++turn;
  current = place;
  const maps = findAll(MAP, HTMLElement);
  for (const map of maps) {
    const cell = place && cellAt(sizeOf(map), place);
    placeRect(find(".cursor", SVGRectElement, map), cell && { ...cell, width: 1, height: 1 });
    if (!place) setReadout(map, null);
  }
  if (!place) return;
  try {
    const loaded = await Promise.all(maps.map((map) => (map.dataset.values ? valuesOf(map.dataset.values) : null)));
    if (own !== turn) return;
    const values = loaded.map((array, index) => {
      const cell = cellAt(sizeOf(maps[index]), place);
      return array && array.values[cell.y * array.shape[1] + cell.x];
    });
    const [one, other] = values.map(Number);
    for (const [index, map] of maps.entries()) setReadout(map, values[index] ?? Math.fround(other - one), place);
  } catch (error) {
    if (!(error instanceof api.Failure)) throw error; // the readouts stay as they are
  }
}

/**
 * @param {HTMLElement} map
 * @param {number | null} value null for none
 * @param {Place} [place]
 */
function setReadout(map, value, place = { y: 0, x: 0 }) {
  const line = find(".readout", HTMLElement, map);
  if (!line) return;
  const name = line.dataset.hint ?? "";
  const cell = cellAt(sizeOf(map), place);
  line.textContent = value === null ? name : text("compared_cell", { name, y: cell.y, x: cell.x, value: formatExact(value) });
  line.classList.toggle("live", value !== null);
}

/** @param {MouseEvent} event */
function openChannel(event) {
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = closest(event, "#pair .of-channel a", HTMLAnchorElement);
  const sheet = closest(event, `${SHEET} .stage`, HTMLElement);
  const channel = sheet && channelUnder(sheet, event);
  if (link) {
    event.preventDefault();
    void open(link.search, true);
  } else if (channel !== null) {
    void open(`${find("#pair", HTMLElement)?.dataset.search}&channel=${channel}`, true);
  }
}

/**
 * Replace the maps by those of another channel.
 * @param {string} search "?…"
 * @param {boolean} isNew whether it is to become an entry of the history
 */
async function open(search, isNew) {
  opening.abort();
  opening = new AbortController();
  const { signal } = opening;
  try {
    const rendered = parseHtml(await api.page(search, "page", signal));
    if (signal.aborted) return;
    if (!swap("pair", rendered)) throw api.refusalOf(rendered);
    if (isNew) pushAddress(search);
    if (current) void moveTo(current);
  } catch (error) {
    if (!(error instanceof api.Failure) && !api.isAbort(error)) throw error;
    if (error instanceof api.Failure) showNotice("#pair h3", error.message);
  }
}

/** @param {HTMLElement} map */
function sizeOf(map) {
  return { height: Number(map.dataset.mapH), width: Number(map.dataset.mapW) };
}

/**
 * @param {HTMLElement} stage
 * @param {MouseEvent} event
 * @returns {Place}
 */
function shareOf(stage, event) {
  const box = stage.getBoundingClientRect();
  return { y: (event.clientY - box.top) / box.height, x: (event.clientX - box.left) / box.width };
}

/**
 * @param {HTMLElement} stage of a sheet
 * @param {MouseEvent} event
 */
function channelUnder(stage, event) {
  const svg = find("svg", SVGSVGElement, stage);
  const figure = stage.closest(SHEET);
  if (!svg || !(figure instanceof HTMLElement)) return null;
  const { y, x } = shareOf(stage, event);
  const channel = channelAt(readSheet(figure.dataset), x * svg.viewBox.baseVal.width, y * svg.viewBox.baseVal.height);
  return channel !== null && channel < smallest() ? channel : null;
}

/** The number of channels that all sheets have. */
function smallest() {
  return Math.min(...findAll(SHEET, HTMLElement).map((figure) => readSheet(figure.dataset).channels));
}
