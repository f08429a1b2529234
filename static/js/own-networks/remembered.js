/** The networks that a reader has opened in this browser, the last one first. */

import { find } from "../dom.js";
import { recall, remember } from "../memory.js";

/** @typedef {{ id: string, name: string }} Remembered */

const NAME = "networks";
const MOST = 50;
const ID = /^own-[0-9a-f]{24}$/;

/** @returns {Remembered[]} */
export function rememberedNetworks() {
  try {
    const entries = JSON.parse(recall(NAME) ?? "[]");
    return Array.isArray(entries) ? entries.filter((entry) => ID.test(entry?.id) && typeof entry.name === "string") : [];
  } catch {
    return [];
  }
}

/** Remember the network of the view, if it is a reader's own. */
export function rememberShown() {
  const { model = "", name = "" } = find("#choose-network", HTMLElement)?.dataset ?? {};
  if (!ID.test(model)) return;
  store([{ id: model, name }, ...rememberedNetworks().filter((entry) => entry.id !== model)].slice(0, MOST));
}

/** @param {string} id */
export function forgetNetwork(id) {
  store(rememberedNetworks().filter((entry) => entry.id !== id));
}

/** @param {Remembered[]} entries */
function store(entries) {
  remember(NAME, entries.length ? JSON.stringify(entries) : null);
}
