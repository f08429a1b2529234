/** One cursor on every map, the sheet and the input, with the exact value and the receptive field of its cell. */

import * as api from "../api.js";
import { find, findAll, placeRect } from "../dom.js";
import { receptiveField } from "../draw/receptive-field.js";
import { tileOf } from "../draw/sheet.js";
import { cacheByAddress } from "../lib/cache.js";
import { formatExact, formatNumber, formatPercent } from "../lib/numbers.js";
import { text } from "../texts.js";
import { currentSheet } from "./sheet.js";
import { hideTooltip, showTooltip } from "./tooltip.js";

/** @typedef {{ y: number, x: number }} Cell */

/**
 * The target of the cursor: a cell of one channel, a cell of all channels, or a channel.
 * @typedef {{ channel: number | null, cell: Cell | null }} Target
 */

const REST_MS = 60; // the values of another channel are requested when the pointer rests on it
const CHANNELS = 8; // how many channels' values are cached

const statisticsOf = cacheByAddress(api.statistics, 2);
const fieldsOf = cacheByAddress(api.fields, 2);
const valuesOf = cacheByAddress(api.values, CHANNELS);

let turn = 0; // counts the moves: a result that comes after the next move is dropped

/**
 * Draw the cursor wherever its target appears and show the figures there.
 * @param {Target | null} target null for none
 */
export async function moveCursor(target) {
  const own = ++turn;
  drawCursor(target);
  const layer = find("#sheet", HTMLElement)?.dataset.statistics ?? "";
  if (!target || !layer) {
    for (const figure of ["#sheet", "#channel"]) setReadout(figure, null);
    drawField(null);
    hideTooltip();
    return;
  }
  try {
    if (target.cell) await showField(target.cell, own);
    await showFigures(target, layer, own);
  } catch (error) {
    if (!(error instanceof api.Failure)) throw error; // the readout stays as it is
  }
}

/** The receptive fields of the current layer's cells. */
export function currentFields() {
  return fieldsOf(find("#sheet", HTMLElement)?.dataset.fields ?? "");
}

/** @param {Target | null} target */
function drawCursor(target) {
  const sheet = currentSheet();
  const tile = sheet && target?.channel != null ? tileOf(sheet, target.channel) : null;
  placeRect(find("#sheet .hover", SVGRectElement), tile);
  const cell = target?.cell ?? null;
  const { mapW, mapH } = find("#sheet", HTMLElement)?.dataset ?? {};
  for (const cursor of findAll("#inspector .cursor", SVGRectElement)) {
    const isOnSheet = sheet && cursor.closest("pattern");
    const [width, height] = isOnSheet ? [sheet.cellW / Number(mapW), sheet.cellH / Number(mapH)] : [1, 1];
    const size = { width: Math.max(width, 1), height: Math.max(height, 1) };
    placeRect(cursor, cell && { x: cell.x * width, y: cell.y * height, ...size });
  }
}

/**
 * @param {Cell} cell
 * @param {number} own its turn
 */
async function showField(cell, own) {
  const fields = await currentFields();
  if (own === turn) drawField(fields && receptiveField(fields, cell.y, cell.x));
}

/**
 * Draw a receptive field wherever the input appears.
 * @param {{ x: number, y: number, width: number, height: number } | null} box
 */
function drawField(box) {
  for (const field of findAll(".field", SVGRectElement)) placeRect(field, box);
}

/**
 * Show the statistics of the channel and the value of the cell with the sheet, the value with the large map, and what is
 * pointed at in the tooltip.
 * @param {Target} target
 * @param {string} layer its address
 * @param {number} own its turn
 */
async function showFigures({ channel, cell }, layer, own) {
  const large = find("#channel", HTMLElement)?.dataset.number;
  const isLarge = channel === null || String(channel) === large;
  if (isLarge) setReadout("#sheet", null);
  else {
    const statistics = channelText(channel, await statisticsOf(layer));
    if (own !== turn) return;
    setReadout("#sheet", statistics);
    showTooltip(statistics);
    const value = cell && (await loadCellText(layer, channel, cell, own));
    if (value) setReadout("#sheet", `${statistics}. ${value}`);
    if (value) showTooltip(`${value}\n${statistics}`);
  }
  if (!cell || large === undefined) return;
  const value = await loadCellText(layer, Number(large), cell, own);
  if (value) setReadout("#channel", value);
  if (value && isLarge) showTooltip(value);
}

/**
 * @param {string} layer its address
 * @param {number} channel
 * @param {Cell} cell
 * @param {number} own its turn
 * @returns {Promise<string | null>} null when the cursor has moved on
 */
async function loadCellText(layer, channel, cell, own) {
  const address = `${layer}/channels/${channel}.npy`;
  if (!valuesOf.has(address)) await new Promise((resolve) => setTimeout(resolve, REST_MS));
  if (own !== turn) return null;
  const { shape, values } = await valuesOf(address);
  if (own !== turn) return null;
  return text("cell", { y: cell.y, x: cell.x, value: formatExact(values[cell.y * shape[1] + cell.x]) });
}

/**
 * @param {number} channel
 * @param {api.Statistics | null} statistics of every channel
 */
function channelText(channel, statistics) {
  if (!statistics) return text("channel", { channel });
  const { min, max, mean, zeros } = statistics;
  return text("channel_statistics", {
    channel,
    min: formatNumber(min[channel]),
    max: formatNumber(max[channel]),
    mean: formatNumber(mean[channel]),
    zeros: formatPercent(zeros[channel]),
  });
}

/**
 * @param {string} selector of a figure with a readout
 * @param {string | null} message null for the hint
 */
export function setReadout(selector, message) {
  const line = find(`${selector} .readout`, HTMLElement);
  if (!line) return;
  line.textContent = message ?? line.dataset.hint ?? "";
  line.classList.toggle("live", message !== null);
}
