/** What the map is drawn from: the list of layers on the page, which says the same in words. */

import { find, findAll } from "../../dom.js";

/** @typedef {import("../../lib/layout/folding.js").Layer} Layer */

/** The layer that stands for the picture itself. */
export const INPUT = "input";

/**
 * @param {HTMLElement} map
 * @returns {{ layers: Layer[], blocks: string[] }} the picture first; the names of blocks by number
 */
export function readNetwork(map) {
  const blocks = findAll("#network details.block", HTMLDetailsElement);
  const numbers = new Map(blocks.map((block, number) => [block, number]));
  const layers = findAll("#network a.row", HTMLAnchorElement).map((row) => readLayer(row, numbers));
  return {
    layers: [picture(map), ...layers],
    blocks: blocks.map((block) => find(".name", HTMLElement, block)?.textContent ?? ""),
  };
}

/** @param {HTMLElement} map @returns {Layer} */
function picture({ dataset }) {
  const maps = dataset.view ? [{ src: dataset.view, signed: false, plain: true }] : [];
  const name = dataset.picture ?? "";
  return { id: INPUT, name, op: "", kind: "picture", block: null, inputs: [], shape: numbersIn(dataset.shape), params: 0, macs: 0, maps };
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
    op: find(".op", HTMLElement, row)?.textContent ?? "",
    kind,
    block: (block && blocks.get(block)) ?? null,
    inputs: inputs.split(" "),
    shape: numbersIn(shape),
    params: Number(params),
    macs: Number(macs),
    maps: mapsOf(row),
  };
}

/** @param {HTMLAnchorElement} row */
function mapsOf(row) {
  const thumbnail = find("img.thumb", HTMLImageElement, row);
  const src = thumbnail?.getAttribute("src");
  if (!src) return [];
  const signed = thumbnail?.classList.contains("signed") ?? false;
  const others = (row.dataset.strongest ?? "").split(" ").filter(Boolean);
  return [src, ...others.map((channel) => src.replace(/\/channels\/\d+\.png/, `/channels/${channel}.png`))].map((each) => ({ src: each, signed }));
}

/** @param {string | undefined} text */
function numbersIn(text) {
  return (text ?? "").split(" ").map(Number);
}
