import assert from "node:assert/strict";
import test from "node:test";

import { readCells, writeCells } from "../../../static/js/lib/strokes.js";

test("cells that are read are written as few rectangles", () => {
  const { cells, others } = readCells("3:0,0,2,2=5;7:1,1,2,2=1;3:0,2,2,3=5;3:1,0,2,1=-1.5", 3, 8);
  assert.equal(cells.size, 6);
  assert.deepEqual(others, ["7:1,1,2,2=1"]);
  assert.deepEqual(writeCells(cells, 3, 8), ["3:0,0,1,3=5", "3:1,0,2,1=-1.5", "3:1,1,2,3=5"]);
  assert.deepEqual(writeCells(readCells("3:2,1,6,4=0", 3, 8).cells, 3, 8), ["3:2,1,6,4=0"]);
});
