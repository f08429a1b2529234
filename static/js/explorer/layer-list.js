/** The layers of the network: the current one, on the ribbon and in the list, the search by name. */

import { closest, find, findAll } from "../dom.js";
import { currentView } from "../state.js";
import { text } from "../texts.js";

export function startLayerList() {
  document.addEventListener("input", (event) => {
    const input = closest(event, "#find", HTMLInputElement);
    if (input) filterLayers(input.value);
  });
  markLayer(currentView().layer);
}

/**
 * Mark the current layer in the list.
 * @param {string | undefined} layer
 */
export function markLayer(layer) {
  for (const row of findAll("a.row", HTMLAnchorElement)) {
    if (row.dataset.layer === layer) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

/**
 * Mark the layer whose maps an explanation uses.
 * @param {string} layer "" for none
 * @param {string} description
 */
export function markExplainedLayer(layer, description) {
  for (const node of findAll("#ribbon a.node", Element)) {
    const explains = layer !== "" && node.getAttribute("data-layer") === layer;
    node.classList.toggle("explains", explains);
    if (explains) node.setAttribute("aria-description", description);
    else node.removeAttribute("aria-description");
  }
}

/**
 * The layer some steps further down the list, among those that the search leaves.
 * @param {number} steps
 * @returns {string | undefined}
 */
export function neighbourLayer(steps) {
  const rows = findAll("li:not([hidden]) > a.row", HTMLAnchorElement);
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
