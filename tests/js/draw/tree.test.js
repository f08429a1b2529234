/** SVG elements as data. */

import assert from "node:assert/strict";
import test from "node:test";

import { shorten, tree, truncate } from "../../../static/js/draw/tree.js";

test("an element has its attributes and children", () => {
  assert.deepEqual(tree("text", { x: 1 }, "Conv"), { name: "text", attributes: { x: 1 }, children: ["Conv"] });
});

test("a long text is truncated with an ellipsis", () => {
  assert.equal(truncate("BatchNormalization", 11), "BatchNorma…");
  assert.equal(truncate("Relu", 11), "Relu");
});

test("a name is shortened in its middle, as names differ at the end", () => {
  assert.equal(shorten("inception_3a", 8), "ince…_3a");
  assert.equal(shorten("conv1", 8), "conv1");
  assert.equal(shorten("inception_3a", 3), "");
});
