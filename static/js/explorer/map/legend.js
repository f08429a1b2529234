/** The legend of the map's colours, with the times of the layers, which are measured on request. */

import { API, JSON_ONLY, jsonOf, request } from "../../api.js";
import { find, findAll } from "../../dom.js";
import { stepTexts } from "../../draw/map-colours.js";
import { largestFigure } from "../../draw/network-map.js";
import { formatNumber } from "../../lib/numbers.js";
import { text } from "../../texts.js";

/** @typedef {import("../../draw/map-colours.js").ColourBy} ColourBy */
/** @typedef {import("../../draw/network-map.js").MapStyle} MapStyle */

/** @type {Map<string, Awaited<ReturnType<typeof layerTimes>>>} by network */
const measurements = new Map();

/**
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 */
export async function measure(root, signal) {
  const network = root.dataset.network ?? "";
  measurements.set(network, await layerTimes(network, signal));
}

/**
 * The milliseconds of each layer; undefined before they are measured.
 * @param {HTMLElement} root
 */
export function timesOf(root) {
  const measurement = measurements.get(root.dataset.network ?? "");
  return measurement && new Map(measurement.layers.map(({ id, time_ms }) => [id, time_ms]));
}

/**
 * What the colours mean: the parameter of the address, where it is available for the network.
 * @param {HTMLElement} root
 * @param {string | undefined} by
 * @returns {ColourBy}
 */
export function colouringOf(root, by) {
  const options = [...(find("#map-by", HTMLSelectElement, root)?.options ?? [])];
  return /** @type {ColourBy} */ (options.find(({ value, disabled }) => value === by && !disabled)?.value ?? "kind");
}

/**
 * @param {HTMLElement} root
 * @param {readonly import("../../lib/layout/folding.js").Item[]} items
 * @param {MapStyle} style
 */
export function showLegend(root, items, style) {
  const { by } = style;
  const select = find("#map-by", HTMLSelectElement, root);
  if (select) select.value = by;
  const kinds = new Set(items.flatMap(({ layers }) => layers.map(({ kind }) => kind)));
  for (const entry of findAll(".kinds [data-kind]", HTMLElement, root)) {
    entry.hidden = !kinds.has(entry.dataset.kind ?? "");
  }
  const largest = largestFigure(items, style);
  const steps = stepTexts(by, largest);
  for (const [step, entry] of findAll(".steps > span", HTMLElement, root).entries()) {
    const label = find("span", HTMLElement, entry);
    if (label) label.textContent = steps[step];
  }
  setHidden(root, ".kinds", by !== "kind");
  setHidden(root, ".steps", by === "kind" || !largest);
  showNote(root, by === "memory" ? text("map_memory") : by === "time" ? timesText(root) : "");
}

/**
 * @param {HTMLElement} root
 * @param {string} note
 */
export function showNote(root, note) {
  const line = find("#map-notes", HTMLElement, root);
  if (line) line.textContent = note;
}

/** @param {HTMLElement} root */
function timesText(root) {
  const times = measurements.get(root.dataset.network ?? "");
  if (!times) return text("measuring");
  const { runs, run_ms, elsewhere_ms } = times;
  return text("measured", { runs, total: formatNumber(run_ms), other: formatNumber(elsewhere_ms) });
}

/**
 * @param {HTMLElement} root
 * @param {string} selector
 * @param {boolean} hidden
 */
function setHidden(root, selector, hidden) {
  const element = find(selector, HTMLElement, root);
  if (element) element.hidden = hidden;
}

/**
 * The time of each layer of a network on the server, in milliseconds.
 * @param {string} network
 * @param {AbortSignal} signal
 * @returns {Promise<{ runs: number, run_ms: number, elsewhere_ms: number, layers: { id: string, time_ms: number | null }[] }>}
 */
async function layerTimes(network, signal) {
  const address = `${API}/models/${encodeURIComponent(network)}/time/layers`;
  const response = await request(address, { signal, headers: JSON_ONLY });
  return jsonOf(response);
}
