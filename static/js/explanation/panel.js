/** The explanation of a class or a channel: its form, its map and the marks of its class and layer. */

import { closest, find, findAll } from "../dom.js";
import { setOverlayOpacity } from "../explorer/inspector.js";
import { markExplainedLayer } from "../explorer/layer-list.js";
import { addressOf, currentView, methodParameters, navigate } from "../state.js";
import { startPending, startProgress } from "./progress.js";

export function startExplanation() {
  startProgress();
  document.addEventListener("change", (event) => {
    const field = closest(event, "#ask input, #ask select", HTMLElement);
    const form = field && find("#ask", HTMLFormElement);
    if (form?.reportValidity()) submit(form);
  });
  document.addEventListener("submit", (event) => {
    const form = closest(event, "#ask", HTMLFormElement);
    if (!form) return;
    event.preventDefault();
    submit(form);
  });
  document.addEventListener("click", followLink);
  document.addEventListener("input", (event) => {
    const slider = closest(event, "#explanation-map #opacity", HTMLInputElement);
    if (slider) markOpacity(slider.value);
  });
  updateExplanation();
}

/** Explain the best class, or end the current explanation. */
export function toggleExplanation() {
  if (currentView().why) navigate({ ...currentView(), why: undefined });
  else find("#picture .guesses a.name", HTMLAnchorElement)?.click();
}

/** Mark the class and the layer of the explanation on the page and start its pending computations. */
export function updateExplanation() {
  const { index = "", at = "", made = "" } = find("#inspector .explanation-target", HTMLElement)?.dataset ?? {};
  for (const row of findAll("#picture .guesses.detailed [data-index]", HTMLElement)) {
    if (index && row.dataset.index === index) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
  markExplainedLayer(at, made);
  startPending();
}

/**
 * Follow a link to the explanation of a class, or to another opacity of the map.
 * @param {MouseEvent} event
 */
function followLink(event) {
  const link = closest(event, "#explanation-map a[data-overlay], #picture a[data-why]", HTMLAnchorElement);
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { why, overlay } = link.dataset;
  if (why === undefined) setOpacity(overlay || find("#opacity", HTMLInputElement)?.dataset.usual || "1");
  else if (why !== currentView().why) navigate({ ...currentView(), why, against: "", at: "" });
}

/**
 * Show the explanation that a form describes. Defaults stay out of the address.
 * @param {HTMLFormElement} form
 */
function submit(form) {
  /** @type {Record<string, string>} */
  const values = {};
  for (const field of findAll("select, input:not([type=hidden])", HTMLElement, form)) {
    if (!(field instanceof HTMLSelectElement || field instanceof HTMLInputElement) || field.disabled) continue;
    values[field.name] = field.value === field.dataset.default ? "" : field.value.trim();
  }
  const before = currentView();
  const isSameMethod = values.method === (before.method ?? "");
  const cleared = Object.fromEntries(methodParameters().map((name) => [name, ""]));
  const view = { ...before, ...(isSameMethod ? {} : cleared), ...values };
  const isRetry = find("#inspector .notice", HTMLElement) !== null;
  // Enter both changes a field and submits the form.
  if (isRetry || addressOf(view) !== addressOf(before)) navigate(view);
}

/** @param {string} opacity 0..1 */
function setOpacity(opacity) {
  const slider = find("#opacity", HTMLInputElement);
  if (slider) slider.value = opacity;
  setOverlayOpacity(opacity);
  markOpacity(opacity);
}

/**
 * Mark the link of an opacity. Over the input, weak values of the map are transparent; alone, they are not.
 * @param {string} opacity
 */
function markOpacity(opacity) {
  const isAlone = Number(opacity) === 1;
  find("#explanation-map .veil", SVGGElement)?.setAttribute("mask", isAlone ? "none" : "url(#strength)");
  markCurrent("#overlay-off", isAlone);
  markCurrent("#overlay-on", !isAlone);
}

/**
 * @param {string} selector
 * @param {boolean} isCurrent
 */
function markCurrent(selector, isCurrent) {
  if (isCurrent) find(selector, HTMLAnchorElement)?.setAttribute("aria-current", "true");
  else find(selector, HTMLAnchorElement)?.removeAttribute("aria-current");
}
