/** The output of a layer as a box: height by width in front, channels in depth; a vector is a bar. Logarithmic scale. */

import { tree } from "./tree.js";

/** @typedef {import("./tree.js").Tree} Tree */
/** @typedef {{ side: number, channels: number, units: number }} Extents the largest of a network */

const FRONT = [6, 38];
const DEPTH = [2, 16];
const BAR = 8;
const SLANT = { x: 0.8, y: 0.5 };
const [BOX_WIDTH, BOX_HEIGHT] = [52, 48];

/**
 * The largest side, number of channels and length of a vector among shapes.
 * @param {Iterable<readonly number[]>} shapes
 * @returns {Extents}
 */
export function extentsOf(shapes) {
  const extents = { side: 1, channels: 1, units: 1 };
  for (const shape of shapes) {
    if (shape.length === 1) extents.units = Math.max(extents.units, shape[0]);
    else extents.channels = Math.max(extents.channels, shape[0]);
    extents.side = Math.max(extents.side, ...shape.slice(1));
  }
  return extents;
}

/**
 * The box of a shape, within 52 by 48 pixels times `scale`.
 * @param {readonly number[]} shape (C, H, W) or (N,)
 * @param {Extents} extents
 * @param {number} scale
 */
export function boxOf(shape, extents, scale) {
  /** @type {(value: number, largest: number, range: number[]) => number} */
  const between = (value, largest, [least, full]) =>
    scale * (least + ((full - least) * Math.log2(1 + value)) / Math.log2(1 + largest));
  const vector = shape.length === 1;
  const width = vector ? BAR * scale : between(shape[shape.length - 1], extents.side, FRONT);
  const height = vector ? between(shape[0], extents.units, FRONT) : between(shape[shape.length - 2], extents.side, FRONT);
  const depth = vector ? 0 : between(shape[0], extents.channels, DEPTH);
  const [across, up] = [depth * SLANT.x, depth * SLANT.y];
  const x = (BOX_WIDTH * scale - width - across) / 2;
  return { x, y: (BOX_HEIGHT * scale + up - height) / 2, width, height, across, up };
}

/**
 * @param {readonly number[]} shape
 * @param {Extents} extents
 * @param {number} scale
 * @param {{ src: string, className: string } | null} map the image on its front
 * @returns {Tree}
 */
export function glyph(shape, extents, scale, map) {
  const { x, y, width, height, across, up } = boxOf(shape, extents, scale);
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
