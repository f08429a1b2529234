/** The colours of the map: the kind of operator, or a quantity in six steps of half a power of ten. */

import { formatBytes, formatNumber, formatWithPrefix } from "../lib/numbers.js";

/** @typedef {import("../lib/layout/folding.js").Layer} Layer */
/** @typedef {"kind" | "params" | "macs" | "memory" | "time"} ColourBy */
/** @typedef {ReadonlyMap<string, number | null>} Times milliseconds by layer id */

const STEPS = 5;
const FLOAT_BYTES = 4;
const NO_BREAK = "\u00a0";

/** @type {Readonly<Record<Exclude<ColourBy, "kind">, (layer: Layer, times: Times) => number | null>>} */
const QUANTITIES = {
  params: (layer) => layer.params,
  macs: (layer) => layer.macs,
  memory: (layer) => FLOAT_BYTES * layer.shape.reduce((product, side) => product * side, 1),
  time: (layer, times) => times.get(layer.id) ?? null,
};

/** @type {Readonly<Record<Exclude<ColourBy, "kind">, (figure: number) => string>>} */
const FORMATS = {
  params: (figure) => formatWithPrefix(figure),
  macs: (figure) => formatWithPrefix(figure),
  memory: (figure) => formatBytes(figure),
  time: (figure) => (figure < 1 ? `${formatNumber(1000 * figure)}${NO_BREAK}µs` : `${formatNumber(figure)}${NO_BREAK}ms`),
};

/**
 * The sum of a quantity over layers; null where no layer has it.
 * @param {readonly Layer[]} layers
 * @param {ColourBy} by
 * @param {Times} times
 * @returns {number | null}
 */
export function figureOf(layers, by, times) {
  if (by === "kind") return null;
  const figures = layers.map((layer) => QUANTITIES[by](layer, times)).filter((figure) => figure !== null);
  return figures.length ? figures.reduce((sum, figure) => sum + figure, 0) : null;
}

/**
 * A quantity with its unit; empty where there is none, or it is 0.
 * @param {ColourBy} by
 * @param {number | null} figure
 */
export function figureText(by, figure) {
  return by === "kind" || !figure ? "" : FORMATS[by](figure);
}

/**
 * The colour step of a quantity: 5 for the largest, 0 for none.
 * @param {number | null} figure
 * @param {number} largest
 */
export function stepOf(figure, largest) {
  if (!figure || !largest) return 0;
  return Math.max(1, STEPS - Math.floor(2 * Math.log10(largest / figure) + 1e-9));
}

/**
 * The range of each step as text, from step 0.
 * @param {ColourBy} by
 * @param {number} largest
 * @returns {string[]}
 */
export function stepTexts(by, largest) {
  /** @type {(step: number) => string} */
  const from = (step) => figureText(by, largest / 10 ** ((STEPS - step + 1) / 2));
  const middle = Array.from({ length: STEPS - 1 }, (_, step) => `${step ? `${from(step + 1)} – ` : "< "}${from(step + 2)}`);
  return ["0", ...middle, `${from(STEPS)} – ${figureText(by, largest)}`];
}
