/** The brush: pressure widens its line, speed thins it, and no point differs much from the one before. */

import assert from "node:assert/strict";
import test from "node:test";

import { drawStrokes, nextPoint } from "../../../static/js/draw/brush.js";

const start = { x: 0, y: 0, milliseconds: 0, width: 24 };

test("a pen that is pressed draws a wider line", () => {
  const [soft, hard] = [0.1, 0.9].map((pressure) => nextPoint({ x: 0, y: 0, milliseconds: 0, pressure }, undefined).width);
  assert.ok(hard > soft);
});

test("a faster pointer draws a thinner line", () => {
  const [slow, fast] = [2, 60].map((x) => nextPoint({ x, y: 0, milliseconds: 16, pressure: null }, start).width);
  assert.ok(fast < slow);
});

test("the width changes little from point to point", () => {
  const { width } = nextPoint({ x: 200, y: 0, milliseconds: 1, pressure: null }, start);
  assert.ok(width > 0.85 * start.width && width < start.width);
});

test("a stroke of one point is a dot, and each segment has the width of its end", () => {
  /** @type {[string, ...number[]][]} */
  const calls = [];
  const context = {
    lineWidth: 0,
    fillRect: () => {},
    beginPath: () => {},
    moveTo: (/** @type {number} */ x, /** @type {number} */ y) => calls.push(["from", x, y]),
    lineTo: (/** @type {number} */ x, /** @type {number} */ y) => calls.push(["to", x, y]),
    stroke: () => calls.push(["width", context.lineWidth]),
  };
  drawStrokes(/** @type {any} */ (context), [[{ x: 5, y: 6, width: 20 }], [{ x: 1, y: 1, width: 20 }, { x: 3, y: 1, width: 18 }]]);
  assert.deepEqual(calls.slice(0, 3), [["from", 5, 6], ["to", 5, 6], ["width", 20]]);
  assert.deepEqual(calls.slice(-3), [["from", 1, 1], ["to", 3, 1], ["width", 18]]);
});
