/** Channels that are switched off: each switch takes effect at once, and is a step of the history. */

import { Failure, isAbort, page } from "../api.js";
import { closest, find, findAll, parseHtml, showNotice, swap } from "../dom.js";
import { onHistory, pushAddress } from "../state.js";

const PARTS = ["consequences", "ranking", "moved"];
const LISTS = ["off", "cut"];

/** @type {AbortController | null} */
let running = null;

export function startSwitches() {
  document.addEventListener("change", (event) => {
    const field = event.target instanceof HTMLInputElement ? event.target : null; // some stand outside of their form
    if (field?.form?.id === "switches") void open(addressOf(field.form));
    closest(event, ".of-layer select", HTMLSelectElement)?.form?.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    const form = closest(event, "#switches", HTMLFormElement);
    if (!form) return;
    event.preventDefault();
    void open(addressOf(form));
  });
  document.addEventListener("click", (event) => {
    const link = closest(event, ":is(.ranked, .depth) a, #all-on", HTMLAnchorElement);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void open(link.search);
  });
  onHistory((search) => void show(search));
}

/**
 * The address of what is switched off in the form.
 * @param {HTMLFormElement} form
 */
function addressOf(form) {
  const fields = [...new FormData(form)].filter(([name]) => !LISTS.includes(name));
  const parameters = new URLSearchParams(fields.map(([name, value]) => [name, String(value)]));
  for (const name of LISTS) {
    const values = new FormData(form).getAll(name);
    if (values.length) parameters.set(name, values.join(","));
  }
  return `?${parameters}`.replaceAll("%2C", ",");
}

/** @param {string} search */
async function open(search) {
  pushAddress(search);
  await show(search);
}

/**
 * Show what follows from the address, in place of what followed from the last one.
 * @param {string} search
 */
async function show(search) {
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  try {
    const rendered = parseHtml(await page(search, "page", signal));
    if (signal.aborted) return;
    for (const id of PARTS) swap(id, rendered, true);
    setFields(rendered);
  } catch (error) {
    if (!isAbort(error) && !(error instanceof Failure)) throw error;
    if (error instanceof Failure) showNotice("#consequences-title", error.message);
  }
}

/**
 * Set the switches and the hidden fields as in the rendered page, without replacing the maps.
 * @param {Document} rendered
 */
function setFields(rendered) {
  const form = find("#switches", HTMLFormElement);
  const other = find("#switches", HTMLFormElement, rendered);
  if (!form || !other) return;
  const chosen = new Set(fieldsOf(other).flatMap((field) => (field.checked ? [keyOf(field)] : [])));
  for (const field of fieldsOf(form)) field.checked = chosen.has(keyOf(field));
  for (const field of findAll("input[type=hidden]", HTMLInputElement, form)) field.remove();
  form.prepend(...findAll("input[type=hidden]", HTMLInputElement, other));
  find("#all-on", HTMLAnchorElement)?.replaceWith(find("#all-on", HTMLAnchorElement, rendered) ?? "");
}

/** @param {HTMLFormElement} form */
function fieldsOf(form) {
  return [...form.elements].filter((field) => field instanceof HTMLInputElement);
}

/** @param {HTMLInputElement} field */
function keyOf(field) {
  return `${field.name}=${field.value}`;
}
