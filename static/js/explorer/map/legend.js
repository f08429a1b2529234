/** What the colours of the map stand for, in words and numbers; times of layers are measured when they are asked for. */

import { layerTimes } from "../../api.js";
import { find, findAll } from "../../dom.js";
import { stepTexts } from "../../draw/map-colours.js";
import { greatestOf } from "../../draw/network-map.js";
import { three } from "../../lib/numbers.js";
import { text } from "../../texts.js";

/** @typedef {import("../../draw/map-colours.js").By} By */
/** @typedef {import("../../draw/network-map.js").Look} Look */

/** @type {Map<string, Awaited<ReturnType<typeof layerTimes>>>} by network */
const measured = new Map();

/**
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 */
export async function measure(root, signal) {
  const network = root.dataset.network ?? "";
  measured.set(network, await layerTimes(network, signal));
}

/**
 * The milliseconds of each layer, so far as they are known.
 * @param {HTMLElement} root
 */
export function timesOf(root) {
  const found = measured.get(root.dataset.network ?? "");
  return found && new Map(found.layers.map(({ id, time_ms }) => [id, time_ms]));
}

/**
 * What colours are asked to stand for, if they can for this network.
 * @param {HTMLElement} root
 * @param {string | undefined} said
 * @returns {By}
 */
export function colouring(root, said) {
  const options = [...(find("#map-by", HTMLSelectElement, root)?.options ?? [])];
  return /** @type {By} */ (options.find(({ value, disabled }) => value === said && !disabled)?.value ?? "kind");
}

/**
 * @param {HTMLElement} root
 * @param {readonly import("../../lib/layout/folding.js").Item[]} items
 * @param {Look} look
 */
export function showLegend(root, items, look) {
  const select = find("#map-by", HTMLSelectElement, root);
  if (select) select.value = look.by;
  const kinds = new Set(items.flatMap(({ layers }) => layers.map(({ kind }) => kind)));
  for (const entry of findAll(".kinds [data-kind]", HTMLElement, root)) entry.hidden = !kinds.has(entry.dataset.kind ?? "");
  const most = greatestOf(items, look);
  const steps = stepTexts(look.by, most);
  for (const [step, entry] of findAll(".steps > span", HTMLElement, root).entries()) {
    const words = find("span", HTMLElement, entry);
    if (words) words.textContent = steps[step];
  }
  hide(root, ".kinds", look.by !== "kind");
  hide(root, ".steps", look.by === "kind" || !most);
  const times = measured.get(root.dataset.network ?? "");
  const timed = times
    ? text("measured", { runs: times.runs, total: three(times.run_ms), other: three(times.elsewhere_ms) })
    : text("measuring");
  tell(root, look.by === "memory" ? text("map_memory") : look.by === "time" ? timed : "");
}

/**
 * @param {HTMLElement} root
 * @param {string} note
 */
export function tell(root, note) {
  const notes = find("#map-notes", HTMLElement, root);
  if (notes) notes.textContent = note;
}

/**
 * @param {HTMLElement} root
 * @param {string} selector
 * @param {boolean} hidden
 */
function hide(root, selector, hidden) {
  const found = find(selector, HTMLElement, root);
  if (found) found.hidden = hidden;
}
