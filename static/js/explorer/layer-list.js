/** The list of layers: the current layer, the search by name, and the choice of the network. */

import { closest, find, findAll, makeStrong } from "../dom.js";
import { currentView, navigate } from "../state.js";
import { text } from "../texts.js";

export function startLayerList() {
  document.addEventListener("input", (event) => {
    const input = closest(event, "#find", HTMLInputElement);
    if (input) filterLayers(input.value);
  });
  document.addEventListener("change", (event) => {
    const select = closest(event, "#model", HTMLSelectElement);
    if (!select) return;
    navigate({ ...currentView(), model: select.value, layer: undefined, channel: undefined, open: undefined });
  });
  markLayer(currentView().layer);
}

/**
 * Mark the current layer and scroll to it.
 * @param {string | undefined} layer
 */
export function markLayer(layer) {
  for (const row of findAll("a.row", HTMLAnchorElement)) {
    if (row.dataset.layer === layer) {
      row.setAttribute("aria-current", "true");
      scrollTo(row);
    } else {
      row.removeAttribute("aria-current");
    }
  }
}

/**
 * Mark the layer whose maps an explanation uses and scroll to it.
 * @param {string} layer "" for none
 * @param {string} label
 */
export function markExplainedLayer(layer, label) {
  for (const row of findAll("a.row.explains", HTMLAnchorElement)) {
    row.classList.remove("explains");
    find(".explained", HTMLElement, row)?.remove();
  }
  const row = layer ? find(`#${CSS.escape(`layer-${layer}`)}`, HTMLAnchorElement) : null;
  if (!row) return;
  row.classList.add("explains");
  find(".op", HTMLElement, row)?.after(makeStrong(label, "explained"));
  scrollTo(row);
}

/**
 * Scroll the list, and only the list, as little as possible to show a row.
 * @param {HTMLAnchorElement} row
 */
function scrollTo(row) {
  const list = find("#network .blocks", HTMLElement);
  const panel = list?.parentElement;
  if (!list || !panel || row.offsetParent === null) return;
  const scroller = list.scrollHeight > list.clientHeight ? list : panel;
  const covered = scroller === panel ? (find(".head", HTMLElement, panel)?.offsetHeight ?? 0) : 0;
  const [view, box] = [scroller.getBoundingClientRect(), row.getBoundingClientRect()];
  if (box.top < view.top + covered) scroller.scrollTop -= view.top + covered - box.top;
  else if (box.bottom > view.bottom) scroller.scrollTop += box.bottom - view.bottom;
}

/**
 * The layer some steps further down the list, among the visible ones.
 * @param {number} steps
 * @returns {string | undefined}
 */
export function neighbourLayer(steps) {
  const rows = findAll("a.row", HTMLAnchorElement).filter((row) => row.offsetParent !== null);
  const index = rows.findIndex((row) => row.hasAttribute("aria-current"));
  const first = steps > 0 ? 0 : rows.length - 1;
  const next = index < 0 ? first : Math.max(0, Math.min(rows.length - 1, index + steps));
  return rows[next]?.dataset.layer;
}

/** @param {string} search */
function filterLayers(search) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = findAll("a.row", HTMLAnchorElement);
  let count = 0;
  for (const row of rows) {
    const isMatch = words.every((word) => row.dataset.find?.includes(word));
    const item = row.parentElement;
    if (item) item.hidden = !isMatch;
    if (isMatch) count++;
  }
  for (const block of findAll(".block", HTMLElement)) block.hidden = !block.querySelector("li:not([hidden])");
  const output = find(".find output", HTMLOutputElement);
  const matches = count ? text("matches", { count, all: rows.length }) : (output?.dataset.none ?? "");
  if (output) output.value = words.length === 0 ? "" : matches;
}
