/** The map as an SVG file that needs no style sheet and loads nothing, or as PNG. */

import { file } from "../../api.js";
import { createSvg, find, findAll, pngOf, saveFile } from "../../dom.js";
import { mark } from "../../draw/network-map.js";
import { tree } from "../../draw/tree.js";
import { fitLabels } from "./labels.js";

const STYLES = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-linejoin",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
];
const PAGE_ATTRIBUTES = ["class", "href", "tabindex", "aria-current"];
const LEGEND = { row: 20, item: 150, margin: 24 };

/**
 * @param {HTMLElement} root
 * @param {SVGGElement} drawing
 * @param {{ width: number, height: number }} size
 * @param {string} name of the file, with its ending
 */
export async function saveMap(root, drawing, size, name) {
  const copy = copyWhole(drawing);
  copy.removeAttribute("transform");
  const legend = drawLegend(root, size.width);
  legend.drawing.setAttribute("transform", `translate(0 ${size.height})`);
  const [width, height] = [size.width, size.height + legend.height];
  const sheet = find(".sheet-of-map", HTMLElement, root) ?? root;
  const ground = tree("rect", { width: "100%", height: "100%", fill: getComputedStyle(sheet).backgroundColor });
  const attributes = { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}` };
  const svg = createSvg(tree("svg", attributes, tree("title", {}, name), ground));
  for (const filter of findAll("filter#signed, filter#unsigned", SVGFilterElement)) svg.append(filter.cloneNode(true));
  svg.append(copy, legend.drawing);
  await embedImages(svg);
  const content = new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" });
  saveFile(name.endsWith(".png") ? await pngOf(content, width, height) : content, name);
}

/**
 * A copy of the whole drawing in full detail.
 * @param {SVGGElement} drawing
 */
function copyWhole(drawing) {
  const svg = drawing.ownerSVGElement;
  svg?.classList.add("whole");
  if (svg) fitLabels(svg, 1);
  const copy = copyWithStyles(drawing);
  svg?.classList.remove("whole");
  if (svg) fitLabels(svg, drawing.getCTM()?.a ?? 1);
  return copy;
}

/**
 * A copy with its computed styles as attributes.
 * @param {SVGElement} drawing
 * @returns {SVGElement}
 */
function copyWithStyles(drawing) {
  const copy = /** @type {SVGElement} */ (drawing.cloneNode(true));
  const originals = [drawing, ...drawing.querySelectorAll("*")];
  for (const [index, each] of [copy, ...copy.querySelectorAll("*")].entries()) {
    const style = getComputedStyle(originals[index]);
    for (const name of STYLES) each.setAttribute(name, style.getPropertyValue(name));
    if (style.display === "none") each.setAttribute("display", "none");
    if (each.classList.contains("map")) {
      each.setAttribute("filter", `url(#${each.classList.contains("signed") ? "signed" : "unsigned"})`);
    }
    if (each instanceof SVGImageElement) each.setAttribute("image-rendering", "pixelated");
    for (const name of PAGE_ATTRIBUTES) each.removeAttribute(name);
  }
  return copy;
}

/**
 * The legend of the page as a drawing.
 * @param {HTMLElement} root
 * @param {number} width
 */
function drawLegend(root, width) {
  const { row, item, margin } = LEGEND;
  const entries = findAll(".legend:not([hidden]) > span:not([hidden])", HTMLElement, root);
  const columns = Math.max(1, Math.floor((width - 2 * margin) / item));
  const style = getComputedStyle(root);
  const font = { fill: style.color, "font-size": 12, "font-family": style.fontFamily };
  const drawings = entries.flatMap((entry, index) => {
    const x = margin + (index % columns) * item;
    const y = Math.floor(index / columns) * row;
    const kind = entry.dataset.kind;
    const symbol = kind ? mark({ kind }) : tree("rect", { width: 12, height: 12 });
    Object.assign(symbol.attributes, symbolStyle(entry, kind));
    return [
      tree("g", { transform: `translate(${x} ${y + (kind ? 2 : 0)})` }, symbol),
      tree("text", { x: x + 18, y: y + 11, ...font }, entry.textContent?.trim() ?? ""),
    ];
  });
  return { drawing: createSvg(tree("g", {}, ...drawings)), height: Math.ceil(entries.length / columns) * row + margin };
}

/**
 * The colours of a legend entry as attributes, which all programs read.
 * @param {HTMLElement} entry
 * @param {string | undefined} kind
 * @returns {Record<string, string | number>}
 */
function symbolStyle(entry, kind) {
  const swatch = find(".swatch rect", SVGRectElement, entry);
  if (swatch) return { fill: getComputedStyle(swatch).fill };
  const style = getComputedStyle(entry, "::before");
  if (kind !== "other") return { fill: style.backgroundColor };
  return { fill: "none", stroke: style.borderTopColor, "stroke-width": 2 };
}

/**
 * Replace the addresses of the images by their content.
 * @param {SVGElement} svg
 */
async function embedImages(svg) {
  const signal = new AbortController().signal;
  /** @type {Map<string, Promise<string>>} */
  const contents = new Map();
  await Promise.all(
    findAll("image[data-href]", SVGImageElement, svg).map(async (image) => {
      const address = image.dataset.href ?? "";
      const content = contents.get(address) ?? file(address, signal).then(toDataUrl);
      contents.set(address, content);
      image.setAttribute("href", await content);
      delete image.dataset.href;
    }),
  );
}

/** @param {Blob} blob @returns {Promise<string>} */
function toDataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
