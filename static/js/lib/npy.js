/** NumPy's `.npy` format (NEP 1) as the API sends it: float32, little-endian, C order. */

/** @typedef {{ shape: number[], values: Float32Array }} NpyArray */

const MAGIC = "\x93NUMPY";

/**
 * @param {ArrayBuffer} file
 * @returns {NpyArray | null} null for any other file
 */
export function readNpy(file) {
  const bytes = new Uint8Array(file);
  if (bytes.length < 12 || String.fromCharCode(...bytes.subarray(0, 6)) !== MAGIC) return null;
  const isLong = bytes[6] > 1; // from version 2 on, the header's length has four bytes
  const length = isLong ? new DataView(file).getUint32(8, true) : new DataView(file).getUint16(8, true);
  const start = (isLong ? 12 : 10) + length;
  const header = new TextDecoder().decode(bytes.subarray(isLong ? 12 : 10, start));
  const shape = /'shape': \(([\d, ]*)\)/.exec(header)?.[1].match(/\d+/g)?.map(Number) ?? [];
  const count = shape.reduce((product, side) => product * side, 1);
  if (!header.includes("'<f4'") || bytes.length !== start + 4 * count) return null;
  return { shape, values: new Float32Array(file.slice(start)) };
}
