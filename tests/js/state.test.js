/** The address of a view and back. */

import assert from "node:assert/strict";
import test from "node:test";

import { addressOf, dropStale, parseAddress } from "../../static/js/state.js";

const main = { dataset: { parameters: "steps masks" } };
Object.assign(globalThis, { document: { getElementById: () => main } });

test("a parsed address is formatted as it was", () => {
  const search = "?model=squeezenet1_1&image=00ff&layer=fire2.squeeze1x1&channel=0&colormap=magma&overlay=0.6";
  assert.equal(addressOf(parseAddress(search)), search);
});

test("the parameters of methods are those that the page names", () => {
  assert.deepEqual(parseAddress("?why=tabby&masks=100&grey=1"), { why: "tabby", masks: "100" });
});

test("unknown names are dropped", () => {
  assert.deepEqual(parseAddress("?model=a&part=inspector&x=1"), { model: "a" });
});

test("empty parameters stay out of the address", () => {
  assert.equal(addressOf({ model: "a", layer: undefined, channel: "" }), "?model=a");
});

test("special characters are kept", () => {
  assert.equal(parseAddress(addressOf({ layer: '"><script>&=' })).layer, '"><script>&=');
});

test("an explanation stays with another image or network, and ends with another layer", () => {
  const before = { model: "a", image: "1", why: "tabby", method: "rise", at: "conv1", masks: "100" };
  assert.deepEqual(dropStale({ ...before, image: "2" }, before), { ...before, image: "2" });
  assert.deepEqual(dropStale({ ...before, model: "b" }, before), { model: "b", image: "1", why: "tabby", method: "rise", masks: "100" });
  assert.deepEqual(dropStale({ ...before, layer: "conv2" }, before), { model: "a", image: "1", layer: "conv2" });
  assert.deepEqual(dropStale({ ...before, why: undefined }, before), { model: "a", image: "1" });
});

test("a pinned cell stays from channel to channel, not from layer to layer", () => {
  const before = { model: "a", layer: "conv1", channel: "3", cell: "4,5", zoom: "2" };
  assert.deepEqual(dropStale({ ...before, channel: "4" }, before), { ...before, channel: "4" });
  assert.deepEqual(dropStale({ ...before, layer: "conv2" }, before), { model: "a", layer: "conv2", channel: "3", zoom: "2" });
  assert.deepEqual(dropStale({ ...before, model: "b" }, before), { model: "b", layer: "conv1", channel: "3", zoom: "2" });
});

test("the computation of a number ends with another channel, and an explanation ends it too", () => {
  const before = { model: "a", layer: "conv1", channel: "3", cell: "4,5", view: "number", trail: "fc:1:0:0", plane: "2" };
  assert.deepEqual(dropStale({ ...before, cell: "4,6" }, before), { ...before, cell: "4,6" });
  assert.deepEqual(dropStale({ ...before, channel: "4" }, before), { model: "a", layer: "conv1", channel: "4", cell: "4,5" });
  assert.deepEqual(dropStale({ ...before, why: "tabby" }, before), { model: "a", layer: "conv1", channel: "3", cell: "4,5", why: "tabby" });
});
