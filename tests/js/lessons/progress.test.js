/** What the browser remembers of solved exercises. */

import assert from "node:assert/strict";
import test from "node:test";

import { isSolved, noteSolved, parseSolved, solved, storeSolved } from "../../../static/js/lessons/progress.js";

/** @type {Map<string, string>} */
const store = new Map();
Object.assign(globalThis, {
  localStorage: {
    getItem: (/** @type {string} */ name) => store.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ value) => store.set(name, value),
    removeItem: (/** @type {string} */ name) => store.delete(name),
  },
});

test("a solved exercise is remembered with its day", () => {
  noteSolved("sliding.output-size");
  assert.ok(isSolved("sliding.output-size"));
  assert.match(solved()["sliding.output-size"] ?? "", /^\d{4}-\d\d-\d\d$/);
  storeSolved(null);
  assert.deepEqual(solved(), {});
});

test("an exercise by itself belongs to no lesson and is not remembered", () => {
  noteSolved(".");
  assert.deepEqual(solved(), {});
});

test("a file of progress is read, without what is none", () => {
  assert.deepEqual(parseSolved('{"a.b": "2026-01-31", "<b>": "x", "c.d": 3}'), { "a.b": "2026-01-31" });
  for (const wrong of ["", "[]", "null", "3", "{"]) assert.equal(parseSolved(wrong), null);
});

test("what is stored and no progress is ignored", () => {
  store.set("convscope.solved", "broken");
  assert.deepEqual(solved(), {});
  assert.ok(!isSolved("constructor"));
});
