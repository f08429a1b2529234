/** The quantities that the colours of the map mean. */

import assert from "node:assert/strict";
import test from "node:test";

import { figureOf, figureText, stepOf, stepTexts } from "../../../static/js/draw/map-colours.js";
import { LAYERS, TIMES } from "./layers.js";

test("a block has the sum of its layers, where they have the quantity", () => {
  assert.equal(figureOf(LAYERS, "params", TIMES), 265508);
  assert.equal(figureOf(LAYERS.slice(0, 2), "memory", TIMES), 2 * 4 * 64 * 112 * 112);
  assert.equal(figureOf(LAYERS, "time", TIMES), 2.5);
  assert.equal(figureOf([LAYERS[4]], "time", TIMES), null);
  assert.equal(figureOf(LAYERS, "kind", TIMES), null);
});

test("a quantity has its unit", () => {
  assert.equal(figureText("time", 0.5), "500\u00a0µs");
  assert.equal(figureText("memory", 3_211_264), "3.21\u00a0MB");
  assert.equal(figureText("params", 0), "");
});

test("steps are half powers of ten below the largest quantity", () => {
  const figures = [1e6, 317e3, 316e3, 99e3, 1e3, 1, 0, null];
  assert.deepEqual(figures.map((figure) => stepOf(figure, 1e6)), [5, 5, 4, 3, 1, 1, 0, 0]);
});

test("each step has its range as text", () => {
  const texts = ["0", "< 10 k", "10 k – 31.6 k", "31.6 k – 100 k", "100 k – 316 k", "316 k – 1 M"];
  const noBreak = texts.map((text) => text.replace(/ (?=[kM])/g, "\u00a0"));
  assert.deepEqual(stepTexts("params", 1e6), noBreak);
});
