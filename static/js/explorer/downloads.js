/** The curl and Python code of a view, with the address of the browser: a proxy may hide it from the server. */

import { closest, find, findAll, selectText } from "../dom.js";
import { baseUrl } from "../state.js";

export function startDownloads() {
  document.addEventListener("toggle", (event) => {
    if (closest(event, "#downloads details", HTMLDetailsElement)?.open) replaceBase();
  }, true);
  document.addEventListener("click", async (event) => {
    const button = closest(event, "#downloads button[data-copies]", HTMLButtonElement);
    const code = button && find(`#${button.dataset.copies}`, HTMLElement);
    if (!code) return;
    selectText(code); // without TLS there is no clipboard: the reader copies the selection
    await navigator.clipboard?.writeText(code.textContent ?? "");
  });
}

/** Replace the server's own address in the code by that of the browser. */
function replaceBase() {
  const section = find("#downloads", HTMLElement);
  const base = section?.dataset.base;
  if (!section || !base || base === baseUrl()) return;
  for (const code of findAll("pre code", HTMLElement, section)) {
    code.textContent = (code.textContent ?? "").replaceAll(base, baseUrl());
  }
  section.dataset.base = baseUrl();
}
