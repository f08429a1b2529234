/** Numbers as text. The server has the same format: its test reads the same table. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import {
  decimalsOf,
  formatBytes,
  formatDuration,
  formatExact,
  formatFixed,
  formatNumber,
  formatPercent,
  formatWithPrefix,
  parseNumber,
} from "../../../static/js/lib/numbers.js";

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

test("a number of bytes has its unit", () => {
  const texts = [0, 864, 999.7, 1792, 353_000_000].map(formatBytes);
  assert.deepEqual(texts, ["0\u00a0B", "864\u00a0B", "1.00\u00a0kB", "1.79\u00a0kB", "353\u00a0MB"]);
});

test("a duration has the unit that suits it", () => {
  const texts = [0.2, 45, 90, 720, 5400, 9000].map(formatDuration);
  assert.deepEqual(texts, ["1 s", "45 s", "2 min", "12 min", "1.5 h", "2.5 h"]);
});

test("a number that is written on the page is read as it was meant", () => {
  for (const number of [0, 0.5, -0.000123, 1234, 1.5e-7, -2.5e12]) assert.equal(parseNumber(formatNumber(number)), number);
  assert.deepEqual(["-1.5", " 2e-3 ", "−.5"].map(parseNumber), [-1.5, 0.002, -0.5]);
});

test("what is no number is read as none", () => {
  for (const typed of ["", "-", "1,5", "2x", "Infinity", "1e999", "1×10"]) assert.equal(parseNumber(typed), NaN, typed);
});

test("a number has as many decimals as the one it stands for", () => {
  assert.deepEqual(["0.25", "−1.5 ", "3", "–"].map(decimalsOf), [2, 1, 0, 0]);
  assert.equal(formatFixed(-1234.567, 2), "−1\u202f234.57");
  assert.equal(formatFixed(1e6, 2), "1.00×10⁶");
  assert.deepEqual([0.5, 1.5, -2.5].map((number) => formatFixed(number, 0)), ["0", "2", "−2"]);
});
