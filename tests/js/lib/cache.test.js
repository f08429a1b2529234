/** Asking once for each address, and keeping few answers. */

import assert from "node:assert/strict";
import test from "node:test";

import { cacheByAddress } from "../../../static/js/lib/cache.js";

test("an address is asked for once while it is kept, and the least recently used goes first", async () => {
  /** @type {string[]} */
  const asked = [];
  const of = cacheByAddress(async (address) => asked.push(address), 2);
  for (const address of ["a", "b", "a", "c", "a", "b"]) await of(address);
  assert.deepEqual(asked, ["a", "b", "c", "b"]);
  assert.deepEqual(["a", "b", "c"].map(of.has), [true, true, false]);
});

test("a failure is not kept", async () => {
  let times = 0;
  const of = cacheByAddress(async () => {
    times += 1;
    if (times === 1) throw new Error("once");
    return times;
  }, 2);
  await assert.rejects(of("a"));
  assert.equal(await of("a"), 2);
});
