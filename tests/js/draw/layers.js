/** A small network to draw. */

/** @typedef {import("../../../static/js/lib/layout/folding.js").Layer} Layer */

/**
 * @param {Pick<Layer, "id" | "kind" | "inputs" | "shape" | "params"> & { block?: number }} values
 * @returns {Layer}
 */
function layer({ block, ...values }) {
  const maps = values.shape.length === 3 ? [1, 2, 3].map((map) => ({ src: `${values.id}/${map}.png`, signed: false })) : [];
  const op = values.kind === "dense" ? "Gemm" : "Conv";
  return { ...values, name: values.id, op, macs: 100 * values.params, block: block ?? null, maps };
}

export const LAYERS = [
  layer({ id: "conv1", kind: "convolution", inputs: [], shape: [64, 112, 112], params: 9408 }),
  layer({ id: "relu1", kind: "activation", inputs: ["conv1"], shape: [64, 112, 112], params: 0 }),
  layer({ id: "a", kind: "convolution", inputs: ["relu1"], shape: [256, 56, 56], params: 100, block: 0 }),
  layer({ id: "b", kind: "merge", inputs: ["a", "relu1"], shape: [256, 56, 56], params: 0, block: 0 }),
  layer({ id: "fc", kind: "dense", inputs: ["b"], shape: [1000], params: 256000 }),
];

/** Milliseconds of some layers. */
export const TIMES = new Map([["conv1", 2], ["a", 0.5]]);
