/** Folded blocks: which blocks of a network appear as one card on the map, and how the address records it. */

/**
 * @typedef {object} Layer
 * @property {string} id
 * @property {string} name within its block
 * @property {string} op
 * @property {string} kind
 * @property {number | null} block its index
 * @property {string[]} inputs
 * @property {number[]} shape
 * @property {number} params
 * @property {number} macs
 * @property {{ src: string, signed: boolean, plain?: boolean }[]} maps strongest first; a plain one is in colour already
 */

/**
 * One card of the map: a layer, or a folded block, which shows its last layer.
 * @typedef {object} Item
 * @property {string} id
 * @property {string[]} inputs
 * @property {number | null} block
 * @property {boolean} folded
 * @property {Layer[]} layers
 */

const MAX_UNFOLDED = 80; // a network with more layers starts with its blocks folded

/**
 * The items of a map: its layers, with each folded block as one item.
 * @param {readonly Layer[]} layers inputs first, the layers of a block in succession
 * @param {ReadonlySet<number>} open blocks that are unfolded
 * @returns {Item[]}
 */
export function foldBlocks(layers, open) {
  /** @type {Map<string, string>} */
  const itemOf = new Map();
  /** @type {Map<string, Item>} */
  const items = new Map();
  for (const layer of layers) {
    const isFolded = layer.block !== null && !open.has(layer.block);
    const id = isFolded ? blockId(layer.block ?? 0) : layer.id;
    const item = items.get(id) ?? { id, inputs: [], block: layer.block, folded: isFolded, layers: [] };
    const inputs = layer.inputs.map((input) => itemOf.get(input) ?? input).filter((input) => input !== id);
    item.inputs = [...new Set([...item.inputs, ...inputs])];
    item.layers.push(layer);
    items.set(id, item);
    itemOf.set(layer.id, id);
  }
  return [...items.values()];
}

/**
 * The id of a folded block. The ids of layers contain no space.
 * @param {number} block
 */
function blockId(block) {
  return `block ${block}`;
}

/** @param {readonly Layer[]} layers */
function defaultBlocks(layers) {
  return layers.length <= MAX_UNFOLDED ? "all" : "none";
}

/**
 * The unfolded blocks. The default is all of them, or none in a network with very many layers.
 * @param {string | undefined} text "all", "none" or indices separated by dots
 * @param {readonly Layer[]} layers
 * @returns {Set<number>}
 */
export function openBlocks(text, layers) {
  const blocks = new Set(layers.flatMap(({ block }) => block ?? []));
  const value = text ?? defaultBlocks(layers);
  if (value === "all" || value === "none") return value === "all" ? blocks : new Set();
  return new Set(value.split(".").map(Number).filter((block) => blocks.has(block)));
}

/**
 * The unfolded blocks as the address records them; undefined for the default.
 * @param {ReadonlySet<number>} open
 * @param {readonly Layer[]} layers
 * @returns {string | undefined}
 */
export function formatOpenBlocks(open, layers) {
  const blocks = new Set(layers.flatMap(({ block }) => block ?? []));
  const value = open.size === blocks.size ? "all" : open.size ? [...open].sort((a, b) => a - b).join(".") : "none";
  return value === defaultBlocks(layers) || !blocks.size ? undefined : value;
}
