/** The map of a network as a drawing: a card for every layer and folded block, wires, and frames of open blocks. */

import { glyph, mostOf } from "./glyph.js";
import { figureOf, figureText, stepOf } from "./map-colours.js";
import { cut, tree } from "./tree.js";

/** @typedef {import("../lib/layout/layout.js").Plan} Plan */
/** @typedef {import("../lib/layout/layout.js").Place} Place */
/** @typedef {import("../lib/layout/folding.js").Item} Item */
/** @typedef {import("./map-colours.js").By} By */
/** @typedef {import("./glyph.js").Most} Most */
/** @typedef {import("./tree.js").Tree} Tree */

/**
 * @typedef {object} Look
 * @property {By} by what colours stand for
 * @property {import("./map-colours.js").Times} times
 * @property {readonly string[]} blocks their names
 * @property {(item: Item) => string} href where a card leads
 * @property {(item: Item) => string} label its name for who does not see it
 */

const LIGHT = new Set(["activation", "normalisation", "other"]);
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
});

/**
 * How high an item's card is: what only changes values is drawn low.
 * @param {Item} item
 */
export function heightOf({ layers, folded }) {
  return !folded && LIGHT.has(layers[0].kind) ? LOW : HIGH;
}

/**
 * @param {Plan} plan
 * @param {readonly Item[]} items in the order of the plan's places
 * @param {Look} look
 * @returns {Tree[]} frames, then wires, then cards
 */
export function drawMap(plan, items, look) {
  const most = mostOf(items.flatMap(({ layers }) => layers.map(({ shape }) => shape)));
  const figures = items.map(({ layers }) => figureOf(layers, look.by, look.times));
  const greatest = figures.reduce((/** @type {number} */ most, figure) => Math.max(most, figure ?? 0), 0);
  const cards = items.map((item, index) => card(item, plan.places[index], most, look, figures[index], greatest));
  return [
    tree("g", { class: "frames" }, ...plan.frames.map((box) => frame(box, look.blocks[box.block]))),
    tree("g", { class: "wires" }, ...plan.wires.map(wire)),
    tree("g", { class: "cards" }, ...cards),
  ];
}

/**
 * The greatest figure among items.
 * @param {readonly Item[]} items
 * @param {Look} look
 */
export function greatestOf(items, { by, times }) {
  return items.reduce((most, { layers }) => Math.max(most, figureOf(layers, by, times) ?? 0), 0);
}

/**
 * The path of a wire: straight down, bent where it changes its column, and a point at its end.
 * @param {readonly [number, number][]} points
 */
export function wirePath(points) {
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

/** @param {import("../lib/layout/layout.js").Wire} wire */
function wire({ from, to, points }) {
  return tree("path", { class: "wire", "data-from": from, "data-to": to, d: wirePath(points) });
}

/**
 * @param {import("../lib/layout/layout.js").Frame} frame
 * @param {string} name
 */
function frame({ block, x, y, width, height }, name) {
  const letters = Math.min(width - 48, 30 * WIDE_LETTER) / WIDE_LETTER;
  return tree(
    "g",
    { class: "frame", "data-block": block, transform: `translate(${x} ${y})` },
    tree("rect", { width, height, rx: 6 }),
    tree("g", { class: "fold" }, tree("title", {}, name), tree("rect", { width: width / 2 - 8, height: 24, rx: 6 }), tree("path", { d: "M10 10h8l-4 6z" }), tree("text", { x: 24, y: 17 }, cut(name, letters / 2))),
  );
}

/**
 * @param {Item} item
 * @param {Place} place
 * @param {Most} most
 * @param {Look} look
 * @param {number | null} figure
 * @param {number} greatest
 */
function card(item, { x, y, width, height }, most, look, figure, greatest) {
  const last = item.layers[item.layers.length - 1];
  const colour = look.by === "kind" ? (item.folded ? "block" : last.kind) : `step${stepOf(figure, greatest)}`;
  const label = look.label(item);
  const low = height < HIGH;
  const attributes = { class: `card ${colour}${item.folded ? " folded" : ""}`, "data-item": item.id, href: look.href(item), "aria-label": label, tabindex: -1, transform: `translate(${x} ${y})` };
  const behind = item.folded ? [tree("rect", { class: "behind", x: 4, y: 4, width, height, rx: 4 })] : [];
  const share = figure && greatest ? figure / greatest : 0;
  const bar = look.by === "kind" || !share ? [] : [tree("rect", { class: "share", x: 1, y: height - 4, width: round(Math.max(1, (width - 2) * share)), height: 3 })];
  return tree(
    "a",
    attributes,
    tree("title", {}, label),
    ...behind,
    tree("rect", { class: "ground", width, height, rx: 4 }),
    ...stripes(item, look.by, height),
    picture(item, most, low),
    ...(low ? lowText(last, width, figureText(look.by, figure)) : highText(item, look, width, figure)),
    ...(low ? [] : tiles(last, width)),
    ...bar,
  );
}

/**
 * A band at the left in the card's colour; a folded block's in those of its layers, in their order.
 * @param {Item} item
 * @param {By} by
 * @param {number} height
 */
function stripes({ layers, folded }, by, height) {
  if (!folded || by !== "kind") return [tree("rect", { class: "stripe", width: 5, height, rx: 2 })];
  const each = height / layers.length;
  return layers.map(({ kind }, index) => tree("rect", { class: `stripe ${kind}`, y: round(index * each), width: 5, height: round(each) }));
}

/**
 * @param {Item} item
 * @param {Most} most
 * @param {boolean} low
 */
function picture({ layers }, most, low) {
  const { shape, maps } = layers[layers.length - 1];
  const map = maps.length && shape.length === 3 ? { src: maps[0].src, className: mapClass(maps[0]) } : null;
  const drawn = glyph(shape, most, low ? 0.56 : 1, map);
  return tree("g", { transform: low ? "translate(20 8)" : "translate(10 8)" }, drawn);
}

/**
 * The shape that goes with a kind's hue.
 * @param {{ kind: string }} layer
 */
export function mark({ kind }) {
  return kind in MARKS
    ? tree("path", { class: `mark ${kind}`, d: MARKS[/** @type {keyof typeof MARKS} */ (kind)] })
    : tree("path", { class: `mark hollow ${kind}`, d: "M1 1h6v6h-6z" });
}

/**
 * @param {import("../lib/layout/folding.js").Layer} layer
 * @param {number} width
 * @param {string} figure
 */
function lowText(layer, width, figure) {
  const left = 56;
  const right = width - 8;
  const shape = layer.shape.join("×");
  const room = right - left - 12 - 8 - shape.length * MONO_LETTER;
  return [
    tree("text", { class: "name", x: left, y: 17 }, cut(layer.name, (right - left - figure.length * MONO_LETTER - 8) / WIDE_LETTER)),
    tree("g", { transform: `translate(${left} 25)` }, mark(layer)),
    tree("text", { class: "op", x: left + 12, y: 34 }, cut(layer.op, room / LETTER)),
    tree("text", { class: "low size", x: right, y: 34 }, shape),
    tree("text", { class: "figure", x: right, y: 17 }, figure),
  ];
}

/**
 * @param {Item} item
 * @param {Look} look
 * @param {number} width
 * @param {number | null} figure
 */
function highText({ layers, folded, block }, look, width, figure) {
  const last = layers[layers.length - 1];
  const left = 68;
  const right = width - 8 - (last.maps.length > 1 ? TILE + 6 : 0);
  const name = folded ? look.blocks[block ?? 0] : last.name;
  const text = figureText(look.by, figure);
  const what = folded ? `${layers.length} layers` : last.op;
  const op = tree("text", { class: "op", x: left + 12, y: 36 }, cut(what, (right - left - 12 - (text ? text.length * MONO_LETTER + 6 : 0)) / LETTER));
  const unfold = tree("g", { class: "unfold" }, tree("rect", { x: left - 2, y: 22, width: right - left, height: 20 }), tree("path", { d: `M${left} 26v9l7 -4.5z` }), op);
  const second = !what ? [] : folded ? [unfold] : [tree("g", { transform: `translate(${left} 27)` }, mark(last)), op];
  return [
    tree("text", { class: "name", x: left, y: 18 }, cut(name, (right - left) / WIDE_LETTER)),
    ...second,
    tree("text", { class: "figure", x: right, y: 36 }, text),
    tree("text", { class: "size", x: left, y: 55 }, last.shape.join("×")),
  ];
}

/**
 * The strongest maps after the first, one above the other.
 * @param {import("../lib/layout/folding.js").Layer} layer
 * @param {number} width
 */
function tiles({ maps }, width) {
  return maps.slice(1).map((map, index) =>
    tree("image", { class: `tile ${mapClass(map)}`, "data-href": map.src, x: width - TILE - 5, y: 4 + index * (TILE + 2), width: TILE, height: TILE, preserveAspectRatio: "none" }),
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
