/** The bars of a vector: the unit under the pointer and its exact value. */

import * as api from "../api.js";
import { closest, find, placeRect } from "../dom.js";
import { cacheByAddress } from "../lib/cache.js";
import { formatExact } from "../lib/numbers.js";
import { text } from "../texts.js";
import { setReadout } from "./cursor.js";
import { showTooltip } from "./tooltip.js";

const statisticsOf = cacheByAddress(api.statistics, 2);

/**
 * @param {MouseEvent} event
 * @returns {number | null}
 */
export function unitAt(event) {
  const chart = closest(event, "#units .all", SVGSVGElement);
  if (!chart) return null;
  const box = chart.getBoundingClientRect();
  const count = chart.viewBox.baseVal.width;
  return Math.max(0, Math.min(count - 1, Math.floor(((event.clientX - box.left) / box.width) * count)));
}

/** @param {number | null} unit */
export async function markUnit(unit) {
  placeRect(find("#units .hover", SVGRectElement), unit === null ? null : { x: unit, y: 0, width: 1, height: 100 });
  if (unit === null) return setReadout("#units", null);
  try {
    const statistics = await statisticsOf(find("#units", HTMLElement)?.dataset.statistics ?? "");
    const value = statistics?.mean[unit];
    const isMarked = find("#units .hover:not([hidden])", SVGRectElement)?.getAttribute("x") === String(unit);
    if (!isMarked || value == null) return;
    const message = text("unit", { unit, value: formatExact(value) });
    setReadout("#units", message);
    showTooltip(message);
  } catch (error) {
    if (!(error instanceof api.Failure)) throw error; // the hint stays
  }
}
