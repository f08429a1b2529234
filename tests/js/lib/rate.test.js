/** The rate of a transfer. */

import assert from "node:assert/strict";
import test from "node:test";

import { addSample, timeLeft, transferRate } from "../../../static/js/lib/rate.js";

test("the rate is the mean of the last ten seconds", () => {
  let samples = addSample([], { at: 0, received: 100 });
  assert.equal(transferRate(samples), null);
  samples = addSample(samples, { at: 1000, received: 600 });
  assert.equal(transferRate(samples), 500);
  assert.equal(timeLeft(samples, 1100), 1);
  samples = addSample(samples, { at: 10_500, received: 10_100 });
  assert.equal(transferRate(samples), 1000);
});

test("a stalled transfer has no time left", () => {
  assert.equal(timeLeft([{ at: 0, received: 5 }, { at: 900, received: 5 }], 10), null);
});

test("a restarted transfer is measured from its restart", () => {
  assert.deepEqual(addSample([{ at: 0, received: 900 }], { at: 100, received: 50 }), [{ at: 100, received: 50 }]);
});

test("the rate is the same at any time of day, from half a second on", () => {
  for (const start of [0, 1_000_000]) {
    const samples = addSample([{ at: start, received: 0 }], { at: start + 499, received: 499 });
    assert.equal(transferRate(samples), null);
    assert.equal(transferRate(addSample(samples, { at: start + 500, received: 1000 })), 2000);
  }
});

test("samples without a new byte stay, those of ten seconds ago go", () => {
  const samples = addSample([{ at: 0, received: 5 }, { at: 1, received: 7 }], { at: 10_000, received: 7 });
  assert.deepEqual(samples.map((sample) => sample.at), [1, 10_000]);
});
