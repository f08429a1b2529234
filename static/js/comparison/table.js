/** The table of all networks: sorted and measured by the server, put in place without a reload. */

import { Failure, isAbort, page } from "../api.js";
import { around, complain, find, parse, swap } from "../dom.js";
import { onReturn, step } from "../state.js";

const FIGURES = "figures";

export function startFigures() {
  let running = new AbortController();

  /** @param {string} search @param {string} waiting */
  const show = async (search, waiting) => {
    running.abort();
    running = new AbortController();
    return ask(search, waiting, running.signal);
  };

  document.addEventListener("click", async (event) => {
    const link = around(event, `#${FIGURES} a[href^="?"]`, HTMLAnchorElement);
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const search = link.getAttribute("href") ?? "?";
    if (await show(search, link.dataset.waiting ?? "")) step(search);
  });
  onReturn((search) => void show(search || "?", ""));
}

/**
 * @param {string} search
 * @param {string} waiting what is said meanwhile
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} whether it is shown
 */
async function ask(search, waiting, signal) {
  const section = find(`#${FIGURES}`, HTMLElement);
  const status = find(`#${FIGURES} .wait`, HTMLElement);
  section?.setAttribute("aria-busy", "true");
  if (status) status.textContent = waiting;
  const scrolled = find(`#${FIGURES} .wide-table`, HTMLElement)?.scrollLeft ?? 0;
  try {
    const rendered = parse(await page(search, "page", signal));
    if (signal.aborted || !swap(FIGURES, rendered)) return false;
    const table = find(`#${FIGURES} .wide-table`, HTMLElement);
    if (table) table.scrollLeft = scrolled;
    return true;
  } catch (error) {
    if (isAbort(error) || signal.aborted) return false;
    if (!(error instanceof Failure)) throw error;
    complain(`#${FIGURES} h3`, error.message);
    section?.removeAttribute("aria-busy");
    if (status) status.textContent = "";
    return false;
  }
}
