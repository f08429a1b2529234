import assert from "node:assert/strict";
import { test } from "node:test";

import { cellAt, placeOf } from "../../../static/js/draw/linked-cells.js";

const LARGE = { height: 56, width: 28 };
const SMALL = { height: 14, width: 7 };

test("a cell is at its own place", () => {
  for (const cell of [{ y: 0, x: 0 }, { y: 13, x: 6 }, { y: 5, x: 3 }]) assert.deepEqual(cellAt(SMALL, placeOf(SMALL, cell)), cell);
});

test("four by four cells of a map four times as large are at the place of one", () => {
  assert.deepEqual(cellAt(SMALL, placeOf(LARGE, { y: 20, x: 12 })), { y: 5, x: 3 });
  assert.deepEqual(cellAt(SMALL, placeOf(LARGE, { y: 23, x: 15 })), { y: 5, x: 3 });
});

test("beyond the edges are the cells at the edges", () => {
  assert.deepEqual(cellAt(SMALL, placeOf(SMALL, { y: -1, x: 7 })), { y: 0, x: 6 });
  assert.deepEqual(cellAt(SMALL, { y: 1, x: 1 }), { y: 13, x: 6 });
});
