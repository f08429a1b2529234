/** Receptive fields: from a cell to the input and back. */

import assert from "node:assert/strict";
import test from "node:test";

import { nearestCell, receptiveField } from "../../../static/js/draw/receptive-field.js";

// A 3 x 3 window of stride 4 that is padded by 1, on a view of 12 rows and 8 columns.
/** @type {import("../../../static/js/draw/receptive-field.js").Fields} */
const fields = { rows: [[0, 2], [3, 6], [7, 10]], columns: [[0, 2], [3, 6]] };

test("a receptive field has the rows and the columns of its cell", () => {
  assert.deepEqual(receptiveField(fields, 0, 0), { x: 0, y: 0, width: 2, height: 2 });
  assert.deepEqual(receptiveField(fields, 2, 1), { x: 3, y: 7, width: 3, height: 3 });
});

test("a cell above padding and a missing cell have none", () => {
  assert.equal(receptiveField({ rows: [[0, 0]], columns: [[0, 3]] }, 0, 0), null);
  assert.equal(receptiveField(fields, 3, 0), null);
});

test("the nearest cell is the one whose receptive field has its centre nearest", () => {
  assert.deepEqual(nearestCell(fields, 4.5, 4.5), { y: 1, x: 1 });
  assert.deepEqual(nearestCell(fields, 11.9, 0.2), { y: 2, x: 0 });
  for (const [y, [top, bottom]] of fields.rows.entries()) {
    assert.equal(nearestCell(fields, (top + bottom) / 2, 0).y, y);
  }
});
