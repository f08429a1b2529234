/** The search among the cards of networks: those that do not match are hidden, and Enter opens the first one that does. */

import { closest, find, findAll } from "../dom.js";
import { text } from "../texts.js";

export function startNetworkSearch() {
  document.addEventListener("input", (event) => {
    const input = closest(event, "#find-network", HTMLInputElement);
    if (input) filterNetworks(input.value);
  });
  document.addEventListener("keydown", (event) => {
    const input = closest(event, "#find-network", HTMLInputElement);
    if (event.key !== "Enter" || !input?.value) return;
    event.preventDefault();
    find("#network-groups section:not([hidden]) li:not([hidden]) > a", HTMLAnchorElement)?.click();
  });
}

/** @param {string} search */
export function filterNetworks(search) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const cards = findAll("#network-groups li", HTMLElement);
  for (const card of cards) card.hidden = !words.every((word) => card.dataset.find?.includes(word));
  for (const group of findAll("#network-groups section", HTMLElement)) group.hidden = !group.querySelector("li:not([hidden])");
  const output = find("output[for=find-network]", HTMLOutputElement);
  if (!output) return;
  const count = cards.filter((card) => !card.hidden).length;
  const matches = count ? text("matches", { count, all: cards.length }) : (output.dataset.none ?? "");
  output.value = words.length === 0 ? "" : matches;
}
