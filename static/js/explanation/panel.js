/** The question why: asking it, changing it, and looking through the map that answers it. */

import { around, find, findAll } from "../dom.js";
import { address, current, go, parameters } from "../state.js";
import { showThrough } from "../explorer/inspector.js";
import { beginMaking, startMaking } from "./progress.js";
import { markExplained } from "../explorer/layer-list.js";

export function startWhy() {
  startMaking();
  document.addEventListener("change", (event) => {
    const field = around(event, "#ask input, #ask select", HTMLElement);
    const form = field && find("#ask", HTMLFormElement);
    if (form?.reportValidity()) ask(form);
  });
  document.addEventListener("submit", (event) => {
    const form = around(event, "#ask", HTMLFormElement);
    if (!form) return;
    event.preventDefault();
    ask(form);
  });
  document.addEventListener("click", (event) => {
    const link = around(event, "#explanation-map a[data-overlay], #picture a[data-why]", HTMLAnchorElement);
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { why } = link.dataset;
    if (why === undefined) lookThrough(link.dataset.overlay || find("#opacity", HTMLInputElement)?.dataset.usual || "1");
    else if (why !== current().why) go({ ...current(), why, against: "", at: "" });
  });
  document.addEventListener("input", (event) => {
    const slider = around(event, "#explanation-map #opacity", HTMLInputElement);
    if (slider) mark(slider.value);
  });
  showWhy();
}

/** Why the best class, or when that is on the page already, back to what it was before. */
export function askWhy() {
  if (current().why) go({ ...current(), why: undefined });
  else find("#picture .guesses a.name", HTMLAnchorElement)?.click();
}

/** What follows once another view is in its place: class and layer are marked, what is still to be made is begun. */
export function showWhy() {
  const { index: asked = "", at = "", made = "" } = find("#inspector .explanation-target", HTMLElement)?.dataset ?? {};
  for (const row of findAll("#picture .guesses.detailed [data-index]", HTMLElement)) {
    if (asked && row.dataset.index === asked) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
  markExplained(at, made);
  beginMaking();
}

/**
 * Ask what the form says; what is as usual is not mentioned.
 * @param {HTMLFormElement} form
 */
function ask(form) {
  /** @type {Record<string, string>} */
  const asked = {};
  for (const field of findAll("select, input:not([type=hidden])", HTMLElement, form)) {
    if (!(field instanceof HTMLSelectElement || field instanceof HTMLInputElement) || field.disabled) continue;
    asked[field.name] = field.value === field.dataset.default ? "" : field.value.trim();
  }
  const before = current();
  const again = find("#inspector .notice", HTMLElement) !== null;
  const kept = asked.method === (before.method ?? "") ? before : { ...before, ...Object.fromEntries(parameters().map((name) => [name, ""])) };
  const wanted = { ...kept, ...asked };
  if (again || address(wanted) !== address(before)) go(wanted); // Enter changes a field and submits the form
}

/** @param {string} opacity 0..1 */
function lookThrough(opacity) {
  const slider = find("#opacity", HTMLInputElement);
  if (slider) slider.value = opacity;
  showThrough(opacity);
  mark(opacity);
}

/**
 * The map alone is not faded where it says little.
 * @param {string} opacity
 */
function mark(opacity) {
  const alone = Number(opacity) === 1;
  find("#explanation-map .veil", SVGGElement)?.setAttribute("mask", alone ? "none" : "url(#strength)");
  for (const [selector, chosen] of /** @type {[string, boolean][]} */ ([["#overlay-off", alone], ["#overlay-on", !alone]])) {
    if (chosen) find(selector, HTMLAnchorElement)?.setAttribute("aria-current", "true");
    else find(selector, HTMLAnchorElement)?.removeAttribute("aria-current");
  }
}
