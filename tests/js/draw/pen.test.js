/** The pen of the keyboard: moved by arrow keys within the pad, put down and lifted by Space. */

import assert from "node:assert/strict";
import test from "node:test";

import { afterKey, START } from "../../../static/js/draw/pen.js";

test("arrow keys move the pen by a pixel of a digit, with Shift by three", () => {
  assert.deepEqual(afterKey(START, "ArrowRight", false), { x: 150, y: 140, down: false });
  assert.deepEqual(afterKey(START, "ArrowUp", true), { x: 140, y: 110, down: false });
});

test("Space puts it down and lifts it where it is", () => {
  const down = afterKey(START, " ", false);
  assert.deepEqual(down, { x: 140, y: 140, down: true });
  assert.ok(down);
  assert.deepEqual(afterKey(down, " ", false), START);
});

test("it stays on the pad, and leaves other keys alone", () => {
  assert.equal(afterKey({ x: 275, y: 0, down: true }, "ArrowRight", true)?.x, 280);
  assert.equal(afterKey(START, "Tab", false), null);
});
