import assert from "node:assert/strict";
import { test } from "node:test";

import { MOST_WORDS, enlargement, slidesOf } from "../../../static/js/lib/slides.js";

/**
 * @param {import("../../../static/js/lib/slides.js").Piece["kind"]} kind
 * @param {number} [section]
 * @param {number} [words]
 */
const piece = (kind, section = 1, words = 0) => ({ kind, section, words });

test("the head of a lesson and every figure are slides", () => {
  const pieces = [piece("head", 0), piece("figure"), piece("figure")];
  assert.deepEqual(slidesOf(pieces), [[0], [1], [2]]);
});

test("every slide of a section has its heading", () => {
  const pieces = [piece("heading"), piece("prose", 1, 20), piece("figure"), piece("prose", 1, 20)];
  assert.deepEqual(slidesOf(pieces), [[0, 1], [0, 2], [0, 3]]);
});

test("prose shares a slide as far as it fits", () => {
  const pieces = [piece("heading"), piece("prose", 1, 30), piece("prose", 1, MOST_WORDS - 30), piece("prose", 1, 1)];
  assert.deepEqual(slidesOf(pieces), [[0, 1, 2], [0, 3]]);
});

test("a paragraph that is too long by itself has a slide of its own", () => {
  const pieces = [piece("prose", 1, 10), piece("prose", 1, 200), piece("prose", 1, 10)];
  assert.deepEqual(slidesOf(pieces), [[0], [1], [2]]);
});

test("the heading of an earlier section does not stand above a later one", () => {
  const pieces = [piece("heading"), piece("figure"), piece("figure", 2)];
  assert.deepEqual(slidesOf(pieces), [[0, 1], [2]]);
});

test("a figure grows until it fills the room, at most twice", () => {
  assert.equal(enlargement({ width: 400, height: 300 }, { width: 600, height: 600 }), 1.5);
  assert.equal(enlargement({ width: 100, height: 100 }, { width: 1000, height: 1000 }), 2);
  assert.equal(enlargement({ width: 100, height: 1000 }, { width: 100, height: 100 }), 0.7);
});
