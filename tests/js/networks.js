/** Networks of any length to lay out, built like those of the papers. */

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
 * Two convolutions and a way around them; every third block changes the shape, so its way around has one too.
 * @param {number} blocks
 */
export function residual(blocks) {
  const nodes = [layer("stem", [])];
  let last = "stem";
  for (let block = 0; block < blocks; block++) {
    const chain = ["conv1", "bn1", "relu1", "conv2", "bn2"].map((name) => `${block}.${name}`);
    for (const [index, id] of chain.entries()) nodes.push(layer(id, [chain[index - 1] ?? last], block));
    const closest = block % 3 === 2 ? [`${block}.conv_shortcut`, `${block}.bn_shortcut`] : [];
    for (const [index, id] of closest.entries()) nodes.push(layer(id, [closest[index - 1] ?? last], block));
    nodes.push(layer(`${block}.add`, [chain[4], closest.at(-1) ?? last], block), layer(`${block}.relu`, [`${block}.add`], block));
    last = `${block}.relu`;
  }
  return nodes;
}

/**
 * Four branches side by side, of one, three and two convolutions and a pooling, put together again.
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
 * Every layer is given to all that follow in its block.
 * @param {number} blocks of six layers
 */
export function denselyConnected(blocks) {
  const nodes = [layer("stem", [])];
  let last = "stem";
  for (let block = 0; block < blocks; block++) {
    const made = [last];
    for (let index = 0; index < 6; index++) {
      nodes.push(layer(`${block}.${index}.concat`, [...made], block));
      nodes.push(layer(`${block}.${index}.conv`, [`${block}.${index}.concat`], block));
      made.push(`${block}.${index}.conv`);
    }
    nodes.push(layer(`${block}.pool`, [made[6]], block));
    last = `${block}.pool`;
  }
  return nodes;
}
