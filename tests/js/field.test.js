/** Receptive fields on the view. */

import assert from "node:assert/strict";
import test from "node:test";

import { boxSeen, readField } from "../../static/js/draw/field.js";

const view = { width: 227, height: 227 };

test("a cell sees a field that moves with it", () => {
  // A 3 x 3 convolution of stride 2 without padding, then a 3 x 3 pooling of stride 2: 7 pixels, one every 4.
  const field = readField("7,7,4,4,0,0");
  assert.ok(field);
  assert.deepEqual(boxSeen(field, 0, 0, view), { x: 0, y: 0, width: 7, height: 7 });
  assert.deepEqual(boxSeen(field, 2, 5, view), { x: 20, y: 8, width: 7, height: 7 });
});

test("what lies in the padding is not seen", () => {
  const field = readField("15,15,4,4,-4,-4");
  assert.ok(field);
  assert.deepEqual(boxSeen(field, 0, 0, view), { x: 0, y: 0, width: 11, height: 11 });
  assert.deepEqual(boxSeen(field, 55, 55, view), { x: 216, y: 216, width: 11, height: 11 });
});

test("a field that is not written out is none", () => {
  assert.equal(readField(undefined), null);
  assert.equal(readField("1,2"), null);
  assert.equal(readField("1,2,3,4,5,x"), null);
});
