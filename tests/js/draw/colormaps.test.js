/** The colour maps. A test of the server compares the control points. */

import assert from "node:assert/strict";
import test from "node:test";

import { colourTable, CONTROL_POINTS, mapsFor, tableValues } from "../../../static/js/draw/colormaps.js";

test("a table passes through its control points", () => {
  for (const [name, points] of Object.entries(CONTROL_POINTS)) {
    const table = colourTable(name);
    for (const [level, colour] of points.filter(([level]) => Number.isInteger(level))) {
      const found = [...table.slice(3 * level, 3 * level + 3)].map((each) => each.toString(16).padStart(2, "0"));
      assert.equal(`#${found.join("")}`, colour, `${name} at ${level}`);
    }
  }
});

test("grey is grey", () => {
  const table = colourTable("grey");
  for (let level = 0; level < 256; level++) assert.deepEqual([...table.slice(3 * level, 3 * level + 3)], [level, level, level]);
});

test("a filter's values round back to the table", () => {
  const table = colourTable("viridis");
  for (const [component, values] of tableValues("viridis").entries()) {
    const back = values.split(" ").map((value) => Math.round(255 * Number(value)));
    assert.deepEqual(back, Array.from({ length: 256 }, (_, level) => table[3 * level + component]));
  }
});

test("signed values have the diverging map unless one is chosen", () => {
  assert.deepEqual(mapsFor("auto"), ["viridis", "diverging"]);
  assert.deepEqual(mapsFor("grey"), ["grey", "grey"]);
});

test("an unknown map is refused", () => assert.throws(() => colourTable("jet"), RangeError));
