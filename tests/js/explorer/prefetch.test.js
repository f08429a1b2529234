/** What is prefetched, and when its request ends. */

import assert from "node:assert/strict";
import test from "node:test";

/** @type {AbortSignal[]} of the requests that were made */
const requests = [];
/** @type {(address: string, options: { signal: AbortSignal }) => Promise<Response>} that comes only to an end */
const fetch = (_, { signal }) =>
  new Promise((_, reject) => {
    requests.push(signal);
    signal.addEventListener("abort", () => reject(signal.reason));
  });
const page = { getElementById: () => null, querySelector: () => null };
Object.assign(globalThis, { document: page, location: { search: "?model=a&image=1&layer=conv1" }, fetch });
const { prefetch, takePrefetched } = await import("../../../static/js/explorer/prefetch.js");
const CONV2 = "?model=a&image=1&layer=conv2";

test("the request of what was taken ends with the view that wanted it", async () => {
  prefetch("conv2");
  const wanted = new AbortController();
  const taken = takePrefetched(CONV2, wanted.signal);
  assert.equal(takePrefetched(CONV2, wanted.signal), null); // it can be taken once
  assert.equal(requests.at(-1)?.aborted, false);
  wanted.abort("stopped");
  assert.equal(requests.at(-1)?.aborted, true);
  assert.equal(await taken, null);
});

test("another one that is prefetched takes the place of the last one", () => {
  prefetch("conv2");
  prefetch("conv3");
  assert.deepEqual(requests.slice(-2).map(({ aborted }) => aborted), [true, false]);
  assert.equal(takePrefetched(CONV2, new AbortController().signal), null);
});
