/** The table of all networks: the server sorts and measures it, the page does not reload. */

import { Failure, isAbort, page, refusalOf } from "../api.js";
import { closest, find, parseHtml, showNotice } from "../dom.js";
import { swap } from "../replacement.js";
import { onHistory, pushAddress } from "../state.js";

const TABLE = "figures";

export function startTable() {
  let running = new AbortController();

  /** @param {string} search @param {string} waiting */
  const show = async (search, waiting) => {
    running.abort();
    running = new AbortController();
    return load(search, waiting, running.signal);
  };

  document.addEventListener("click", async (event) => {
    const link = closest(event, `#${TABLE} a[href^="?"]`, HTMLAnchorElement);
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const search = link.getAttribute("href") ?? "?";
    if (await show(search, link.dataset.waiting ?? "")) pushAddress(search);
  });
  onHistory((search) => void show(search || "?", ""));
}

/**
 * @param {string} search
 * @param {string} waiting the status meanwhile
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} whether the new table is shown
 */
async function load(search, waiting, signal) {
  const section = find(`#${TABLE}`, HTMLElement);
  const status = find(`#${TABLE} .wait`, HTMLElement);
  section?.setAttribute("aria-busy", "true");
  if (status) status.textContent = waiting;
  const scrollLeft = find(`#${TABLE} .wide-table`, HTMLElement)?.scrollLeft ?? 0;
  try {
    const rendered = parseHtml(await page(search, "page", signal));
    if (signal.aborted) return false;
    if (!swap(TABLE, rendered)) throw refusalOf(rendered);
    const table = find(`#${TABLE} .wide-table`, HTMLElement);
    if (table) table.scrollLeft = scrollLeft;
    return true;
  } catch (error) {
    if (isAbort(error) || signal.aborted) return false;
    if (!(error instanceof Failure)) throw error;
    showNotice(`#${TABLE} h3`, error.message);
    section?.removeAttribute("aria-busy");
    if (status) status.textContent = "";
    return false;
  }
}
