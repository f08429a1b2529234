/** NumPy's `.npy` format, byte by byte as in NEP 1. */

import assert from "node:assert/strict";
import test from "node:test";

import { readNpy } from "../../../static/js/lib/npy.js";

/** @param {string} header @param {number[]} values @param {number} [version] */
function file(header, values, version = 1) {
  const padded = header.padEnd(117) + "\n";
  const length = version === 1 ? [118, 0] : [118, 0, 0, 0];
  const head = [0x93, ...Buffer.from("NUMPY"), version, 0, ...length, ...Buffer.from(padded)];
  return Uint8Array.from([...head, ...Buffer.from(new Float32Array(values).buffer)]).buffer;
}

const HEADER = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";

test("an array has its shape and its exact values", () => {
  for (const version of [1, 2]) {
    const read = readNpy(file(HEADER, [0, 1, -2.5, 0.1, 1e-20, 3], version));
    assert.deepEqual(read?.shape, [2, 3]);
    assert.deepEqual([...(read?.values ?? [])], [0, 1, -2.5, Math.fround(0.1), Math.fround(1e-20), 3]);
  }
});

test("a single number has one axis or none", () => {
  assert.deepEqual(readNpy(file("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", [7]))?.shape, [1]);
  assert.deepEqual([...(readNpy(file("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", [7]))?.values ?? [])], [7]);
});

test("a truncated file, another type and another format are refused", () => {
  assert.equal(readNpy(file(HEADER, [1, 2, 3])), null);
  assert.equal(readNpy(file(HEADER.replace("<f4", "<f8"), [0, 1, 2, 3, 4, 5])), null);
  assert.equal(readNpy(new TextEncoder().encode("<html>no such thing</html>").buffer), null);
});
