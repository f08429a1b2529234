/** The views that a reader has added to the report. Only the browser knows them. */

import { closest } from "../dom.js";
import { recall, remember } from "../memory.js";
import { siteAddress } from "../state.js";
import { text } from "../texts.js";

/** @typedef {{ address: string, title: string, note: string }} CollectedView the address is relative to the site */

const NAME = "report";
const MOST = 20;

/** @returns {CollectedView[]} in the order of the report */
export function collectedViews() {
  try {
    const entries = JSON.parse(recall(NAME) ?? "[]");
    return Array.isArray(entries) ? entries.filter(isView).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

/** @param {CollectedView[]} views */
export function storeViews(views) {
  remember(NAME, views.length ? JSON.stringify(views) : null);
}

/** Let the buttons of a page add its view to the report. */
export function startCollecting() {
  document.addEventListener("click", (event) => {
    const button = closest(event, "button[data-collects]", HTMLButtonElement);
    if (!button) return;
    const { model = "", image = "" } = button.dataset;
    button.textContent = add({ address: siteAddress({ model, image }), title: document.title.replace(/ · [^·]*$/, ""), note: "" });
  });
}

/**
 * Add a view, unless it is there or there are too many.
 * @param {CollectedView} view
 * @returns {string} what to say of it
 */
function add(view) {
  const views = collectedViews();
  const isThere = views.some(({ address }) => address === view.address);
  if (!isThere && views.length >= MOST) return text("report_full", { most: MOST });
  if (!isThere) storeViews([...views, view]);
  return text("report_added", { count: collectedViews().length, most: MOST });
}

/** @param {any} entry */
function isView(entry) {
  return ["address", "title", "note"].every((name) => typeof entry?.[name] === "string");
}
