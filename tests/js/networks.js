/** Networks of any length, built like those of the papers. */

/** @typedef {import("../../static/js/lib/layout/layout.js").Node} Node */

/**
 * @param {string} id
 * @param {string[]} inputs
 * @param {number | null} frame
 * @returns {Node}
 */
function layer(id, inputs, frame = null) {
  const convolutions = /conv|stem/.test(id) ? 1 : 0;
  return { id, inputs, convolutions, height: convolutions ? 62 : 32, frame };
}

/**
 * Residual blocks: two convolutions and a shortcut. Every third block changes the shape: its shortcut has a convolution.
 * @param {number} blocks
 */
export function residual(blocks) {
  const nodes = [layer("stem", [])];
  let last = "stem";
  for (let block = 0; block < blocks; block++) {
    const chain = ["conv1", "bn1", "relu1", "conv2", "bn2"].map((name) => `${block}.${name}`);
    for (const [index, id] of chain.entries()) nodes.push(layer(id, [chain[index - 1] ?? last], block));
    const shortcut = block % 3 === 2 ? [`${block}.conv_shortcut`, `${block}.bn_shortcut`] : [];
    for (const [index, id] of shortcut.entries()) nodes.push(layer(id, [shortcut[index - 1] ?? last], block));
    nodes.push(layer(`${block}.add`, [chain[4], shortcut.at(-1) ?? last], block), layer(`${block}.relu`, [`${block}.add`], block));
    last = `${block}.relu`;
  }
  return nodes;
}

/**
 * Inception blocks: four parallel branches of one, three and two convolutions and a pooling, concatenated.
 * @param {number} blocks
 */
export function inception(blocks) {
  const nodes = [layer("stem", [])];
  let last = "stem";
  for (let block = 0; block < blocks; block++) {
    const branches = [["conv0"], ["conv0", "conv1", "conv2"], ["conv0", "conv1"], ["pool", "conv0"]];
    for (const [branch, names] of branches.entries()) {
      const chain = names.map((name) => `${block}.${branch}.${name}`);
      for (const [index, id] of chain.entries()) nodes.push(layer(id, [chain[index - 1] ?? last], block));
    }
    nodes.push(layer(`${block}.concat`, branches.map((names, branch) => `${block}.${branch}.${names.at(-1)}`), block));
    last = `${block}.concat`;
  }
  return nodes;
}

/**
 * Dense blocks: every layer is an input of all later ones in its block.
 * @param {number} blocks of six layers
 */
export function denselyConnected(blocks) {
  const nodes = [layer("stem", [])];
  let last = "stem";
  for (let block = 0; block < blocks; block++) {
    const outputs = [last];
    for (let index = 0; index < 6; index++) {
      nodes.push(layer(`${block}.${index}.concat`, [...outputs], block));
      nodes.push(layer(`${block}.${index}.conv`, [`${block}.${index}.concat`], block));
      outputs.push(`${block}.${index}.conv`);
    }
    nodes.push(layer(`${block}.pool`, [outputs[6]], block));
    last = `${block}.pool`;
  }
  return nodes;
}
