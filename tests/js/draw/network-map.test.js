/** The network map as a drawing: cards for layers and blocks, with colours, figures and edges. */

import assert from "node:assert/strict";
import test from "node:test";

import { drawMap, edgePath, heightOf, largestFigure, mark } from "../../../static/js/draw/network-map.js";
import { foldBlocks } from "../../../static/js/lib/layout/folding.js";
import { layout } from "../../../static/js/lib/layout/layout.js";
import { LAYERS, TIMES } from "./layers.js";

/** @typedef {import("../../../static/js/draw/tree.js").Tree} Tree */
/** @typedef {import("../../../static/js/draw/network-map.js").MapStyle} MapStyle */

/** @type {Omit<MapStyle, "by">} */
const STYLE = {
  times: TIMES,
  blocks: ["block <one>"],
  href: ({ id }) => `?layer=${id}`,
  label: ({ id }) => `the ${id}`,
  layerCount: (count) => `${count} layers`,
};

/** @param {"kind" | "params" | "time"} by @param {Set<number>} open blocks */
function draw(by, open = new Set([0])) {
  const items = foldBlocks(LAYERS, open);
  const nodes = items.map((item) => {
    return { id: item.id, inputs: item.inputs, convolutions: 1, height: heightOf(item), frame: item.folded ? null : item.block };
  });
  return drawMap(layout(nodes), items, { ...STYLE, by });
}

/** @param {Tree | string} tree @param {string} name @returns {Tree[]} */
function elements(tree, name) {
  if (typeof tree === "string") return [];
  const own = String(tree.attributes.class ?? "").split(" ").includes(name) ? [tree] : [];
  return [...own, ...tree.children.flatMap((child) => elements(child, name))];
}

/** @param {Tree[]} trees @param {string} name of the class */
const find = (trees, name) => trees.flatMap((tree) => elements(tree, name));

/** @param {Tree} card, whose first child is its title */
const nameOf = ({ children: [title] }) => (typeof title === "string" ? title : title.children[0]);

/** @param {Tree} card */
const colour = ({ attributes }) => String(attributes.class).split(" ")[1];

test("every layer has a card with its address, label, kind and shape", () => {
  const cards = find(draw("kind"), "card");
  assert.deepEqual(cards.map(({ attributes }) => attributes.href), LAYERS.map(({ id }) => `?layer=${id}`));
  assert.deepEqual(find(draw("kind"), "card").map(nameOf), LAYERS.map(({ id }) => `the ${id}`));
  assert.deepEqual(cards.map(colour), LAYERS.map(({ kind }) => kind));
  const sizes = find(draw("kind"), "size").map(({ children }) => children[0]);
  assert.deepEqual(sizes, ["64×112×112", "64×112×112", "256×56×56", "256×56×56", "1000"]);
});

test("the strongest map is on the front of the box, the others are next to it", () => {
  const [card] = find(draw("kind"), "card");
  const maps = find([card], "map").map(({ attributes }) => attributes);
  assert.deepEqual(maps.map((attributes) => attributes["data-href"]), ["conv1/1.png", "conv1/2.png", "conv1/3.png"]);
  const front = find([card], "front")[0].attributes;
  for (const side of ["x", "y", "width", "height"]) assert.equal(maps[0][side], front[side]);
});

test("a folded block is one card with its last layer and the kinds of its layers", () => {
  const trees = draw("kind", new Set());
  const [block] = find(trees, "folded");
  assert.deepEqual(find([block], "stripe").map(({ attributes }) => attributes.class), ["stripe convolution", "stripe merge"]);
  assert.equal(find([block], "name")[0].children[0], "block <one>");
  assert.equal(find([block], "op")[0].children[0], "2 layers");
  assert.equal(find(trees, "frame").length, 0);
  assert.equal(find(draw("kind"), "frame").length, 1);
});

test("a quantity is a colour step, a text, and a bar of its length", () => {
  const cards = find(draw("params"), "card");
  assert.deepEqual(cards.map(colour), ["step3", "step0", "step1", "step0", "step5"]);
  const texts = cards.map((card) => find([card], "figure")[0].children[0]);
  assert.deepEqual(texts, ["9.41\u00a0k", "", "100", "", "256\u00a0k"]);
  assert.equal(find([cards[4]], "share")[0].attributes.width, 222);
  assert.equal(find([cards[1]], "share").length, 0);
});

test("the largest quantity is that of a whole block where it is folded", () => {
  assert.equal(largestFigure(foldBlocks(LAYERS, new Set()), { ...STYLE, by: "time" }), 2);
});

test("an edge is straight, curved where x changes, with an arrow at its end", () => {
  assert.equal(edgePath([[10, 0], [10, 20]]), "M10 0V20m-3.5 -5l3.5 5l3.5 -5");
  assert.ok(edgePath([[10, 0], [10, 20], [50, 60], [50, 80]]).startsWith("M10 0V20C10 40 50 40 50 60V80"));
});

test("a kind without a symbol has a hollow square", () => {
  assert.equal(mark({ kind: "pooling" }).attributes.class, "mark pooling");
  assert.equal(mark({ kind: "other" }).attributes.class, "mark hollow other");
});
