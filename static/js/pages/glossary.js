/** The script of the glossary: the search. */

import { find, findAll } from "../dom.js";

const field = find("#search", HTMLInputElement);
field?.addEventListener("input", () => {
  const words = field.value.toLowerCase().split(/\s+/);
  const entries = findAll(".glossary > div", HTMLElement);
  for (const entry of entries) entry.hidden = !words.every((word) => entry.textContent?.toLowerCase().includes(word));
  find("#none", HTMLElement)?.toggleAttribute("hidden", entries.some((entry) => !entry.hidden));
});
