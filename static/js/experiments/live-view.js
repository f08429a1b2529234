/** A view that follows its form: a change of a field is a new address, whose view takes the place of the old one. */

import { Failure, isAbort, page, refusalOf } from "../api.js";
import { closest, find, parseHtml, showNotice } from "../dom.js";
import { swap } from "../replacement.js";
import { onHistory, pushAddress, queryString } from "../state.js";
import { compute } from "./progress.js";

let loading = new AbortController();
let isLoading = false;
let onSwap = () => {};

/**
 * Follow the form of a view. What the view lacks is computed at once, and stops when the reader goes on.
 * @param {string} id of the view, which has the form
 * @param {() => void} [after] called when another one has taken its place
 */
export function startLiveView(id, after = () => {}) {
  onSwap = after;
  document.addEventListener("change", (event) => {
    const form = closest(event, `#${id} form.fields`, HTMLFormElement);
    if (form) follow(id, form);
  });
  document.addEventListener("submit", (event) => {
    const form = closest(event, `#${id} form.fields`, HTMLFormElement);
    if (!form) return;
    event.preventDefault();
    follow(id, form);
  });
  document.addEventListener("click", (event) => {
    if (closest(event, `#${id} .computation .stop`, HTMLButtonElement)) return loading.abort();
    if (!closest(event, `#${id} .computation .start`, HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void load(id, false);
  });
  onHistory(() => void load(id, true));
  void load(id, false);
}

/**
 * @param {string} id
 * @param {HTMLFormElement} form
 */
function follow(id, form) {
  const fields = [...new FormData(form)].filter(([, value]) => value);
  const query = new URLSearchParams(fields.map(([name, value]) => [name, String(value)])).toString();
  const isNew = query !== new URLSearchParams(queryString()).toString();
  if (isNew) pushAddress(`?${query}`);
  if (isNew || !isLoading) void load(id, true);
}

/**
 * Show the view of the address, and compute what it lacks.
 * @param {string} id
 * @param {boolean} isStale whether the page has the view of another address
 */
async function load(id, isStale) {
  loading.abort();
  const { signal } = (loading = new AbortController());
  isLoading = true;
  try {
    if (isStale) await render(id, signal);
    const box = find(`#${id} .computation`, HTMLElement);
    if (!box) return;
    await compute(box, signal);
    onSwap();
  } catch (error) {
    if (!isAbort(error) && !(error instanceof Failure)) throw error;
    if (error instanceof Failure) showNotice(`#${id} form.fields`, error.message);
  } finally {
    if (loading.signal === signal) isLoading = false;
  }
}

/**
 * @param {string} id
 * @param {AbortSignal} signal
 */
async function render(id, signal) {
  const rendered = parseHtml(await page(queryString() || "?", "page", signal));
  if (signal.aborted) return;
  const isOpen = find(`#${id} details.more`, HTMLDetailsElement)?.open;
  if (isOpen) find(`#${id} details.more`, HTMLDetailsElement, rendered)?.setAttribute("open", "");
  if (!swap(id, rendered)) throw refusalOf(rendered);
  onSwap();
}
