/** A layer's output as a box: its front is height by width, its depth the channels; a vector is a bar. Logarithmic. */

import { tree } from "./tree.js";

/** @typedef {import("./tree.js").Tree} Tree */
/** @typedef {{ side: number, channels: number, units: number }} Most the greatest that a network has */

const FRONT = [6, 38];
const DEPTH = [2, 16];
const BAR = 8;
const SLANT = { x: 0.8, y: 0.5 };
const [BOX_WIDTH, BOX_HEIGHT] = [52, 48];

/**
 * The greatest side, number of channels and length of a vector among shapes.
 * @param {Iterable<readonly number[]>} shapes
 * @returns {Most}
 */
export function mostOf(shapes) {
  const most = { side: 1, channels: 1, units: 1 };
  for (const shape of shapes) {
    if (shape.length === 1) most.units = Math.max(most.units, shape[0]);
    else most.channels = Math.max(most.channels, shape[0]);
    most.side = Math.max(most.side, ...shape.slice(1));
  }
  return most;
}

/**
 * How the box of a shape is drawn, in a field of 52 by 48 times `scale`.
 * @param {readonly number[]} shape (C, H, W) or (N,)
 * @param {Most} most
 * @param {number} scale
 */
export function boxOf(shape, most, scale) {
  /** @type {(value: number, greatest: number, range: number[]) => number} */
  const between = (value, greatest, [least, full]) =>
    scale * (least + ((full - least) * Math.log2(1 + value)) / Math.log2(1 + greatest));
  const vector = shape.length === 1;
  const width = vector ? BAR * scale : between(shape[shape.length - 1], most.side, FRONT);
  const height = vector ? between(shape[0], most.units, FRONT) : between(shape[shape.length - 2], most.side, FRONT);
  const depth = vector ? 0 : between(shape[0], most.channels, DEPTH);
  const [across, up] = [depth * SLANT.x, depth * SLANT.y];
  const x = (BOX_WIDTH * scale - width - across) / 2;
  return { x, y: (BOX_HEIGHT * scale + up - height) / 2, width, height, across, up };
}

/**
 * @param {readonly number[]} shape
 * @param {Most} most
 * @param {number} scale
 * @param {{ src: string, className: string } | null} map what is on its front
 * @returns {Tree}
 */
export function glyph(shape, most, scale, map) {
  const { x, y, width, height, across, up } = boxOf(shape, most, scale);
  const front = { x: round(x), y: round(y), width: round(width), height: round(height) };
  const parts = [tree("rect", { class: "front", ...front })];
  if (across) {
    const [right, below] = [x + width, y + height];
    const top = [x, y, x + across, y - up, right + across, y - up, right, y];
    const side = [right, y, right + across, y - up, right + across, below - up, right, below];
    parts.push(tree("polygon", { class: "top", points: points(top) }), tree("polygon", { class: "side", points: points(side) }));
  }
  if (map) parts.push(tree("image", { class: map.className, "data-href": map.src, preserveAspectRatio: "none", ...front }));
  return tree("g", { class: "glyph" }, ...parts);
}

/** @param {number[]} numbers */
function points(numbers) {
  return numbers.map(round).join(" ");
}

/** @param {number} number */
function round(number) {
  return Math.round(10 * number) / 10;
}
