/** One cursor, linked over every map, the sheet and the picture, with the exact value and what the cell sees. */

import * as api from "../api.js";
import { boxSeen } from "../draw/receptive-field.js";
import { boxOf } from "../draw/sheet.js";
import { find, findAll, frame } from "../dom.js";
import { exact, percent, three } from "../lib/numbers.js";
import { remember } from "../lib/remember.js";
import { text } from "../texts.js";
import { shownSheet } from "./sheet.js";

/**
 * What is pointed at: a cell of a channel, of all channels, or a channel alone.
 * @typedef {{ channel: number | null, cell: { y: number, x: number } | null }} Pointed
 */

const REST_MS = 60; // how long the pointer rests on another channel before its numbers are asked for
const CHANNELS_KEPT = 8;

const figuresOf = remember(api.figures, 2);
const fieldsOf = remember(api.fields, 2);
const numbersOf = remember(api.numbers, CHANNELS_KEPT);

let turn = 0;

/**
 * Mark what is pointed at wherever it is shown, and tell its figures; null for nothing.
 * @param {Pointed | null} pointed
 */
export async function point(pointed) {
  const mine = ++turn;
  mark(pointed);
  const layer = find("#sheet", HTMLElement)?.dataset.statistics ?? "";
  if (!pointed || !layer) {
    for (const figure of ["#sheet", "#channel"]) say(figure, null);
    frameFields(null);
    return;
  }
  try {
    if (pointed.cell) await markField(pointed.cell, mine);
    await tell(pointed, layer, mine);
  } catch (error) {
    if (!(error instanceof api.Failure)) throw error; // without an answer the readout stays as it is
  }
}

/** What each cell of the layer sees, for who needs it. */
export function shownFields() {
  return fieldsOf(find("#sheet", HTMLElement)?.dataset.fields ?? "");
}

/** @param {Pointed | null} pointed */
function mark(pointed) {
  const sheet = shownSheet();
  const over = sheet && pointed?.channel != null ? boxOf(sheet, pointed.channel) : null;
  frame(find("#sheet .hover", SVGRectElement), over);
  const cell = pointed?.cell ?? null;
  const { mapW, mapH } = find("#sheet", HTMLElement)?.dataset ?? {};
  for (const cursor of findAll("#inspector .cursor", SVGRectElement)) {
    const onSheet = sheet && cursor.closest("pattern");
    const [wide, high] = onSheet ? [sheet.cellW / Number(mapW), sheet.cellH / Number(mapH)] : [1, 1];
    frame(cursor, cell && { x: cell.x * wide, y: cell.y * high, width: Math.max(wide, 1), height: Math.max(high, 1) });
  }
}

/**
 * @param {{ y: number, x: number }} cell
 * @param {number} mine
 */
async function markField(cell, mine) {
  const fields = await shownFields();
  if (mine === turn) frameFields(fields && boxSeen(fields, cell.y, cell.x));
}

/**
 * Show what a cell sees, wherever the view is shown.
 * @param {{ x: number, y: number, width: number, height: number } | null} box
 */
function frameFields(box) {
  for (const field of findAll(".field", SVGRectElement)) frame(field, box);
}

/**
 * @param {Pointed} pointed
 * @param {string} layer its address
 * @param {number} mine
 */
async function tell({ channel, cell }, layer, mine) {
  const large = find("#channel", HTMLElement)?.dataset.number;
  if (channel === null || String(channel) === large) say("#sheet", null);
  else {
    const all = await figuresOf(layer);
    if (mine !== turn) return;
    const figures = channelText(channel, all);
    say("#sheet", figures);
    if (cell) await tellValue("#sheet", channel, cell, layer, mine, (value) => `${figures}. ${value}`);
  }
  if (cell && large !== undefined) await tellValue("#channel", Number(large), cell, layer, mine, (value) => value);
}

/**
 * @param {string} figure
 * @param {number} channel
 * @param {{ y: number, x: number }} cell
 * @param {string} layer
 * @param {number} mine
 * @param {(value: string) => string} worded
 */
async function tellValue(figure, channel, cell, layer, mine, worded) {
  const address = `${layer}/channels/${channel}.npy`;
  if (!numbersOf.known(address)) await new Promise((resolve) => setTimeout(resolve, REST_MS));
  if (mine !== turn) return;
  const numbers = await numbersOf(address);
  if (mine === turn) say(figure, worded(cellText(cell, numbers)));
}

/**
 * @param {number} channel
 * @param {import("../api.js").Figures | null} all of every channel
 */
function channelText(channel, all) {
  if (!all) return text("channel", { channel });
  const [min, max, mean] = [all.min, all.max, all.mean].map((values) => three(values[channel]));
  return text("channel_statistics", { channel, min, max, mean, zeros: percent(all.zeros[channel]) });
}

/**
 * @param {{ y: number, x: number }} cell
 * @param {import("../lib/npy.js").Numbers} numbers of its map
 */
function cellText({ y, x }, { shape, values }) {
  return text("cell", { y, x, value: exact(values[y * shape[1] + x]) });
}

/**
 * @param {string} selector of a figure with a readout
 * @param {string | null} message null for the hint
 */
export function say(selector, message) {
  const line = find(`${selector} .readout`, HTMLElement);
  if (!line) return;
  line.textContent = message ?? line.dataset.hint ?? "";
  line.classList.toggle("live", message !== null);
}
