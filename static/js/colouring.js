/** The large maps in colour. They are coloured and decoded before they are displayed, so that no SVG filter has to paint them. */

import { Failure, file, isAbort } from "./api.js";
import { decodeImage, findAll } from "./dom.js";
import { colourTable, mapsFor } from "./draw/colormaps.js";
import { colourPng } from "./lib/png.js";
import { currentView } from "./state.js";

const LARGE = "#sheet img, #channel-map";
const PATIENCE_MS = 100; // slower images appear when they are ready

/** @typedef {{ png: ArrayBuffer, url: string, decoded: HTMLImageElement }} ColouredMap `decoded` keeps the decoded image in memory */

/** @type {Map<HTMLImageElement, ColouredMap>} */
const colouredMaps = new Map();
/** @type {WeakSet<HTMLImageElement>} */
const dropped = new WeakSet(); // of pages that were dropped: colouring them ends without effect

/**
 * Colour and decode the large maps of a page before it is displayed, so that they appear in one frame.
 * @param {Document} rendered
 */
export async function colourMaps(rendered) {
  const ready = findAll(LARGE, HTMLImageElement, rendered).map(prepare);
  await Promise.race([Promise.all(ready), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
}

/** Release the maps that are no longer on the page. */
export function releaseRemovedMaps() {
  for (const image of colouredMaps.keys()) if (isRemoved(image)) release(image);
}

/**
 * Release the maps of a page that will not be displayed.
 * @param {Document} rendered
 */
export function releaseMaps(rendered) {
  for (const image of findAll(LARGE, HTMLImageElement, rendered)) {
    dropped.add(image);
    release(image);
  }
}

/** @param {string} colormap */
export function recolourMaps(colormap) {
  for (const [image, { png }] of colouredMaps) void colour(image, png, colormap);
}

/** @param {HTMLImageElement} image */
async function prepare(image) {
  try {
    const png = await file(image.getAttribute("src") ?? "", new AbortController().signal);
    await colour(image, await png.arrayBuffer(), chosenColormap());
  } catch (error) {
    if (!(error instanceof Failure) && !isAbort(error)) throw error; // the browser requests it again when it is displayed
  }
}

/**
 * @param {HTMLImageElement} image
 * @param {ArrayBuffer} png greyscale
 * @param {string} colormap
 */
async function colour(image, png, colormap) {
  const [unsigned, signed] = mapsFor(colormap);
  const pieces = colourPng(png, colourTable(image.classList.contains("signed") ? signed : unsigned));
  if (!pieces) return;
  const url = URL.createObjectURL(new Blob(pieces, { type: "image/png" }));
  const decoded = await decodeImage(url);
  if (!decoded || colormap !== chosenColormap() || isRemoved(image)) return URL.revokeObjectURL(url);
  release(image);
  colouredMaps.set(image, { png, url, decoded });
  image.classList.remove("map"); // removes the SVG filter
  image.src = url;
}

function chosenColormap() {
  return currentView().colormap ?? "auto";
}

/** @param {HTMLImageElement} image */
function isRemoved(image) {
  return dropped.has(image) || (image.ownerDocument === document && !image.isConnected);
}

/** @param {HTMLImageElement} image */
function release(image) {
  const before = colouredMaps.get(image);
  if (before) URL.revokeObjectURL(before.url);
  colouredMaps.delete(image);
}
