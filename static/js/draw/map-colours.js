/** What the colours of the map stand for: the kind of operator, or a figure in six steps of half a power of ten. */

import { short, three } from "../lib/numbers.js";

/** @typedef {import("../lib/layout/folding.js").Layer} Layer */
/** @typedef {"kind" | "params" | "macs" | "memory" | "time"} By */
/** @typedef {ReadonlyMap<string, number | null>} Times milliseconds by layer */

const STEPS = 5;
const FLOAT_BYTES = 4;
const NO_BREAK = "\u00a0";

/** @type {Readonly<Record<Exclude<By, "kind">, (layer: Layer, times: Times) => number | null>>} */
const FIGURES = {
  params: (layer) => layer.params,
  macs: (layer) => layer.macs,
  memory: (layer) => FLOAT_BYTES * layer.shape.reduce((product, side) => product * side, 1),
  time: (layer, times) => times.get(layer.id) ?? null,
};

/** @type {Readonly<Record<Exclude<By, "kind">, (figure: number) => string>>} */
const WORDS = {
  params: (figure) => short(figure),
  macs: (figure) => short(figure),
  memory: (figure) => (figure < 1000 ? `${short(figure)}${NO_BREAK}B` : `${short(figure)}B`),
  time: (figure) => (figure < 1 ? `${three(1000 * figure)}${NO_BREAK}µs` : `${three(figure)}${NO_BREAK}ms`),
};

/**
 * The sum over layers; null where it is known of none.
 * @param {readonly Layer[]} layers
 * @param {By} by
 * @param {Times} times
 * @returns {number | null}
 */
export function figureOf(layers, by, times) {
  if (by === "kind") return null;
  const figures = layers.map((layer) => FIGURES[by](layer, times)).filter((figure) => figure !== null);
  return figures.length ? figures.reduce((sum, figure) => sum + figure, 0) : null;
}

/**
 * A figure as it reads; nothing where there is none, or it is 0.
 * @param {By} by
 * @param {number | null} figure
 */
export function figureText(by, figure) {
  return by === "kind" || !figure ? "" : WORDS[by](figure);
}

/**
 * The step of a figure, 5 the highest, 0 for nothing at all.
 * @param {number | null} figure
 * @param {number} most
 */
export function stepOf(figure, most) {
  if (!figure || !most) return 0;
  return Math.max(1, STEPS - Math.floor(2 * Math.log10(most / figure) + 1e-9));
}

/**
 * What each step stands for, from 0.
 * @param {By} by
 * @param {number} most
 * @returns {string[]}
 */
export function stepTexts(by, most) {
  /** @type {(step: number) => string} */
  const from = (step) => figureText(by, most / 10 ** ((STEPS - step + 1) / 2));
  const middle = Array.from({ length: STEPS - 1 }, (_, step) => `${step ? `${from(step + 1)} – ` : "< "}${from(step + 2)}`);
  return ["0", ...middle, `${from(STEPS)} – ${figureText(by, most)}`];
}
