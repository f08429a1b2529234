/** A greyscale PNG gets a palette: the same pixels, and valid checksums. */

import assert from "node:assert/strict";
import test from "node:test";

import { colourTable } from "../../../static/js/draw/colormaps.js";
import { colourPng } from "../../../static/js/lib/png.js";

/** A greyscale PNG of 2 x 1 pixels with the levels 0 and 255, written by Pillow. */
const GREY = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4nGNg+A8AAQIBAEK+vGgAAAAASUVORK5CYII=", "base64");
const TABLE = colourTable("viridis");

/** @param {Buffer} buffer @returns {ArrayBuffer} */
const copy = (buffer) => new Uint8Array(buffer).buffer;

/** @param {Uint8Array} bytes */
function chunksOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const chunks = [];
  for (let at = 8; at < bytes.length; at += 12 + view.getUint32(at)) {
    const end = at + 8 + view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    chunks.push({ type, content: bytes.subarray(at + 8, end), crc: view.getUint32(end) });
  }
  return chunks;
}

test("the pixels become indices into the palette", async () => {
  const pieces = colourPng(copy(GREY), TABLE);
  assert.ok(pieces);
  const [header, palette, ...rest] = chunksOf(new Uint8Array(await new Blob(pieces).arrayBuffer()));
  assert.deepEqual([...header.content.subarray(8, 10)], [8, 3]);
  assert.equal(palette.type, "PLTE");
  assert.deepEqual(palette.content, TABLE);
  assert.deepEqual(rest, chunksOf(new Uint8Array(GREY)).slice(1));
});

test("the checksums of the changed chunks are those of zlib", async () => {
  const pieces = colourPng(copy(GREY), colourTable("grey")) ?? [];
  const [header, palette] = chunksOf(new Uint8Array(await new Blob(pieces).arrayBuffer()));
  assert.equal(header.crc, 0xc3fc8fb8);
  assert.equal(palette.crc, 0xe2b05d7d);
});

test("any other file is refused", () => {
  const deep = Buffer.from(GREY);
  deep[24] = 16;
  const colour = Buffer.from(GREY);
  colour[25] = 2;
  for (const bytes of [deep, colour, GREY.subarray(0, 20), Buffer.from('{"error": "a text that is longer than a PNG header"}')]) {
    assert.equal(colourPng(copy(bytes), TABLE), null);
  }
});
