/** A grey PNG in the colours of a map: the same pixels, read as numbers of a palette instead of as levels of grey. */

const [HEADER_TYPE, DEPTH, COLOUR_TYPE, HEADER_END, AFTER_HEADER] = [12, 24, 25, 29, 33]; // bytes from the start
const [GREY, INDEXED] = [0, 3];
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47];

/**
 * @param {ArrayBuffer} png
 * @param {Uint8Array} table 256 colours, three bytes each
 * @returns {BlobPart[] | null} the pieces of the coloured file; null where it is no PNG of 8 bits of grey
 */
export function coloured(png, table) {
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
 * The check of a chunk's type and content (PNG, section 5.5), bit by bit: there are some hundred bytes to check.
 * @param {Uint8Array} bytes
 */
function crc(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  }
  return ~rest >>> 0;
}
