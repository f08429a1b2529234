/** The network map as a drawing: a card for every layer and folded block, edges, and frames around open blocks. */

import { extentsOf, glyph } from "./glyph.js";
import { figureOf, figureText, stepOf } from "./map-colours.js";
import { tree, truncate } from "./tree.js";

/** @typedef {import("../lib/layout/layout.js").Plan} Plan */
/** @typedef {import("../lib/layout/layout.js").Place} Place */
/** @typedef {import("../lib/layout/folding.js").Item} Item */
/** @typedef {import("../lib/layout/folding.js").Layer} Layer */
/** @typedef {import("./map-colours.js").ColourBy} ColourBy */
/** @typedef {import("./glyph.js").Extents} Extents */
/** @typedef {import("./tree.js").Tree} Tree */

/**
 * @typedef {object} MapStyle
 * @property {ColourBy} by what the colours mean
 * @property {import("./map-colours.js").Times} times
 * @property {readonly string[]} blocks their names
 * @property {(item: Item) => string} href the address of a card
 * @property {(item: Item) => string} label the accessible name of a card
 * @property {(count: number) => string} layerCount the text of a folded block
 */

/** @typedef {MapStyle & { extents: Extents, largest: number }} Scale a style with the largest shapes and figure */
/** @typedef {{ value: number | null, text: string }} Figure the quantity of a card */

const LIGHT = new Set(["activation", "normalisation", "passthrough", "other"]);
const [LOW, HIGH] = [42, 66];
const [WIDE_LETTER, LETTER, MONO_LETTER] = [9, 7.6, 7.9]; // pixels
const TILE = 17;
const MARKS = Object.freeze({
  convolution: "M0 0h8v8h-8z",
  activation: "M0 8L4 0L8 8z",
  pooling: "M0 0H8L4 8z",
  normalisation: "M0 4a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
  merge: "M4 0L8 4L4 8L0 4z",
  dense: "M0 2.5h8v3h-8z",
  passthrough: "M0 3.3h4.8V1L8 4 4.8 7V4.7H0z",
});

/**
 * The height of an item's card. Elementwise layers have low cards.
 * @param {Item} item
 */
export function heightOf({ layers, folded }) {
  return !folded && LIGHT.has(layers[0].kind) ? LOW : HIGH;
}

/**
 * @param {Plan} plan
 * @param {readonly Item[]} items in the order of the plan's places
 * @param {MapStyle} style
 * @returns {Tree[]} frames, then edges, then cards
 */
export function drawMap(plan, items, style) {
  const extents = extentsOf(items.flatMap(({ layers }) => layers.map(({ shape }) => shape)));
  const scale = { ...style, extents, largest: largestFigure(items, style) };
  return [
    tree("g", { class: "frames" }, ...plan.frames.map((box) => frame(box, style.blocks[box.block]))),
    tree("g", { class: "edges" }, ...plan.edges.map(edge)),
    tree("g", { class: "cards" }, ...items.map((item, index) => card(item, plan.places[index], scale))),
  ];
}

/**
 * The largest figure among items.
 * @param {readonly Item[]} items
 * @param {MapStyle} style
 */
export function largestFigure(items, { by, times }) {
  return items.reduce((largest, { layers }) => Math.max(largest, figureOf(layers, by, times) ?? 0), 0);
}

/**
 * The path of an edge: vertical, curved where x changes, with an arrow at its end.
 * @param {readonly [number, number][]} points
 */
export function edgePath(points) {
  const [[x, y], ...rest] = points;
  let path = `M${x} ${y}`;
  let [fromX, fromY] = [x, y];
  for (const [toX, toY] of rest) {
    const middle = (fromY + toY) / 2;
    path += toX === fromX ? `V${toY}` : `C${fromX} ${middle} ${toX} ${middle} ${toX} ${toY}`;
    [fromX, fromY] = [toX, toY];
  }
  return `${path}m-3.5 -5l3.5 5l3.5 -5`;
}

/**
 * The symbol of a kind of layer, for readers who cannot tell the colours apart.
 * @param {{ kind: string }} layer
 */
export function mark({ kind }) {
  return kind in MARKS
    ? tree("path", { class: `mark ${kind}`, d: MARKS[/** @type {keyof typeof MARKS} */ (kind)] })
    : tree("path", { class: `mark hollow ${kind}`, d: "M1 1h6v6h-6z" });
}

/** @param {import("../lib/layout/layout.js").Edge} edge */
function edge({ from, to, points }) {
  return tree("path", { class: "edge", "data-from": from, "data-to": to, d: edgePath(points) });
}

/**
 * @param {import("../lib/layout/layout.js").Frame} frame
 * @param {string} name
 */
function frame({ block, x, y, width, height }, name) {
  const button = tree(
    "g",
    { class: "fold" },
    tree("title", {}, name),
    tree("rect", { width: width / 2 - 8, height: 24, rx: 6 }),
    tree("path", { d: "M10 10h8l-4 6z" }),
    label({ class: "title", x: 24, y: 17, "data-height": height }, name, width - 32, LETTER),
  );
  const attributes = { class: "frame", "data-block": block, transform: `translate(${x} ${y})` };
  return tree("g", attributes, tree("rect", { width, height, rx: 6 }), button);
}

/**
 * @param {Item} item
 * @param {Place} place
 * @param {Scale} scale
 */
function card(item, { x, y, width, height }, scale) {
  const value = figureOf(item.layers, scale.by, scale.times);
  const figure = { value, text: figureText(scale.by, value) };
  const last = item.layers[item.layers.length - 1];
  const colour = scale.by === "kind" ? (item.folded ? "block" : last.kind) : `step${stepOf(value, scale.largest)}`;
  const label = scale.label(item);
  const isLow = height < HIGH;
  return tree(
    "a",
    {
      class: `card ${colour}${item.folded ? " folded" : ""}`,
      "data-item": item.id,
      href: scale.href(item),
      tabindex: -1,
      transform: `translate(${x} ${y})`,
    },
    tree("title", {}, label),
    ...(item.folded ? [tree("rect", { class: "behind", x: 4, y: 4, width, height, rx: 4 })] : []),
    tree("rect", { class: "ground", width, height, rx: 4 }),
    ...stripes(item, scale.by, height),
    box(last, scale.extents, isLow),
    ...(isLow ? lowTexts(last, width, figure) : highTexts(item, scale, width, figure)),
    ...(isLow ? [] : tiles(last, width)),
    ...bar(figure, scale, { width, height }),
  );
}

/**
 * The bar at the bottom of a card, as long as its part of the largest figure.
 * @param {Figure} figure
 * @param {Scale} scale
 * @param {{ width: number, height: number }} card
 */
function bar({ value }, { by, largest }, { width, height }) {
  if (by === "kind" || !value || !largest) return [];
  const length = round(Math.max(1, ((width - 2) * value) / largest));
  return [tree("rect", { class: "share", x: 1, y: height - 4, width: length, height: 3 })];
}

/**
 * A stripe at the left in the colour of the card. A folded block has the colours of its layers in their order.
 * @param {Item} item
 * @param {ColourBy} by
 * @param {number} height
 */
function stripes({ layers, folded }, by, height) {
  if (!folded || by !== "kind") return [tree("rect", { class: "stripe", width: 5, height, rx: 2 })];
  const each = height / layers.length;
  return layers.map(({ kind }, index) =>
    tree("rect", { class: `stripe ${kind}`, y: round(index * each), width: 5, height: round(each) }),
  );
}

/**
 * @param {Layer} layer
 * @param {Extents} extents
 * @param {boolean} isLow
 */
function box({ shape, maps }, extents, isLow) {
  const map = maps.length && shape.length === 3 ? { src: maps[0].src, className: mapClass(maps[0]) } : null;
  const transform = isLow ? "translate(20 8)" : "translate(10 8)";
  return tree("g", { transform }, glyph(shape, extents, isLow ? 0.56 : 1, map));
}

/**
 * @param {Layer} layer
 * @param {number} width
 * @param {Figure} figure
 */
function lowTexts(layer, width, { text }) {
  const left = 56;
  const right = width - 8;
  const shape = layer.shape.join("×");
  const nameWidth = right - left - text.length * MONO_LETTER - 8;
  const opWidth = right - left - 12 - 8 - shape.length * MONO_LETTER;
  return [
    label({ class: "name", x: left, y: 17 }, layer.name, nameWidth, WIDE_LETTER),
    tree("g", { transform: `translate(${left} 25)` }, mark(layer)),
    label({ class: "op", x: left + 12, y: 34 }, layer.op, opWidth, LETTER),
    tree("text", { class: "low size", x: right, y: 34 }, shape),
    tree("text", { class: "figure", x: right, y: 17 }, text),
  ];
}

/**
 * @param {Item} item
 * @param {MapStyle} style
 * @param {number} width
 * @param {Figure} figure
 */
function highTexts({ layers, folded, block }, style, width, { text }) {
  const last = layers[layers.length - 1];
  const left = 68;
  const right = width - 8 - (last.maps.length > 1 ? TILE + 6 : 0);
  const name = folded ? style.blocks[block ?? 0] : last.name;
  const op = folded ? style.layerCount(layers.length) : last.op;
  const opWidth = right - left - 12 - (text ? text.length * MONO_LETTER + 6 : 0);
  const opText = label({ class: "op", x: left + 12, y: 36 }, op, opWidth, LETTER);
  const operator = [tree("g", { transform: `translate(${left} 27)` }, mark(last)), opText];
  return [
    label({ class: "name", x: left, y: 18 }, name, right - left, WIDE_LETTER),
    ...(folded ? [unfoldButton(left, right - left, opText)] : op ? operator : []),
    tree("text", { class: "figure", x: right, y: 36 }, text),
    tree("text", { class: "size", x: left, y: 55 }, last.shape.join("×")),
  ];
}

/**
 * A text that is truncated to its room, and again where it is drawn larger to stay legible.
 * @param {Record<string, string | number>} attributes
 * @param {string} full
 * @param {number} room in pixels
 * @param {number} letter the width of a letter
 */
function label(attributes, full, room, letter) {
  return tree("text", { ...attributes, "data-full": full, "data-letters": round(room / letter) }, truncate(full, room / letter));
}

/**
 * @param {number} x
 * @param {number} width
 * @param {Tree} text
 */
function unfoldButton(x, width, text) {
  const ground = tree("rect", { x: x - 2, y: 22, width, height: 20 });
  return tree("g", { class: "unfold" }, ground, tree("path", { d: `M${x} 26v9l7 -4.5z` }), text);
}

/**
 * The strongest maps after the first, one above the other.
 * @param {Layer} layer
 * @param {number} width
 */
function tiles({ maps }, width) {
  return maps.slice(1).map((map, index) =>
    tree("image", {
      class: `tile ${mapClass(map)}`,
      "data-href": map.src,
      x: width - TILE - 5,
      y: 4 + index * (TILE + 2),
      width: TILE,
      height: TILE,
      preserveAspectRatio: "none",
    }),
  );
}

/** @param {{ signed: boolean, plain?: boolean }} map */
function mapClass({ signed, plain }) {
  return plain ? "crisp" : signed ? "map signed" : "map";
}

/** @param {number} number */
function round(number) {
  return Math.round(10 * number) / 10;
}
