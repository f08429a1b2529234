/** Changes of a picture as text, and areas of it. */

import assert from "node:assert/strict";
import test from "node:test";

import { areaBetween, changeText } from "../../../static/js/lib/changes.js";

test("a change is its name and its amounts", () => assert.equal(changeText("shift", ["10", "-5"]), "shift:10,-5"));

test("an area of the view is one of the picture that the view was cropped from", () => {
  const view = { left: 25, top: 0, width: 50, height: 100 };
  assert.deepEqual(areaBetween(view, { x: 1, y: 0.5 }, { x: 0.5, y: 0.25 }), { left: 50, top: 25, width: 25, height: 25 });
});

test("an area ends where the picture does", () => {
  const view = { left: 0, top: -25, width: 100, height: 150 }; // with margins
  assert.deepEqual(areaBetween(view, { x: 0, y: 0 }, { x: 1, y: 1 }), { left: 0, top: 0, width: 100, height: 100 });
});
