/** The map as a drawing: boxes as large as shapes, colours that mean figures, cards that say what they are. */

import assert from "node:assert/strict";
import test from "node:test";

import { figureOf, figureText, stepOf, stepTexts } from "../../../static/js/draw/map-colours.js";
import { boxOf, extentsOf } from "../../../static/js/draw/glyph.js";
import { drawMap, edgePath, heightOf } from "../../../static/js/draw/network-map.js";
import { truncate } from "../../../static/js/draw/tree.js";
import { foldBlocks } from "../../../static/js/lib/layout/folding.js";
import { layout } from "../../../static/js/lib/layout/layout.js";

/** @typedef {import("../../../static/js/draw/tree.js").Tree} Tree */
/** @type {(id: string, kind: string, inputs: string[], shape: number[], params: number, block?: number | null) => import("../../../static/js/lib/layout/folding.js").Layer} */
const layer = (id, kind, inputs, shape, params, block = null) => ({ id, name: id, op: kind === "dense" ? "Gemm" : "Conv", kind, inputs, shape, params, macs: 100 * params, block, maps: shape.length === 3 ? [1, 2, 3].map((n) => ({ src: `${id}/${n}.png`, signed: n > 9 })) : [] });
const LAYERS = [layer("conv1", "convolution", [], [64, 112, 112], 9408), layer("relu1", "activation", ["conv1"], [64, 112, 112], 0), layer("a", "convolution", ["relu1"], [256, 56, 56], 100, 0), layer("b", "merge", ["a", "relu1"], [256, 56, 56], 0, 0), layer("fc", "dense", ["b"], [1000], 256000)];
const TIMES = new Map([["conv1", 2], ["a", 0.5]]);

/** @param {"kind" | "params" | "time"} by @param {Set<number>} open */
function drawn(by, open = new Set([0])) {
  const items = foldBlocks(LAYERS, open);
  const plan = layout(items.map((item) => ({ id: item.id, inputs: item.inputs, convolutions: 1, height: heightOf(item), frame: item.folded ? null : item.block })));
  const look = { by, times: TIMES, blocks: ["block <one>"], href: (/** @type {{ id: string }} */ { id }) => `?layer=${id}`, label: (/** @type {{ id: string }} */ { id }) => `the ${id}`, layerCount: (/** @type {number} */ count) => `${count} layers` };
  return { plan, trees: drawMap(plan, items, look) };
}

/** @param {Tree | string} tree @param {string} name @returns {Tree[]} */
function all(tree, name) {
  if (typeof tree === "string") return [];
  const own = String(tree.attributes.class ?? "").split(" ").includes(name) ? [tree] : [];
  return [...own, ...tree.children.flatMap((child) => all(child, name))];
}

/** @param {Tree[]} trees @param {string} name */
const find = (trees, name) => trees.flatMap((tree) => all(tree, name));

test("a larger map has a larger front, more channels a deeper box, a vector none", () => {
  const most = extentsOf(LAYERS.map(({ shape }) => shape));
  assert.deepEqual(most, { side: 112, channels: 256, units: 1000 });
  const [early, late, dense] = [[64, 112, 112], [256, 56, 56], [1000]].map((shape) => boxOf(shape, most, 1));
  assert.equal(early.width, 38);
  assert.ok(late.width < early.width && late.height === late.width);
  assert.ok(late.across > early.across && dense.across === 0);
  assert.ok(dense.height > 3 * dense.width);
  const wide = boxOf([8, 10, 100], most, 1);
  assert.ok(wide.width > wide.height);
});

test("every layer has a card that leads to it and says what it is", () => {
  const cards = find(drawn("kind").trees, "card");
  assert.deepEqual(cards.map(({ attributes }) => attributes.href), LAYERS.map(({ id }) => `?layer=${id}`));
  assert.deepEqual(cards.map(({ attributes }) => attributes["aria-label"]), LAYERS.map(({ id }) => `the ${id}`));
  assert.deepEqual(cards.map(({ attributes }) => String(attributes.class).split(" ")[1]), LAYERS.map(({ kind }) => kind));
  const words = find(drawn("kind").trees, "size").map(({ children }) => children[0]);
  assert.deepEqual(words, ["64×112×112", "64×112×112", "256×56×56", "256×56×56", "1000"]);
});

test("the strongest map is on the box's front, the next ones beside it", () => {
  const [conv] = find(drawn("kind").trees, "card");
  assert.deepEqual(find([conv], "map").map(({ attributes }) => attributes["data-href"]), ["conv1/1.png", "conv1/2.png", "conv1/3.png"]);
  const front = find([conv], "front")[0].attributes;
  const map = find([conv], "map")[0].attributes;
  for (const side of ["x", "y", "width", "height"]) assert.equal(map[side], front[side]);
});

test("a folded block is one card that shows its last layer and the kinds within", () => {
  const { trees } = drawn("kind", new Set());
  const [block] = find(trees, "folded");
  assert.deepEqual(find([block], "stripe").map(({ attributes }) => attributes.class), ["stripe convolution", "stripe merge"]);
  assert.equal(find([block], "name")[0].children[0], "block <one>");
  assert.equal(find(trees, "frame").length, 0);
  assert.equal(find(drawn("kind").trees, "frame").length, 1);
});

test("a figure is a step of colour, a number, and a bar as long as its share", () => {
  const cards = find(drawn("params").trees, "card");
  assert.deepEqual(cards.map(({ attributes }) => String(attributes.class).split(" ")[1]), ["step3", "step0", "step1", "step0", "step5"]);
  assert.deepEqual(cards.map((card) => find([card], "figure")[0].children[0]), ["9.41\u00a0k", "", "100", "", "256\u00a0k"]);
  const [bar] = find([cards[4]], "share");
  assert.equal(bar.attributes.width, 222);
  assert.equal(find([cards[1]], "share").length, 0);
});

test("steps are halves of powers of ten below the most", () => {
  assert.deepEqual([1e6, 317e3, 316e3, 99e3, 1e3, 1, 0, null].map((figure) => stepOf(figure, 1e6)), [5, 5, 4, 3, 1, 1, 0, 0]);
  assert.deepEqual(stepTexts("params", 1e6), ["0", "< 10\u00a0k", "10\u00a0k – 31.6\u00a0k", "31.6\u00a0k – 100\u00a0k", "100\u00a0k – 316\u00a0k", "316\u00a0k – 1\u00a0M"]);
});

test("figures of a block are the sums of its layers', where they are known", () => {
  assert.equal(figureOf(LAYERS, "params", TIMES), 265508);
  assert.equal(figureOf(LAYERS.slice(0, 2), "memory", TIMES), 2 * 4 * 64 * 112 * 112);
  assert.equal(figureOf(LAYERS, "time", TIMES), 2.5);
  assert.equal(figureOf([LAYERS[4]], "time", TIMES), null);
  assert.equal(figureText("time", 0.5), "500\u00a0µs");
  assert.equal(figureText("memory", 3_211_264), "3.21\u00a0MB");
});

test("a wire runs straight, bends where it changes its column, and points at its end", () => {
  assert.equal(edgePath([[10, 0], [10, 20]]), "M10 0V20m-3.5 -5l3.5 5l3.5 -5");
  assert.ok(edgePath([[10, 0], [10, 20], [50, 60], [50, 80]]).startsWith("M10 0V20C10 40 50 40 50 60V80"));
});

test("a long name is cut", () => {
  assert.equal(truncate("BatchNormalization", 11), "BatchNorma…");
  assert.equal(truncate("Relu", 11), "Relu");
});
