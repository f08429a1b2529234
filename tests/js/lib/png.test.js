/** A grey PNG becomes one of the colours of a map, pixel for pixel, and stays a PNG that checks out. */

import assert from "node:assert/strict";
import test from "node:test";

import { colourTable } from "../../../static/js/draw/colormaps.js";
import { colourPng } from "../../../static/js/lib/png.js";

/** Two by one pixels of 8 bits of grey, as Pillow writes them: the levels 0 and 255. */
const GREY = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4nGNg+A8AAQIBAEK+vGgAAAAASUVORK5CYII=", "base64");
const TABLE = colourTable("viridis");

/** @param {Buffer} buffer @returns {ArrayBuffer} */
const alone = (buffer) => new Uint8Array(buffer).buffer;

/** @param {Uint8Array} bytes */
function chunksOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const chunks = [];
  for (let at = 8; at < bytes.length; at += 12 + view.getUint32(at)) {
    const end = at + 8 + view.getUint32(at);
    chunks.push({ type: String.fromCharCode(...bytes.subarray(at + 4, at + 8)), content: bytes.subarray(at + 8, end), crc: view.getUint32(end) });
  }
  return chunks;
}

test("the pixels stay, and are numbers of a palette", async () => {
  const pieces = colourPng(alone(GREY), TABLE);
  assert.ok(pieces);
  const [header, palette, ...rest] = chunksOf(new Uint8Array(await new Blob(pieces).arrayBuffer()));
  assert.deepEqual([...header.content.subarray(8, 10)], [8, 3]);
  assert.equal(palette.type, "PLTE");
  assert.deepEqual(palette.content, TABLE);
  assert.deepEqual(rest, chunksOf(new Uint8Array(GREY)).slice(1));
});

test("the checks of what has changed are those that zlib computes", async () => {
  const pieces = colourPng(alone(GREY), colourTable("grey")) ?? [];
  const [header, palette] = chunksOf(new Uint8Array(await new Blob(pieces).arrayBuffer()));
  assert.equal(header.crc, 0xc3fc8fb8);
  assert.equal(palette.crc, 0xe2b05d7d);
});

test("what is no PNG of 8 bits of grey is left alone", () => {
  const deep = Buffer.from(GREY);
  deep[24] = 16;
  const colour = Buffer.from(GREY);
  colour[25] = 2;
  for (const bytes of [deep, colour, GREY.subarray(0, 20), Buffer.from('{"error": "a makeNotice that is longer than a header"}')]) {
    assert.equal(colourPng(alone(bytes), TABLE), null);
  }
});
