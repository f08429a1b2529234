/** The bars of a vector: which one is under the pointer, and its exact value. */

import * as api from "../api.js";
import { around, find, frame } from "../dom.js";
import { exact } from "../lib/numbers.js";
import { remember } from "../lib/remember.js";
import { text } from "../texts.js";
import { say } from "./cursor.js";

const figuresOf = remember(api.figures, 2);

/**
 * @param {MouseEvent} event
 * @returns {number | null}
 */
export function unitUnder(event) {
  const chart = around(event, "#units .all", SVGSVGElement);
  if (!chart) return null;
  const box = chart.getBoundingClientRect();
  const count = chart.viewBox.baseVal.width;
  return Math.max(0, Math.min(count - 1, Math.floor(((event.clientX - box.left) / box.width) * count)));
}

/** @param {number | null} unit */
export async function pointAtUnit(unit) {
  frame(find("#units .hover", SVGRectElement), unit === null ? null : { x: unit, y: 0, width: 1, height: 100 });
  if (unit === null) return say("#units", null);
  try {
    const figures = await figuresOf(find("#units", HTMLElement)?.dataset.statistics ?? "");
    const value = figures?.mean[unit];
    const still = find("#units .hover:not([hidden])", SVGRectElement)?.getAttribute("x") === String(unit);
    if (still && value != null) say("#units", text("unit", { unit, value: exact(value) }));
  } catch (error) {
    if (!(error instanceof api.Failure)) throw error; // without an answer the hint stays
  }
}
