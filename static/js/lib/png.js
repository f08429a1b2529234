/** A greyscale PNG in the colours of a colour map: the same pixels become indices into a palette. */

const [HEADER_TYPE, DEPTH, COLOUR_TYPE, HEADER_END, AFTER_HEADER] = [12, 24, 25, 29, 33]; // offsets in bytes
const [GREY, INDEXED] = [0, 3];
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47];

/**
 * @param {ArrayBuffer} png
 * @param {Uint8Array} table 256 colours, three bytes each
 * @returns {BlobPart[] | null} the parts of the coloured file; null unless it is an 8-bit greyscale PNG
 */
export function colourPng(png, table) {
  const bytes = new Uint8Array(png);
  const grey = bytes.length > AFTER_HEADER && bytes[DEPTH] === 8 && bytes[COLOUR_TYPE] === GREY;
  if (!grey || SIGNATURE.some((byte, at) => bytes[at] !== byte)) return null;
  const head = bytes.slice(0, AFTER_HEADER);
  head[COLOUR_TYPE] = INDEXED;
  new DataView(head.buffer).setUint32(HEADER_END, crc(head.subarray(HEADER_TYPE, HEADER_END)));
  return [head, chunk("PLTE", table), bytes.subarray(AFTER_HEADER)];
}

/**
 * @param {string} type
 * @param {Uint8Array} content
 */
function chunk(type, content) {
  const bytes = new Uint8Array(12 + content.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  for (let at = 0; at < 4; at++) bytes[4 + at] = type.charCodeAt(at);
  bytes.set(content, 8);
  view.setUint32(8 + content.length, crc(bytes.subarray(4, 8 + content.length)));
  return bytes;
}

/**
 * The CRC-32 of a chunk's type and content (PNG, section 5.5), bit by bit: a chunk here has less than a kilobyte.
 * @param {Uint8Array} bytes
 */
function crc(bytes) {
  let remainder = 0xffffffff;
  for (const byte of bytes) {
    remainder ^= byte;
    for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  }
  return ~remainder >>> 0;
}
