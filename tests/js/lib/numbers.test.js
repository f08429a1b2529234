/** Numbers as text. The server has the same format: its test reads the same table. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { formatDuration, formatExact, formatNumber, formatPercent, formatWithPrefix } from "../../../static/js/lib/numbers.js";

const wording = JSON.parse(readFileSync(new URL("../wording.json", import.meta.url), "utf8"));

for (const [number, text] of wording.three) {
  test(`three significant digits of ${number}`, () => assert.equal(formatNumber(number), text));
}
for (const [number, text] of wording.short) {
  test(`${number} with a metric prefix`, () => assert.equal(formatWithPrefix(number), text));
}
for (const [fraction, text] of wording.percent) {
  test(`${fraction} as a percentage`, () => assert.equal(formatPercent(fraction), text));
}

test("a dash stands for no number", () => {
  assert.equal(formatNumber(null), "–");
  assert.equal(formatNumber(Number.NaN), "–");
});

test("a float32 number has all its digits and no more", () => {
  const texts = [0.1, 1 / 3, 16777216, 123.456, 1e-20].map((number) => formatExact(Math.fround(number)));
  assert.deepEqual(texts, ["0.1", "0.33333334", "16777216", "123.456", "1×10⁻²⁰"]);
  assert.equal(formatExact(-2.5), "−2.5");
  assert.equal(formatExact(0), "0");
});

test("a duration has the unit that suits it", () => {
  const texts = [0.2, 45, 90, 720, 5400, 9000].map(formatDuration);
  assert.deepEqual(texts, ["1 s", "45 s", "2 min", "12 min", "1.5 h", "2.5 h"]);
});
