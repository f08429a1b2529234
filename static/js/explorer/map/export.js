/** The map as a file: one SVG that needs no style sheet and asks for nothing. */

import { file } from "../../api.js";
import { find, findAll, grow, save } from "../../dom.js";
import { mark } from "../../draw/network-map.js";
import { tree } from "../../draw/tree.js";

const STYLES = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-linejoin", "opacity", "font-family", "font-size", "font-weight", "text-anchor", "display"];
const OF_PAGE = ["class", "href", "tabindex", "aria-label", "aria-current"];
const KEY = { row: 20, item: 150, margin: 24 };

/**
 * @param {HTMLElement} root
 * @param {SVGGElement} drawn
 * @param {{ width: number, height: number }} size
 * @param {string} name
 */
export async function saveMap(root, drawn, size, name) {
  const sheet = find(".sheet-of-map", HTMLElement, root) ?? root;
  const ground = getComputedStyle(sheet).backgroundColor;
  const copy = drawnWhole(drawn);
  copy.removeAttribute("transform");
  const key = keyOf(root, size.width);
  const height = size.height + key.height;
  key.drawing.setAttribute("transform", `translate(0 ${size.height})`);
  const svg = grow(
    tree("svg", { xmlns: "http://www.w3.org/2000/svg", width: size.width, height, viewBox: `0 0 ${size.width} ${height}` }, tree("title", {}, name), tree("rect", { width: "100%", height: "100%", fill: ground })),
  );
  for (const filter of findAll("filter#signed, filter#unsigned", SVGFilterElement)) svg.append(filter.cloneNode(true));
  svg.append(copy, key.drawing);
  await embed(svg);
  const content = new XMLSerializer().serializeToString(svg);
  save(new Blob([content], { type: "image/svg+xml" }), `${name}.svg`);
}

/**
 * A copy of all that is drawn, as it looks from near.
 * @param {SVGGElement} drawn
 */
function drawnWhole(drawn) {
  const svg = drawn.ownerSVGElement;
  const detail = svg?.dataset.detail;
  svg?.classList.add("whole");
  if (svg) svg.dataset.detail = "near";
  const copy = standing(drawn);
  svg?.classList.remove("whole");
  if (svg && detail) svg.dataset.detail = detail;
  return copy;
}

/**
 * A copy that carries its own styles.
 * @param {SVGElement} drawn
 * @returns {SVGElement}
 */
function standing(drawn) {
  const copy = /** @type {SVGElement} */ (drawn.cloneNode(true));
  const originals = [drawn, ...drawn.querySelectorAll("*")];
  for (const [index, each] of [copy, ...copy.querySelectorAll("*")].entries()) {
    const style = getComputedStyle(originals[index]);
    for (const name of STYLES) if (name !== "display" || style.display === "none") each.setAttribute(name, style.getPropertyValue(name));
    if (each.classList.contains("map")) each.setAttribute("filter", `url(#${each.classList.contains("signed") ? "signed" : "unsigned"})`);
    if (each instanceof SVGImageElement) each.setAttribute("image-rendering", "pixelated");
    for (const name of OF_PAGE) each.removeAttribute(name);
  }
  return copy;
}

/**
 * What the colours mean, as the page says it.
 * @param {HTMLElement} root
 * @param {number} width
 */
function keyOf(root, width) {
  const entries = findAll(".legend:not([hidden]) > span:not([hidden])", HTMLElement, root);
  const columns = Math.max(1, Math.floor((width - 2 * KEY.margin) / KEY.item));
  const style = getComputedStyle(root);
  const items = entries.flatMap((entry, index) => {
    const x = KEY.margin + (index % columns) * KEY.item;
    const y = Math.floor(index / columns) * KEY.row;
    const kind = entry.dataset.kind;
    const sign = kind ? mark({ kind }) : tree("rect", { width: 12, height: 12 });
    Object.assign(sign.attributes, signStyle(entry, kind));
    return [
      tree("g", { transform: `translate(${x} ${y + (kind ? 2 : 0)})` }, sign),
      tree("text", { x: x + 18, y: y + 11, fill: style.color, "font-size": 12, "font-family": style.fontFamily }, entry.textContent?.trim() ?? ""),
    ];
  });
  return { drawing: grow(tree("g", {}, ...items)), height: Math.ceil(entries.length / columns) * KEY.row + KEY.margin };
}

/**
 * The colours of an entry of the legend, in a way that all programs read.
 * @param {HTMLElement} entry
 * @param {string | undefined} kind
 * @returns {Record<string, string | number>}
 */
function signStyle(entry, kind) {
  const swatch = find(".swatch rect", SVGRectElement, entry);
  if (swatch) return { fill: getComputedStyle(swatch).fill };
  const sign = getComputedStyle(entry, "::before");
  return kind === "other" ? { fill: "none", stroke: sign.borderTopColor, "stroke-width": 2 } : { fill: sign.backgroundColor };
}

/** @param {SVGElement} svg */
async function embed(svg) {
  const signal = new AbortController().signal;
  /** @type {Map<string, Promise<string>>} */
  const known = new Map();
  await Promise.all(
    findAll("image[data-href]", SVGImageElement, svg).map(async (image) => {
      const address = image.dataset.href ?? "";
      const content = known.get(address) ?? file(address, signal).then(dataUrl);
      known.set(address, content);
      image.setAttribute("href", await content);
      delete image.dataset.href;
    }),
  );
}

/** @param {Blob} blob @returns {Promise<string>} */
function dataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
