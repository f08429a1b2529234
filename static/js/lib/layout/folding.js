/** Folding: which blocks of a network stand as one on the map, and what the address says of it. */

/**
 * @typedef {object} Layer
 * @property {string} id
 * @property {string} name within its block
 * @property {string} op
 * @property {string} kind
 * @property {number | null} block by number
 * @property {string[]} inputs
 * @property {number[]} shape
 * @property {number} params
 * @property {number} macs
 * @property {{ src: string, signed: boolean, plain?: boolean }[]} maps strongest first; a plain one has its own colours
 */

/**
 * What stands in one place of the map: a layer, or a whole block whose last layer stands for it.
 * @typedef {object} Item
 * @property {string} id
 * @property {string[]} inputs
 * @property {number | null} block
 * @property {boolean} folded
 * @property {Layer[]} layers
 */

const ROOM = 80; // layers that a map shows at once without being folded

/**
 * @param {readonly Layer[]} layers inputs first, a block's layers one after the other
 * @param {ReadonlySet<number>} open blocks that are unfolded
 * @returns {Item[]}
 */
export function folded(layers, open) {
  /** @type {Map<string, string>} */
  const itemOf = new Map();
  /** @type {Map<string, Item>} */
  const items = new Map();
  for (const layer of layers) {
    const whole = layer.block !== null && !open.has(layer.block);
    const id = whole ? blockId(layer.block ?? 0) : layer.id;
    const item = items.get(id) ?? { id, inputs: [], block: layer.block, folded: whole, layers: [] };
    const inputs = layer.inputs.map((input) => itemOf.get(input) ?? input).filter((input) => input !== id);
    item.inputs = [...new Set([...item.inputs, ...inputs])];
    item.layers.push(layer);
    items.set(id, item);
    itemOf.set(layer.id, id);
  }
  return [...items.values()];
}

/**
 * A block's name among the ids of layers: these hold no space.
 * @param {number} block
 */
function blockId(block) {
  return `block ${block}`;
}

/** @param {readonly Layer[]} layers */
function usual(layers) {
  return layers.length <= ROOM ? "all" : "none";
}

/**
 * The blocks that are unfolded. Where nothing is said, all of them, or none where they would be too many layers.
 * @param {string | undefined} said "all", "none" or numbers with dots between
 * @param {readonly Layer[]} layers
 * @returns {Set<number>}
 */
export function openBlocks(said, layers) {
  const blocks = new Set(layers.flatMap(({ block }) => block ?? []));
  const asked = said ?? usual(layers);
  if (asked === "all" || asked === "none") return asked === "all" ? blocks : new Set();
  return new Set(asked.split(".").map(Number).filter((block) => blocks.has(block)));
}

/**
 * How the address says which blocks are unfolded: as short as can be.
 * @param {ReadonlySet<number>} open
 * @param {readonly Layer[]} layers
 * @returns {string | undefined}
 */
export function sayOpen(open, layers) {
  const blocks = new Set(layers.flatMap(({ block }) => block ?? []));
  const said = open.size === blocks.size ? "all" : open.size ? [...open].sort((a, b) => a - b).join(".") : "none";
  return said === usual(layers) || !blocks.size ? undefined : said;
}
