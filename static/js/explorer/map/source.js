/** The data of the map, read from the list of layers on the page. */

import { find, findAll } from "../../dom.js";

/** @typedef {import("../../lib/layout/folding.js").Layer} Layer */

/** The id of the network's input, which the map shows like a layer. */
export const INPUT = "input";

/**
 * @param {HTMLElement} map
 * @returns {{ layers: Layer[], blocks: string[] }} the input first; the names of blocks by index
 */
export function readNetwork(map) {
  const blocks = findAll("#network details.block", HTMLDetailsElement);
  const indices = new Map(blocks.map((block, index) => [block, index]));
  const layers = findAll("#network a.row", HTMLAnchorElement).map((row) => readLayer(row, indices));
  return {
    layers: [readInput(map), ...layers],
    blocks: blocks.map((block) => find(".name", HTMLElement, block)?.textContent ?? ""),
  };
}

/** @param {HTMLElement} map @returns {Layer} */
function readInput({ dataset }) {
  return {
    id: INPUT,
    name: dataset.picture ?? "",
    op: "",
    kind: "picture",
    block: null,
    inputs: [],
    shape: readNumbers(dataset.shape),
    params: 0,
    macs: 0,
    maps: dataset.view ? [{ src: dataset.view, signed: false, plain: true }] : [],
  };
}

/**
 * @param {HTMLAnchorElement} row
 * @param {ReadonlyMap<Element, number>} blocks
 * @returns {Layer}
 */
function readLayer(row, blocks) {
  const { layer = "", kind = "other", inputs = "", shape, params, macs } = row.dataset;
  const block = row.closest("details.block");
  return {
    id: layer,
    name: find(".name", HTMLElement, row)?.textContent ?? layer,
    op: find(".op", HTMLElement, row)?.dataset.plain ?? "",
    kind,
    block: (block && blocks.get(block)) ?? null,
    inputs: inputs.split(" "),
    shape: readNumbers(shape),
    params: Number(params),
    macs: Number(macs),
    maps: readMaps(row),
  };
}

/** @param {HTMLAnchorElement} row */
function readMaps(row) {
  const thumbnail = find("img.thumb", HTMLImageElement, row);
  const first = thumbnail?.getAttribute("src");
  if (!first) return [];
  const signed = thumbnail?.classList.contains("signed") ?? false;
  const channels = (row.dataset.strongest ?? "").split(" ").filter(Boolean);
  const others = channels.map((channel) => first.replace(/\/channels\/\d+\.png/, `/channels/${channel}.png`));
  return [first, ...others].map((src) => ({ src, signed }));
}

/** @param {string | undefined} list separated by spaces */
function readNumbers(list) {
  return (list ?? "").split(" ").map(Number);
}
