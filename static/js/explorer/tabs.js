/** The tabs of the inspector: one section at a time. The choice stays for the next channel, and is remembered. */

import { closest, find, findAll } from "../dom.js";
import { recall, remember } from "../memory.js";

const REMEMBERED = "tab";
/** @type {Readonly<Record<string, (index: number, count: number) => number>>} */
const STEPS = {
  ArrowRight: (index, count) => (index + 1) % count,
  ArrowLeft: (index, count) => (index + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

let chosen = recall(REMEMBERED) ?? "";

export function startTabs() {
  chosen = find(".tabs", HTMLElement)?.dataset.asked ?? chosen;
  document.addEventListener("click", (event) => {
    const tab = closest(event, ".tabs > button", HTMLButtonElement);
    if (tab) choose(tab);
  });
  document.addEventListener("keydown", (event) => {
    const tab = closest(event, ".tabs > button", HTMLButtonElement);
    if (!tab || !(event.key in STEPS) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const all = tabs();
    const next = all[STEPS[event.key](all.indexOf(tab), all.length)];
    choose(next);
    next.focus();
  });
  showTabs();
}

/** Show the section of the chosen tab, or the first one where there is no such tab. */
export function showTabs() {
  const all = tabs();
  const current = all.find(({ dataset }) => dataset.tab === chosen) ?? all[0];
  for (const tab of all) {
    tab.setAttribute("aria-selected", String(tab === current));
    tab.tabIndex = tab === current ? 0 : -1;
    const section = find(`#${tab.getAttribute("aria-controls")}`, HTMLElement);
    section?.setAttribute("role", "tabpanel");
    section?.setAttribute("aria-labelledby", tab.id);
    section?.toggleAttribute("hidden", tab !== current);
  }
  find(".tabs", HTMLElement)?.classList.add("ready");
}

/** @param {HTMLButtonElement} tab */
function choose(tab) {
  chosen = tab.dataset.tab ?? "";
  remember(REMEMBERED, chosen);
  showTabs();
}

function tabs() {
  return findAll(".tabs > button", HTMLButtonElement);
}
