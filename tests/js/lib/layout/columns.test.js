/** The columns of the map: rows, the spine, lanes and slots. */

import assert from "node:assert/strict";
import test from "node:test";

import { assignSlots, columnsOf, graphOf, isFar } from "../../../../static/js/lib/layout/columns.js";

/** @param {string} id @param {string[]} inputs @param {number} convolutions */
const node = (id, inputs, convolutions) => ({ id, inputs, convolutions, height: 60, frame: null });
const NODES = [node("a", [], 1), node("b", ["a"], 1), node("c", ["a"], 0), node("d", ["b"], 1), node("e", ["c", "d"], 0)];
const GRAPH = graphOf(NODES);

test("the row of a node is its longest path", () => {
  assert.deepEqual(GRAPH.rank, [0, 1, 1, 2, 3]);
  assert.equal(GRAPH.rows, 4);
  assert.deepEqual(GRAPH.targets, [[1, 2], [3], [4], [4], []]);
});

test("the spine has the most convolutions, a branch has its own lane", () => {
  const { chain, below, lanes } = columnsOf(NODES, GRAPH);
  assert.deepEqual(chain, [-1, -1, 0, -1, -1]);
  assert.deepEqual(below, [1, 3, -1, 4, -1]);
  assert.deepEqual(lanes, [{ start: 1, end: 2 }]);
  assert.ok(isFar(GRAPH, below, 2, 4));
  assert.ok(!isFar(GRAPH, below, 3, 4));
});

test("overlapping intervals have different slots, others share one", () => {
  const { slot, count } = assignSlots([{ start: 0, end: 1 }, { start: 1, end: 2 }, { start: 2, end: 3 }], 4);
  assert.deepEqual(slot, [0, 1, 0]);
  assert.equal(count, 2);
});
