/** The computation of an experiment: started at once or on request, with its progress and a stop button. */

import { Failure, follow, isAbort, page, refusalOf } from "../api.js";
import { closest, find, findAll, parseHtml } from "../dom.js";
import { formatWithPrefix } from "../lib/numbers.js";
import { swap } from "../replacement.js";
import { text } from "../texts.js";

/** @type {Map<HTMLElement, AbortController>} running computations by their box on the page */
const running = new Map();
/** @type {Set<string>} requests of computations that the reader stopped; another choice on the page does not start them */
const stopped = new Set();

/** Compute what the page lacks, and show it in place of the box that says so; with `data-start="manual"` on request. */
export function startComputation() {
  document.addEventListener("click", (event) => {
    const box = closest(event, ".computation", HTMLElement);
    if (!box) return;
    if (closest(event, ".stop", HTMLButtonElement)) return stop(box);
    if (!closest(event, ".start", HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void start(box);
  });
  startPending();
}

/** Start the computations that need no request, and abort those whose box is no longer on the page. */
export function startPending() {
  for (const [box, controller] of running) if (!box.isConnected) controller.abort();
  for (const box of findAll(".computation:not([data-start=manual])", HTMLElement)) {
    if (stopped.has(requestOf(box))) showState(box, false, text("stopped"));
    else if (!running.has(box)) void start(box);
  }
}

/** @param {HTMLElement} box */
function stop(box) {
  stopped.add(requestOf(box));
  running.get(box)?.abort();
}

/** @param {HTMLElement} box */
async function start(box) {
  const controller = new AbortController();
  stopped.delete(requestOf(box));
  running.set(box, controller);
  await compute(box, controller.signal).finally(() => running.delete(box));
}

/** @param {HTMLElement} box */
const requestOf = ({ dataset: { events = "", body = "" } }) => `${events} ${body}`;

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
    const isShown = swaps.split(" ").map((id) => swap(id, rendered));
    if (isShown.includes(false)) throw refusalOf(rendered);
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
  const hadFocus = box.contains(document.activeElement);
  find(".start", HTMLElement, box)?.toggleAttribute("hidden", isRunning);
  find(".running", HTMLElement, box)?.toggleAttribute("hidden", !isRunning);
  if (hadFocus) find(isRunning ? ".stop" : ".start", HTMLElement, box)?.focus();
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
