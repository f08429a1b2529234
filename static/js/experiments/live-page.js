/** A page that follows its address: what a reader changes is a step of the history, and the parts that follow are replaced. */

import { Failure, isAbort, page, refusalOf } from "../api.js";
import { closest, parseHtml, showNotice } from "../dom.js";
import { swap } from "../replacement.js";
import { onHistory, pushAddress } from "../state.js";
import { startPending } from "./progress.js";

/**
 * @param {string[]} parts the ids of the elements that are replaced
 * @param {string} links the selector of the links that are followed without loading the page
 * @param {(rendered: Document) => void} after called when the parts are replaced
 * @returns {(search: string) => Promise<void>} goes to an address
 */
export function startLivePage(parts, links, after) {
  /** @type {AbortController | null} */
  let running = null;
  /** @param {string} search */
  const show = async (search) => {
    running?.abort();
    running = new AbortController();
    const { signal } = running;
    try {
      const rendered = parseHtml(await page(search, "page", signal));
      if (signal.aborted) return;
      if (parts.map((id) => swap(id, rendered, true)).includes(false)) throw refusalOf(rendered);
      after(rendered);
      startPending();
    } catch (error) {
      if (!isAbort(error) && !(error instanceof Failure)) throw error;
      if (error instanceof Failure) showNotice("#consequences-title", error.message);
    }
  };
  /** @param {string} search */
  const open = (search) => {
    pushAddress(search);
    return show(search);
  };
  document.addEventListener("click", (event) => {
    const link = closest(event, links, HTMLAnchorElement);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void open(link.search);
  });
  onHistory((search) => void show(search));
  return open;
}

/**
 * The address of what a form holds, with the values of lists joined by commas.
 * @param {HTMLFormElement} form
 * @param {string[]} [lists]
 */
export function addressOf(form, lists = []) {
  const data = new FormData(form);
  const parameters = new URLSearchParams([...data].flatMap(([name, value]) => (lists.includes(name) || value === "" ? [] : [[name, String(value)]])));
  for (const name of lists) if (data.has(name)) parameters.set(name, data.getAll(name).join(","));
  return `?${parameters}`.replaceAll("%2C", ",");
}
