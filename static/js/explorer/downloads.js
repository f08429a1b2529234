/** Programs that fetch a view: with the address that the browser has, which a proxy may hide from the server. */

import { around, find, findAll, select } from "../dom.js";
import { home } from "../state.js";

export function startTakeaway() {
  document.addEventListener("toggle", (event) => {
    if (around(event, "#takeaway details", HTMLDetailsElement)?.open) atHome();
  }, true);
  document.addEventListener("click", async (event) => {
    const button = around(event, "#takeaway button[data-copies]", HTMLButtonElement);
    const code = button && find(`#${button.dataset.copies}`, HTMLElement);
    if (!code) return;
    select(code); // where the clipboard is forbidden, as without TLS, what is to be copied is at least marked
    await navigator.clipboard?.writeText(code.textContent ?? "");
  });
}

function atHome() {
  const section = find("#takeaway", HTMLElement);
  const told = section?.dataset.base;
  if (!section || !told || told === home()) return;
  for (const code of findAll("pre code", HTMLElement, section)) code.textContent = (code.textContent ?? "").replaceAll(told, home());
  section.dataset.base = home();
}
