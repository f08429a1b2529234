/** The computation of an experiment: started at once or on request, with its progress and a stop button. */

import { Failure, follow, isAbort, page } from "../api.js";
import { closest, find, parseHtml, swap } from "../dom.js";
import { formatWithPrefix } from "../lib/numbers.js";
import { text } from "../texts.js";

/** Compute what the page lacks, and show it in place of the box that says so. */
export function startComputation() {
  const box = find(".computation", HTMLElement);
  if (!box) return;
  /** @type {AbortController | null} */
  let running = null;
  const start = async () => {
    running = new AbortController();
    await compute(box, running.signal);
    running = null;
  };
  box.addEventListener("click", (event) => {
    if (closest(event, ".stop", HTMLButtonElement)) return running?.abort();
    if (!closest(event, ".start", HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void start();
  });
  void start();
}

/**
 * Follow a computation, and show its result in place of its box.
 * @param {HTMLElement} box
 * @param {AbortSignal} signal
 */
export async function compute(box, signal) {
  const { events = "", body = "", awaits = "", swaps = "" } = box.dataset;
  showState(box, true, "");
  try {
    await follow(events, (done, total) => showRuns(box, done, total), signal, body);
    const rendered = parseHtml(await page(awaits, "page", signal));
    for (const id of swaps.split(" ")) swap(id, rendered);
  } catch (error) {
    if (!isAbort(error) && !(error instanceof Failure)) throw error;
    showState(box, false, error instanceof Failure ? error.message : text("stopped"));
  }
}

/**
 * @param {HTMLElement} box
 * @param {number} done
 * @param {number} total 0 while the computation is queued
 */
function showRuns(box, done, total) {
  const bar = find("progress", HTMLProgressElement, box);
  if (bar && total) bar.value = done / total;
  const runs = { done: formatWithPrefix(done), total: formatWithPrefix(total) };
  showStatus(box, total ? text("runs", runs) : text("queued"));
}

/**
 * @param {HTMLElement} box
 * @param {boolean} isRunning
 * @param {string} status
 */
function showState(box, isRunning, status) {
  find(".start", HTMLElement, box)?.toggleAttribute("hidden", isRunning);
  find(".running", HTMLElement, box)?.toggleAttribute("hidden", !isRunning);
  showStatus(box, status);
}

/**
 * @param {HTMLElement} box
 * @param {string} status
 */
function showStatus(box, status) {
  const line = find(".status", HTMLElement, box);
  if (line) line.textContent = status;
}
