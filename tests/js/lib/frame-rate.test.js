/** The rate of frames is that of the last two seconds. */

import assert from "node:assert/strict";
import test from "node:test";

import { addFrame, frameRate } from "../../../static/js/lib/frame-rate.js";

/** @param {number} milliseconds from frame to frame, for 5 s */
function timesAt(milliseconds) {
  /** @type {number[]} */
  let times = [];
  for (let now = 0; now < 5000; now += milliseconds) times = addFrame(times, now);
  return times;
}

test("a frame every 40 ms is 25 a second", () => {
  const times = timesAt(40);
  assert.equal(frameRate(times), 25);
  assert.ok(times.length <= 51);
});

test("after a pause, frames from before it do not count", () => {
  const times = addFrame(timesAt(40), 60_000);
  assert.equal(frameRate(times), null);
  assert.equal(frameRate(addFrame(addFrame(times, 60_100), 60_200)), 10);
});
