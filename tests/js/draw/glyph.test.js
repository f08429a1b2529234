/** Boxes for the outputs of layers. */

import assert from "node:assert/strict";
import test from "node:test";

import { boxOf, extentsOf, glyph } from "../../../static/js/draw/glyph.js";
import { LAYERS } from "./layers.js";

const EXTENTS = extentsOf(LAYERS.map(({ shape }) => shape));

test("the extents are the largest side, channels and units", () => {
  assert.deepEqual(EXTENTS, { side: 112, channels: 256, units: 1000 });
});

test("a larger map has a larger front, more channels a deeper box, a vector no depth", () => {
  const [early, late, dense] = [[64, 112, 112], [256, 56, 56], [1000]].map((shape) => boxOf(shape, EXTENTS, 1));
  assert.equal(early.width, 38);
  assert.ok(late.width < early.width && late.height === late.width);
  assert.ok(late.across > early.across && dense.across === 0);
  assert.ok(dense.height > 3 * dense.width);
  const wide = boxOf([8, 10, 100], EXTENTS, 1);
  assert.ok(wide.width > wide.height);
});

test("a map is drawn on the front of its box", () => {
  const { children } = glyph([64, 112, 112], EXTENTS, 1, { src: "map.png", className: "map" });
  const parts = children.map((child) => (typeof child === "string" ? {} : child.attributes));
  assert.deepEqual(parts.map((attributes) => attributes.class), ["front", "top", "side", "map"]);
  for (const side of ["x", "y", "width", "height"]) assert.equal(parts[3][side], parts[0][side]);
});
