/** SVG elements as data. */

import assert from "node:assert/strict";
import test from "node:test";

import { tree, truncate } from "../../../static/js/draw/tree.js";

test("an element has its attributes and children", () => {
  assert.deepEqual(tree("text", { x: 1 }, "Conv"), { name: "text", attributes: { x: 1 }, children: ["Conv"] });
});

test("a long text is truncated with an ellipsis", () => {
  assert.equal(truncate("BatchNormalization", 11), "BatchNorma…");
  assert.equal(truncate("Relu", 11), "Relu");
});
