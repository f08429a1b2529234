/** The softmax at several temperatures, against sums written out. */

import assert from "node:assert/strict";
import test from "node:test";

import { entropy, margin, softmax, verdict } from "../../../static/js/lib/softmax.js";

/** @param {number} found @param {number} expected */
const assertNear = (found, expected) => assert.ok(Math.abs(found - expected) < 1e-12, `${found} is not ${expected}`);

test("scores are powers of the divided logits over their sum", () => {
  for (const temperature of [0.1, 1, 5]) {
    const [a, b, c] = [2, -1, 0.5].map((logit) => Math.exp(logit / temperature));
    const scores = softmax([2, -1, 0.5], temperature);
    [a, b, c].forEach((power, place) => assertNear(scores[place], power / (a + b + c)));
  }
});

test("large logits stay finite", () => {
  assert.deepEqual(softmax([5000, 0], 0.1), [1, 0]);
  const [first, second] = softmax([1000, 999], 0.1);
  assertNear(first, 1 / (1 + Math.exp(-10)));
  assertNear(second, 1 / (1 + Math.exp(10)));
});

test("entropy is in bits, and zero scores add nothing", () => {
  assertNear(entropy([0.25, 0.25, 0.25, 0.25]), 2);
  assertNear(entropy([0.5, 0.25, 0.25, 0]), 1.5);
  assert.equal(entropy([1, 0]), 0);
});

test("the margin is the difference of the two highest scores", () => {
  assertNear(margin([0.2, 0.7, 0.1]), 0.5);
  assert.equal(margin([1]), 1);
});

test("a bound belongs to the verdict that it opens", () => {
  const limits = { clearMargin: 0.5, closeMargin: 0.25, highEntropy: 0.75, uniformEntropy: 1 };
  const verdicts = [[0.75, 0.25], [0.5, 0.5], [0.625, 0.375], [0.5, 0.25, 0.125, 0.125]].map((scores) => verdict(scores, limits));
  assert.deepEqual(verdicts, ["clear", "no_idea", "unsure", "unsure"]);
  const even = { ...limits, highEntropy: 2, uniformEntropy: 3 };
  assert.deepEqual([[0.5, 0.5], [0.625, 0.375], [0.6, 0.4]].map((scores) => verdict(scores, { ...even, closeMargin: 0.25 })),
    ["torn", "leaning", "torn"]);
  assert.equal(verdict([1], { ...limits, clearMargin: 2, highEntropy: 0.5 }), "leaning");
});
