/** The geometry of a sheet: from pixels to channels and back. */

import assert from "node:assert/strict";
import test from "node:test";

import { cellInMap, channelAt, neighbourChannel, tileOf } from "../../../static/js/draw/sheet.js";

// Three columns of tiles of 10 x 8 pixels with a gap of 1. Seven channels leave two tiles empty.
const sheet = { columns: 3, pitchX: 11, pitchY: 9, cellW: 10, cellH: 8, channels: 7, order: null };
const sorted = { ...sheet, order: [6, 5, 4, 3, 2, 1, 0] };

test("every channel is at the middle of its own tile", () => {
  for (const each of [sheet, sorted]) {
    for (let channel = 0; channel < each.channels; channel++) {
      const box = tileOf(each, channel);
      assert.equal(channelAt(each, box.x + box.width / 2, box.y + box.height / 2), channel);
    }
  }
});

test("a sorted sheet starts with the first channel of its order", () => {
  assert.equal(channelAt(sorted, 0, 0), 6);
  assert.deepEqual(tileOf(sorted, 6), { x: 0, y: 0, width: 10, height: 8 });
});

test("there is no channel in gaps, after the last one and outside the sheet", () => {
  for (const [x, y] of [[10.5, 0], [0, 8.5], [12, 19], [-1, 0], [0, -1], [33, 0], [0, 27]]) {
    assert.equal(channelAt(sheet, x, y), null, `${x}, ${y}`);
  }
});

test("the neighbours follow the sheet and stop at its ends", () => {
  assert.equal(neighbourChannel(sheet, null, 1), 0);
  assert.equal(neighbourChannel(sheet, 3, 1), 4);
  assert.equal(neighbourChannel(sorted, 3, 1), 2);
  assert.equal(neighbourChannel(sheet, 6, 1), 6);
  assert.equal(neighbourChannel(sheet, 0, -1), 0);
});

test("a pixel of a tile is a cell of its map", () => {
  const map = { width: 5, height: 2 }; // each cell two pixels wide and four high
  for (const [x, y] of [[0, 0], [11, 9], [22, 18]]) {
    assert.deepEqual(cellInMap(sheet, map, x, y), { y: 0, x: 0 });
    assert.deepEqual(cellInMap(sheet, map, x + 9.9, y + 7.9), { y: 1, x: 4 });
    assert.deepEqual(cellInMap(sheet, map, x + 4, y + 3), { y: 0, x: 2 });
  }
});
