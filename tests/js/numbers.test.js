/** Numbers read the same from the scripts as from the server: the table is shared with its test. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { percent, three, valueOf } from "../../static/js/draw/numbers.js";

const wording = JSON.parse(readFileSync(new URL("./wording.json", import.meta.url), "utf8"));

for (const [number, text] of wording.three) test(`three significant digits of ${number}`, () => assert.equal(three(number), text));
for (const [share, text] of wording.percent) test(`${share} as per cent`, () => assert.equal(percent(share), text));

test("where there is no number there is a dash", () => {
  assert.equal(three(null), "–");
  assert.equal(three(Number.NaN), "–");
});

test("a level stands for its place on the scale", () => {
  assert.equal(valueOf(0, -3, 3), -3);
  assert.equal(valueOf(255, -3, 3), 3);
  assert.equal(valueOf(51, 0, 5), 1);
});
