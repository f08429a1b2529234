/** Folded blocks, and how the address records them. */

import assert from "node:assert/strict";
import test from "node:test";

import { foldBlocks, formatOpenBlocks, openBlocks } from "../../../../static/js/lib/layout/folding.js";

/** @type {(id: string, inputs: string[], block: number | null) => import("../../../../static/js/lib/layout/folding.js").Layer} */
const layer = (id, inputs, block) => {
  return { id, inputs, block, name: id, op: "Conv", kind: "convolution", shape: [1, 2, 2], params: 1, macs: 1, maps: [] };
};
const LAYERS = [
  layer("stem", ["input"], null),
  layer("a1", ["stem"], 0),
  layer("a2", ["a1", "stem"], 0),
  layer("b1", ["a2"], 1),
  layer("b2", ["b1", "a2"], 1),
  layer("end", ["b2"], null),
];
const MANY = Array.from({ length: 99 }, (_, index) => layer(`l${index}`, [], Math.floor(index / 9)));

test("a folded block is one item with the inputs of its layers", () => {
  const items = foldBlocks(LAYERS, new Set([1]));
  assert.deepEqual(items.map(({ id, inputs }) => [id, inputs]), [
    ["stem", ["input"]],
    ["block 0", ["stem"]],
    ["b1", ["block 0"]],
    ["b2", ["b1", "block 0"]],
    ["end", ["b2"]],
  ]);
  assert.deepEqual(items[1].layers.map(({ id }) => id), ["a1", "a2"]);
  assert.deepEqual(items.map(({ folded }) => folded), [false, true, false, false, false]);
});

test("small networks start unfolded, large ones folded, unless the address says otherwise", () => {
  assert.deepEqual([...openBlocks(undefined, LAYERS)], [0, 1]);
  assert.deepEqual([...openBlocks(undefined, MANY)], []);
  assert.deepEqual([...openBlocks("2.10.77.x", MANY)], [2, 10]);
  assert.equal(openBlocks("all", MANY).size, 11);
  assert.equal(openBlocks("none", LAYERS).size, 0);
});

test("the address records what is not the default", () => {
  assert.equal(formatOpenBlocks(new Set([0, 1]), LAYERS), undefined);
  assert.equal(formatOpenBlocks(new Set(), MANY), undefined);
  for (const text of ["all", "3", "0.4.10"]) assert.equal(formatOpenBlocks(openBlocks(text, MANY), MANY), text);
  assert.equal(formatOpenBlocks(new Set(), LAYERS), "none");
  assert.equal(formatOpenBlocks(new Set(), [layer("alone", [], null)]), undefined);
});
