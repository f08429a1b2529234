/** What typed factors change in a sum of products. */

import assert from "node:assert/strict";
import test from "node:test";

import { changeOf, valueOf } from "../../../static/js/number/products.js";

test("the change of a sum is that of its products", () => {
  const products = [{ factors: [2, 3], own: 1 }, { factors: [-0.5, 4], own: 2 }];
  assert.deepEqual(products.map(valueOf), [6, -2]);
  assert.equal(changeOf(products), 5 - 4);
});

test("a product of the network's own factors changes nothing", () => {
  const [one, other] = [0.1, 0.7];
  assert.equal(changeOf([{ factors: [one, other], own: one * other }]), 0);
});

test("nothing typed changes nothing, and no number makes it none", () => {
  assert.equal(changeOf([]), 0);
  assert.equal(changeOf([{ factors: [NaN, 1], own: 2 }]), NaN);
});
