/** Sentences with placeholders. */

import assert from "node:assert/strict";
import test from "node:test";

import { fillTemplate } from "../../../static/js/lib/template.js";

test("every placeholder gets its value", () => {
  assert.equal(fillTemplate("Row {y}, column {x}: {y}", { y: 3, x: 0 }), "Row 3, column 0: 3");
});

test("a value that looks like a placeholder or a pattern stays as it is", () => {
  assert.equal(fillTemplate("{a} {b}", { a: "{b}", b: "$&" }), "{b} $&");
});

test("a placeholder without a value stays", () => {
  assert.equal(fillTemplate("{a}", {}), "{a}");
});
