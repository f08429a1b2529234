/** The large maps in their colours: coloured and decoded before they are shown, which a filter does as they are painted. */

import { Failure, file, isAbort } from "./api.js";
import { decodeImage, findAll } from "./dom.js";
import { colourTable, mapsFor } from "./draw/colormaps.js";
import { coloured } from "./lib/png.js";
import { current } from "./state.js";

const LARGE = "#sheet img, #channel-map";
const PATIENCE_MS = 100; // what takes longer is shown once it is there

/** @typedef {{ png: ArrayBuffer, url: string, decoded: HTMLImageElement }} Coloured `decoded` keeps it so */

/** @type {Map<HTMLImageElement, Coloured>} */
const shown = new Map();
/** @type {WeakSet<HTMLImageElement>} */
const unwanted = new WeakSet(); // of pages let go of: a colouring under way ends in nothing

/**
 * Colour and decode the maps that are looked at first, so that one frame shows all.
 * @param {Document} rendered
 */
export async function pictured(rendered) {
  const ready = findAll(LARGE, HTMLImageElement, rendered).map(prepare);
  await Promise.race([Promise.all(ready), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
}

/** Let go of the pictures of what is no longer on the page. */
export function replaced() {
  for (const image of shown.keys()) if (isGone(image)) letGo(image);
}

/**
 * Let go of the pictures of a page that will not be shown.
 * @param {Document} rendered
 */
export function unpictured(rendered) {
  for (const image of findAll(LARGE, HTMLImageElement, rendered)) {
    unwanted.add(image);
    letGo(image);
  }
}

/** @param {string} chosen the colour map */
export function recolour(chosen) {
  for (const [image, { png }] of shown) void colour(image, png, chosen);
}

/** @param {HTMLImageElement} image */
async function prepare(image) {
  try {
    const found = await file(image.getAttribute("src") ?? "", new AbortController().signal);
    await colour(image, await found.arrayBuffer(), wanted());
  } catch (error) {
    if (!(error instanceof Failure) && !isAbort(error)) throw error; // it is asked for again where it is shown
  }
}

/**
 * @param {HTMLImageElement} image
 * @param {ArrayBuffer} png grey
 * @param {string} chosen
 */
async function colour(image, png, chosen) {
  const [unsigned, signed] = mapsFor(chosen);
  const pieces = coloured(png, colourTable(image.classList.contains("signed") ? signed : unsigned));
  if (!pieces) return;
  const url = URL.createObjectURL(new Blob(pieces, { type: "image/png" }));
  const decoded = await decodeImage(url);
  if (!decoded || chosen !== wanted() || isGone(image)) return URL.revokeObjectURL(url);
  letGo(image);
  shown.set(image, { png, url, decoded });
  image.classList.remove("map"); // the filter's
  image.src = url;
}

function wanted() {
  return current().colormap ?? "auto";
}

/** @param {HTMLImageElement} image */
function isGone(image) {
  return unwanted.has(image) || (image.ownerDocument === document && !image.isConnected);
}

/** @param {HTMLImageElement} image */
function letGo(image) {
  const before = shown.get(image);
  if (before) URL.revokeObjectURL(before.url);
  shown.delete(image);
}
