/** Numbers typed over the factors of a sum, and what becomes of it: computed in the page alone. */

import { closest, find, findAll, makeNumberField } from "../dom.js";
import { decimalsOf, formatFixed, formatNumber, parseNumber } from "../lib/numbers.js";
import { changeOf, valueOf } from "./products.js";

/** @typedef {{ factors: HTMLElement[], product: HTMLElement }} Row the elements of a product */

/** @type {Map<Element, Node>} what is typed over or computed anew, as the server rendered it */
const originals = new Map();
/** @type {Map<Element, number>} */
const typed = new Map();

document.addEventListener("click", (event) => {
  if (closest(event, "#what-if-reset", HTMLButtonElement)) reset();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !closest(event, ".trying input", HTMLInputElement)) return;
  event.preventDefault();
  reset();
}, true); // before the key that leaves the number
document.addEventListener("input", (event) => {
  const field = closest(event, ".trying input", HTMLInputElement);
  if (field) compute(field);
});

/** The products of the window and the kernel, or those that are listed as terms. Padding stays what it is. */
function rows() {
  const [inputs, kernel, products] = ["inputs", "kernel", "products"].map((name) => findAll(`.plane .${name} td`, HTMLElement));
  /** @type {Row[]} */
  const cells = products.map((product, at) => ({ factors: [inputs[at], kernel[at]], product }));
  for (const term of findAll(".number > .terms > .term:has(.factors)", HTMLElement)) {
    const product = find(":scope > data", HTMLElement, term);
    if (product) cells.push({ factors: findAll(".factors data", HTMLElement, term), product });
  }
  return cells;
}

/** Let every factor be typed over. */
export function tryNumbers() {
  const section = find("section.number", HTMLElement);
  if (section?.classList.contains("trying")) return; // pressed twice while this script was loading
  originals.clear();
  typed.clear();
  section?.classList.add("trying");
  for (const factor of rows().flatMap(({ factors }) => factors)) if (!factor.matches(".padding")) openField(factor);
  find("input", HTMLInputElement, section ?? document)?.select();
}

/** @param {HTMLElement} factor */
function openField(factor) {
  originals.set(factor, factor.cloneNode(true));
  factor.replaceChildren(makeNumberField(factor.textContent?.trim() ?? "", nameOf(factor)));
}

/** @param {HTMLElement} factor a cell of a grid, or a number of a term */
function nameOf(factor) {
  if (!(factor instanceof HTMLTableCellElement)) {
    return `${find(".what", HTMLElement, factor.closest(".term") ?? document)?.textContent?.trim()}, ${factor.dataset.name}`;
  }
  const row = factor.closest("tr")?.rowIndex ?? 0;
  return `${factor.closest("table")?.caption?.textContent} ${row}, ${factor.cellIndex}`;
}

/** @param {HTMLInputElement} field that was typed into */
function compute(field) {
  const factor = field.parentElement;
  const number = parseNumber(field.value);
  if (!factor) return;
  if (Number.isNaN(number)) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  factor.classList.add("typed");
  typed.set(factor, number);
  const changed = rows().filter(({ factors }) => factors.some((each) => typed.has(each)));
  for (const row of changed) show(row.product, valueOf(productOf(row)));
  const change = changeOf(changed.map(productOf));
  for (const selector of [".sum-of-plane data", "#what-if-total", "#what-if-change"]) {
    const element = find(selector, HTMLElement);
    if (element) show(element, numberOf(element) + change);
  }
}

/** @param {Row} row */
function productOf({ factors, product }) {
  return { factors: factors.map((each) => typed.get(each) ?? numberOf(each)), own: numberOf(product) };
}

/**
 * The number of the network.
 * @param {HTMLElement} element
 */
function numberOf(element) {
  return Number(element.dataset.value ?? element.getAttribute("value"));
}

/**
 * @param {HTMLElement} element of a number of the network
 * @param {number} value in its place
 */
function show(element, value) {
  const original = originals.get(element) ?? element.cloneNode(true);
  originals.set(element, original);
  const decimals = element.matches("td") ? decimalsOf(original.textContent ?? "") : 0;
  element.textContent = decimals ? formatFixed(value, decimals) : formatNumber(value);
  element.title = String(value);
  element.classList.add("typed");
}

function reset() {
  for (const [element, original] of originals) if (element.isConnected) element.replaceWith(original);
  find("section.trying", HTMLElement)?.classList.remove("trying");
  find("#what-if", HTMLButtonElement)?.focus();
}
