/** A cache by address. */

import assert from "node:assert/strict";
import test from "node:test";

import { cacheByAddress } from "../../../static/js/lib/cache.js";

test("an address is requested once while it is cached, and the least recently used result is dropped", async () => {
  /** @type {string[]} */
  const requested = [];
  const load = cacheByAddress(async (address) => requested.push(address), 2);
  for (const address of ["a", "b", "a", "c", "a", "b"]) await load(address);
  assert.deepEqual(requested, ["a", "b", "c", "b"]);
  assert.deepEqual(["a", "b", "c"].map(load.has), [true, true, false]);
});

test("a failure is not cached", async () => {
  let times = 0;
  const load = cacheByAddress(async () => {
    times += 1;
    if (times === 1) throw new Error("once");
    return times;
  }, 2);
  await assert.rejects(load("a"));
  assert.equal(await load("a"), 2);
});
