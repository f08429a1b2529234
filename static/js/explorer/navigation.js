/** From one view to the next: requests the parts of the page that change and replaces them. */

import { Failure, isAbort, page, refusalOf } from "../api.js";
import { applyColormap } from "../appearance.js";
import { colourMaps, releaseMaps, releaseRemovedMaps } from "../colouring.js";
import { closest, find, parseHtml, showNotice } from "../dom.js";
import { swap } from "../replacement.js";
import {
  addressOf,
  currentView,
  navigate,
  onChange,
  parseAddress,
  PREDICTION_NAMES,
  PREFERENCES,
  replaceAddress,
} from "../state.js";
import { text } from "../texts.js";
import { scrollToAnswer } from "./landing.js";
import { markLayer } from "./layer-list.js";
import { showMap } from "./map/map.js";
import { hideTooltip } from "./tooltip.js";
import { cancelPrefetch, takePrefetched } from "./prefetch.js";
import { isReached } from "./player.js";
import { revealFoundClass } from "./prediction.js";
import { ribbonPosition, showPlace } from "./ribbon.js";

/** @typedef {import("../state.js").View} View */
/** @typedef {"page" | "picture" | "inspector"} Part of the page that the server renders */

const PATIENCE_MS = 200;

/** Called when another view is on the page. */
let onShow = () => {};

/**
 * @param {() => void} listener called when another view is on the page
 * @param {() => void} stay called when the view stays: another one was stopped, or could not be shown
 */
export function startNavigation(listener, stay) {
  onShow = listener;
  let current = currentView();
  let isLoading = false;
  let running = new AbortController();
  onChange(async (view, before) => {
    if (!isLoading) current = before; // colours and opacity change without a step
    isLoading = true;
    running.abort();
    running = new AbortController();
    const { signal } = running;
    const isShown = await showView(view, current, signal);
    if (isShown) current = view;
    if (signal.aborted && signal.reason !== "stopped") return; // another view is loading
    isLoading = false;
    if (isShown) return;
    replaceAddress(current); // what the reader does next starts from what the page shows
    showMap(current);
    stay();
  });
  find("#waiting button", HTMLButtonElement)?.addEventListener("click", () => running.abort("stopped"));
  document.addEventListener("click", followLink);
}

/**
 * Reload the page after the weights of a network are downloaded: its layers may have other names now.
 * @param {string} model
 */
export async function reloadNetwork(model) {
  cancelPrefetch();
  const current = currentView();
  const view = current.model === model ? { ...current, layer: undefined, channel: undefined } : current;
  replaceAddress(view);
  await showView(view, { ...view, model: "" }, new AbortController().signal);
}

/** @param {MouseEvent} event */
function followLink(event) {
  const link = closest(event, 'a[href^="?"]', Element); // of HTML, or of the drawing of the network
  if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  // Its address is that of the view on the page, which may be about to change.
  if (link.id === "to-graph") return navigate({ ...currentView(), map: "large" });
  const view = { ...parseAddress(link.getAttribute("href") ?? "") };
  for (const name of PREFERENCES) if (!link.hasAttribute(`data-${name}`)) view[name] = currentView()[name];
  navigate(view, { whole: true });
}

/**
 * Show a view in place of another.
 * @param {View} view
 * @param {View} before
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} whether it is shown
 */
async function showView(view, before, signal) {
  const part = partOf(view, before);
  const waitingText = () => (part === "page" ? text("running", { network: networkName(view) }) : text("loading"));
  const patience = setTimeout(() => showWaiting(waitingText()), PATIENCE_MS);
  try {
    const prefetched = part === "inspector" ? await takePrefetched(addressOf(view), signal) : null;
    const rendered = prefetched ?? (await loadPart(view, part, signal));
    if (signal.aborted) {
      releaseMaps(rendered);
      return false;
    }
    placeParts(rendered, view, before);
    return true;
  } catch (error) {
    if (isAbort(error) || signal.aborted) return false;
    if (!(error instanceof Failure)) throw error;
    showNotice("#inspector h2", error.message);
    return false;
  } finally {
    clearTimeout(patience);
    if (!signal.aborted || signal.reason === "stopped") showWaiting(null);
  }
}

/**
 * @param {View} view
 * @param {Part} part
 * @param {AbortSignal} signal
 */
async function loadPart(view, part, signal) {
  const rendered = parseHtml(await page(addressOf(view), part, signal));
  await colourMaps(rendered);
  return rendered;
}

/**
 * The smallest part of the page that contains every change.
 * @param {View} view
 * @param {View} before
 * @returns {Part}
 */
function partOf(view, before) {
  const names = [...new Set([...Object.keys(view), ...Object.keys(before)])];
  const changed = names.filter((name) => view[name] !== before[name]);
  const ofPrediction = changed.filter((name) => PREDICTION_NAMES.includes(name)).length;
  const both = ofPrediction > 0 && ofPrediction < changed.length;
  if (changed.includes("model") || changed.includes("image") || both) return "page";
  return ofPrediction ? "picture" : "inspector";
}

/**
 * @param {Document} rendered
 * @param {View} view
 * @param {View} before
 */
function placeParts(rendered, view, before) {
  if (find("main.alone", HTMLElement, rendered)) throw refusalOf(rendered);
  find(".notice.complaint", HTMLElement)?.remove();
  const position = ribbonPosition();
  const parts = ["ribbon", "ribbon-track", "picture", "network", "inspector", "downloads"];
  const isSame = view.layer === before.layer && view.why === before.why && view.model === before.model;
  for (const id of parts) swap(id, rendered, id === "picture" || isSame);
  showPlace(position);
  releaseRemovedMaps();
  if (view.colormap !== before.colormap) applyColormap(view.colormap ?? "auto");
  markLayer(view.layer);
  if (view.cell === before.cell) hideTooltip();
  onShow();
  showMap(view);
  const inspector = find("#inspector", HTMLElement);
  document.title = inspector?.dataset.title ?? document.title;
  const announcement = find("#announce", HTMLElement);
  if (announcement) announcement.textContent = document.title;
  if (!isReached(view.layer)) scrollToAnswer(view, before);
  if (view.target !== before.target) revealFoundClass();
}

/** @param {string | null} message null when nothing is loading */
function showWaiting(message) {
  const box = find("#waiting", HTMLElement);
  const line = find("#waiting p", HTMLElement);
  if (!box || !line) return;
  box.hidden = message === null;
  line.textContent = message ?? "";
  for (const id of ["picture", "network", "inspector"]) {
    find(`#${id}`, HTMLElement)?.setAttribute("aria-busy", String(message !== null));
  }
}

/** @param {View} view */
function networkName(view) {
  const current = find("#choose-network", HTMLElement);
  if (!view.model || view.model === current?.dataset.model) return find("span", HTMLElement, current ?? document)?.textContent ?? "";
  const link = find(`#networks a[data-model="${CSS.escape(view.model)}"]`, HTMLElement);
  return (link && find("strong", HTMLElement, link))?.textContent ?? link?.textContent ?? view.model;
}
