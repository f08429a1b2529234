/** The list of layers: which one is looked at, finding one by name, and choosing another network. */

import { around, find, findAll, makeStrong } from "../dom.js";
import { text } from "../texts.js";
import { current, go } from "../state.js";

export function startNetwork() {
  document.addEventListener("input", (event) => {
    const input = around(event, "#find", HTMLInputElement);
    if (input) filter(input.value);
  });
  document.addEventListener("change", (event) => {
    const select = around(event, "#model", HTMLSelectElement);
    if (select) go({ ...current(), model: select.value, layer: undefined, channel: undefined, open: undefined });
  });
  markLayer(current().layer);
}

/**
 * Mark the layer that is looked at, and bring it into sight.
 * @param {string | undefined} layer
 */
export function markLayer(layer) {
  for (const row of findAll("a.row", HTMLAnchorElement)) {
    if (row.dataset.layer === layer) {
      row.setAttribute("aria-current", "true");
      reveal(row);
    } else {
      row.removeAttribute("aria-current");
    }
  }
}

/**
 * Mark the layer whose maps an explanation is made of, and bring it into sight.
 * @param {string} layer "" for none
 * @param {string} words
 */
export function markExplained(layer, words) {
  for (const row of findAll("a.row.explains", HTMLAnchorElement)) {
    row.classList.remove("explains");
    find(".explained", HTMLElement, row)?.remove();
  }
  const row = layer ? find(`#${CSS.escape(`layer-${layer}`)}`, HTMLAnchorElement) : null;
  if (!row) return;
  row.classList.add("explains");
  find(".op", HTMLElement, row)?.after(makeStrong(words, "explained"));
  reveal(row);
}

/**
 * Scroll the list alone, as little as brings a row into sight: all else stays where it is.
 * @param {HTMLAnchorElement} row
 */
function reveal(row) {
  const list = find("#network .blocks", HTMLElement);
  const place = list?.parentElement;
  if (!list || !place || row.offsetParent === null) return;
  const scroller = list.scrollHeight > list.clientHeight ? list : place;
  const covered = scroller === place ? (find(".head", HTMLElement, place)?.offsetHeight ?? 0) : 0;
  const [seen, own] = [scroller.getBoundingClientRect(), row.getBoundingClientRect()];
  if (own.top < seen.top + covered) scroller.scrollTop -= seen.top + covered - own.top;
  else if (own.bottom > seen.bottom) scroller.scrollTop += own.bottom - seen.bottom;
}

/**
 * The layer some steps further down the list, among those that are shown.
 * @param {number} steps
 * @returns {string | undefined}
 */
export function layerBeside(steps) {
  const rows = findAll("a.row", HTMLAnchorElement).filter((row) => row.offsetParent !== null);
  const at = rows.findIndex((row) => row.hasAttribute("aria-current"));
  const next = at < 0 ? (steps > 0 ? 0 : rows.length - 1) : Math.max(0, Math.min(rows.length - 1, at + steps));
  return rows[next]?.dataset.layer;
}

/** @param {string} search */
function filter(search) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = findAll("a.row", HTMLAnchorElement);
  let shown = 0;
  for (const row of rows) {
    const fits = words.every((word) => row.dataset.find?.includes(word));
    const item = row.parentElement;
    if (item) item.hidden = !fits;
    if (fits) shown++;
  }
  for (const block of findAll(".block", HTMLElement)) block.hidden = !block.querySelector("li:not([hidden])");
  const output = find(".find output", HTMLOutputElement);
  if (output) output.value = words.length === 0 ? "" : shown ? text("matches", { count: shown, all: rows.length }) : (output.dataset.none ?? "");
}
