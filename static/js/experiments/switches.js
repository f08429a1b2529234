/** Channels that are switched off: each switch takes effect at once. */

import { closest, find, findAll } from "../dom.js";
import { addressOf, startLivePage } from "./live-page.js";

const LISTS = ["off", "cut"];

export function startSwitches() {
  const open = startLivePage(["consequences", "ranking", "moved"], ":is(.ranked, .depth) a, #all-on", setFields);
  document.addEventListener("change", (event) => {
    const field = event.target instanceof HTMLInputElement ? event.target : null; // some stand outside of their form
    if (field?.form?.id === "switches") void open(addressOf(field.form, LISTS));
    closest(event, ".of-layer select", HTMLSelectElement)?.form?.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    const form = closest(event, "#switches", HTMLFormElement);
    if (!form) return;
    event.preventDefault();
    void open(addressOf(form, LISTS));
  });
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
