/** NumPy's file format (NEP 1) as the API sends it: float32, little-endian, C order. */

/** @typedef {{ shape: number[], values: Float32Array }} Numbers */

const MAGIC = "\x93NUMPY";

/**
 * @param {ArrayBuffer} file
 * @returns {Numbers | null} null if it is no such file
 */
export function readNpy(file) {
  const bytes = new Uint8Array(file);
  if (bytes.length < 12 || String.fromCharCode(...bytes.subarray(0, 6)) !== MAGIC) return null;
  const wide = bytes[6] > 1; // format 2 and later count the header in four bytes
  const length = wide ? new DataView(file).getUint32(8, true) : new DataView(file).getUint16(8, true);
  const start = (wide ? 12 : 10) + length;
  const header = new TextDecoder().decode(bytes.subarray(wide ? 12 : 10, start));
  const shape = /'shape': \(([\d, ]*)\)/.exec(header)?.[1].match(/\d+/g)?.map(Number) ?? [];
  const count = shape.reduce((product, side) => product * side, 1);
  if (!header.includes("'<f4'") || bytes.length !== start + 4 * count) return null;
  return { shape, values: new Float32Array(file.slice(start)) };
}
