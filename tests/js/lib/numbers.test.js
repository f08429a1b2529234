/** Numbers read the same from the scripts as from the server: the table is shared with its test. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { formatExact, formatNumber, formatPercent, formatWithPrefix } from "../../../static/js/lib/numbers.js";

const wording = JSON.parse(readFileSync(new URL("../wording.json", import.meta.url), "utf8"));

for (const [number, text] of wording.three) test(`formatNumber significant digits of ${number}`, () => assert.equal(formatNumber(number), text));
for (const [number, text] of wording.short) test(`${number} in short`, () => assert.equal(formatWithPrefix(number), text));
for (const [share, text] of wording.percent) test(`${share} as per cent`, () => assert.equal(formatPercent(share), text));

test("where there is no number there is a dash", () => {
  assert.equal(formatNumber(null), "–");
  assert.equal(formatNumber(Number.NaN), "–");
});

test("a single-precision number is told with all its digits and no more", () => {
  const told = [0.1, 1 / 3, 16777216, 123.456, 1e-20].map((number) => formatExact(Math.fround(number)));
  assert.deepEqual(told, ["0.1", "0.33333334", "16777216", "123.456", "1×10⁻²⁰"]);
  assert.equal(formatExact(-2.5), "−2.5");
  assert.equal(formatExact(0), "0");
});
