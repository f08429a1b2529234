/** Choices of an experiment: its forms of the class `live`, and its links to itself but those that start a computation, swap one part of the page. */

import { Failure, isAbort, page, refusalOf } from "../api.js";
import { closest, find, parseHtml, showNotice } from "../dom.js";
import { swap } from "../replacement.js";
import { onHistory, pushAddress } from "../state.js";
import { startPending } from "./progress.js";

/**
 * @param {string} id the part of the page, and the last part of its address
 */
export function startChoices(id) {
  let running = new AbortController();

  /** @param {string} search */
  const show = async (search) => {
    running.abort();
    running = new AbortController();
    return load(id, search, running.signal);
  };
  /** @param {HTMLFormElement} form */
  const submit = async (form) => {
    const fields = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
    const search = `?${new URLSearchParams(fields)}`;
    if (await show(search)) pushAddress(search);
  };

  document.addEventListener("submit", (event) => {
    const form = closest(event, `#${id} form.live`, HTMLFormElement);
    if (!form) return;
    event.preventDefault();
    void submit(form);
  });
  document.addEventListener("change", (event) => {
    const form = closest(event, `#${id} form.live:not(:has(.main)) select`, HTMLSelectElement)?.form;
    if (form) void submit(form);
  });
  document.addEventListener("click", async (event) => {
    const link = event.target instanceof Element ? event.target.closest(`#${id} a[href^="${id}?"]:not(.start)`) : null;
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const search = (link.getAttribute("href") ?? "").slice(id.length);
    if (await show(search)) pushAddress(search);
  });
  onHistory((search) => void show(search || "?"));
}

/**
 * @param {string} id
 * @param {string} search
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} whether the new part is on the page
 */
async function load(id, search, signal) {
  const part = find(`#${id}`, HTMLElement);
  const status = find(`#${id} .wait`, HTMLElement);
  part?.setAttribute("aria-busy", "true");
  if (status) status.textContent = part?.dataset.waiting ?? "";
  try {
    const rendered = parseHtml(await page(search, "page", signal));
    if (signal.aborted) return false;
    if (!swap(id, rendered)) throw refusalOf(rendered);
    startPending();
    return true;
  } catch (error) {
    if (isAbort(error) || signal.aborted) return false;
    if (!(error instanceof Failure)) throw error;
    showNotice(`#${id} form`, error.message);
    return false;
  } finally {
    if (!signal.aborted) {
      part?.removeAttribute("aria-busy");
      if (status) status.textContent = "";
    }
  }
}
