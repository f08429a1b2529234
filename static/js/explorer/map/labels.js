/** The labels of the map: never smaller on the screen than can be read. Those without room are shortened, then hidden. */

import { findAll } from "../../dom.js";
import { shorten } from "../../draw/tree.js";

const LEGIBLE = 11.2; // pixels on the screen
const SIZE = 13; // of a text in the drawing
const NEAR = 0.72; // the least scale with all texts,
export const MIDDLE = 0.3; // and that with the names of layers; below it blocks are folded

/** @type {WeakMap<SVGSVGElement, string>} the drawing and the scale that the labels fit */
const fitted = new WeakMap();
let drawings = 0;

/**
 * @param {SVGSVGElement} svg
 * @param {number} scale
 */
export function fitLabels(svg, scale) {
  const group = svg.querySelector(".cards");
  if (group instanceof SVGElement) group.dataset.drawing ??= String(++drawings);
  const state = `${scale} ${group instanceof SVGElement ? group.dataset.drawing : ""}`;
  if (fitted.get(svg) === state) return;
  fitted.set(svg, state);
  const size = Math.max(SIZE, LEGIBLE / scale);
  svg.dataset.detail = scale < MIDDLE ? "far" : scale < NEAR ? "middle" : "near";
  svg.style.setProperty("--label", `${size}px`);
  for (const label of findAll("text[data-full]", SVGTextElement, svg)) {
    const { full = "", letters, height } = label.dataset;
    const isLower = height === undefined || Number(height) > 1.5 * size;
    const text = isLower ? shorten(full, (Number(letters) * SIZE) / size) : "";
    if (label.textContent !== text) label.textContent = text;
  }
}
