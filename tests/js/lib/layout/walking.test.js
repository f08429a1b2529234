/** Steps with the arrow keys. */

import assert from "node:assert/strict";
import test from "node:test";

import { layout } from "../../../../static/js/lib/layout/layout.js";
import { neighbour } from "../../../../static/js/lib/layout/walking.js";
import { inception, residual } from "../../networks.js";

test("down and up follow the edges of the spine", () => {
  const plan = layout(residual(2));
  assert.equal(neighbour(plan, "stem", "down"), "0.conv1");
  assert.equal(neighbour(plan, "0.add", "up"), "0.bn2");
  assert.equal(neighbour(plan, "stem", "up"), null);
});

test("left and right change the branch and stop at the last one", () => {
  const plan = layout(inception(1));
  const right = neighbour(plan, "0.1.conv0", "right");
  assert.ok(right && right.startsWith("0.") && right.endsWith("0"));
  assert.equal(neighbour(plan, right ?? "", "left"), "0.1.conv0");
  const rightmost = plan.places.reduce((most, place) => (place.x > most.x ? place : most)).id;
  assert.equal(neighbour(plan, rightmost, "right"), null);
});

test("down from the end of a branch leads to the concatenation", () => {
  assert.equal(neighbour(layout(inception(1)), "0.3.conv0", "down"), "0.concat");
});

test("an unknown layer has no neighbour", () => {
  assert.equal(neighbour(layout(inception(1)), "gone", "down"), null);
});
