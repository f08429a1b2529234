/** Computations that need many runs of the network: started at once or on request, with progress and a stop button. */

import { Failure, follow, isAbort, page, refusalOf } from "../api.js";
import { closest, find, findAll, parseHtml } from "../dom.js";
import { formatWithPrefix } from "../lib/numbers.js";
import { swap } from "../replacement.js";
import { addressOf, currentView } from "../state.js";
import { text } from "../texts.js";

/** @type {Map<HTMLElement, AbortController>} running computations by their box on the page */
const running = new Map();
/** Boxes of computations that run one after the other. */
let queue = /** @type {HTMLElement[]} */ ([]);

export function startProgress() {
  document.addEventListener("click", (event) => {
    const box = closest(event, ".computation", HTMLElement);
    if (closest(event, ".computation .stop", HTMLButtonElement) && box) return running.get(box)?.abort();
    if (closest(event, "#measure-all", HTMLButtonElement)) return measureAll();
    if (!closest(event, ".computation .start", HTMLAnchorElement) || !box) return;
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void compute(box);
  });
}

/** Start the computations that need no request, and abort those whose box is no longer on the page. */
export function startPending() {
  for (const [box, controller] of running) if (!box.isConnected) controller.abort();
  for (const box of findAll(".computation[data-start=auto]", HTMLElement)) if (!running.has(box)) void compute(box);
}

async function measureAll() {
  queue = findAll(".small-map .computation[data-start=manual][data-events*='of=faithfulness']", HTMLElement);
  for (let box = queue.shift(); box; box = queue.shift()) {
    if (box.isConnected && !(await compute(box))) queue = []; // stopping one stops the rest
  }
}

/**
 * Follow a computation and show its result in place of its box.
 * @param {HTMLElement} box
 * @returns {Promise<boolean>} whether the result is shown
 */
async function compute(box) {
  const { awaits = "", swaps = "", events = "" } = box.dataset;
  const controller = new AbortController();
  running.set(box, controller);
  showState(box, true, "");
  try {
    if (events) await follow(events, (done, total) => showRuns(box, done, total), controller.signal);
    const rendered = parseHtml(await page(addressOf(currentView()), awaits, controller.signal));
    if (!box.isConnected) return false;
    running.delete(box);
    if (swaps.split(" ").map((id) => swap(id, rendered)).includes(false)) {
      showState(box, false, refusalOf(rendered).message);
      return false;
    }
    startPending();
    return true;
  } catch (error) {
    if (!isAbort(error) && !(error instanceof Failure)) throw error;
    showState(box, false, error instanceof Failure ? error.message : text("stopped"));
    return false;
  } finally {
    running.delete(box);
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
  if (!total) return showStatus(box, text("queued"));
  showStatus(box, text("runs", { done: formatWithPrefix(done), total: formatWithPrefix(total) }));
}

/**
 * @param {HTMLElement} box
 * @param {boolean} isRunning
 * @param {string} status
 */
function showState(box, isRunning, status) {
  box.dataset.start = "manual"; // after a stop, it starts again only on request
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
