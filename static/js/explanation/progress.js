/** What takes many runs of the network: begun at once or when told to, with its progress and a way to stop it. */

import { Failure, follow, isAbort, page } from "../api.js";
import { around, find, findAll, parse, swap } from "../dom.js";
import { short } from "../lib/numbers.js";
import { text } from "../texts.js";
import { address, current } from "../state.js";

/** @type {Map<HTMLElement, AbortController>} what is being made, by the box that tells of it */
const running = new Map();
/** Boxes that are to be begun one after the other. */
let waiting = /** @type {HTMLElement[]} */ ([]);

export function startMaking() {
  document.addEventListener("click", (event) => {
    const box = around(event, ".making", HTMLElement);
    if (around(event, ".making .stop", HTMLButtonElement) && box) return running.get(box)?.abort();
    if (around(event, "#measure-all", HTMLButtonElement)) return measureAll();
    if (!around(event, ".making .begin", HTMLAnchorElement) || !box) return;
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void make(box);
  });
}

/** Begin what is to be begun at once, and let go of what has left the page. */
export function beginMaking() {
  for (const [box, controller] of running) if (!box.isConnected) controller.abort();
  for (const box of findAll(".making[data-start=auto]", HTMLElement)) if (!running.has(box)) void make(box);
}

async function measureAll() {
  waiting = findAll(".small-map .making[data-start=manual][data-events*='of=faithfulness']", HTMLElement);
  for (let box = waiting.shift(); box; box = waiting.shift()) {
    if (box.isConnected && !(await make(box))) waiting = []; // stopped: so are those that would have followed
  }
}

/**
 * @param {HTMLElement} box
 * @returns {Promise<boolean>} whether it was made
 */
async function make(box) {
  const { awaits = "", swaps = "", events = "" } = box.dataset;
  const controller = new AbortController();
  running.set(box, controller);
  show(box, true, "");
  try {
    if (events) await follow(events, (done, total) => tell(box, done, total), controller.signal);
    const rendered = parse(await page(address(current()), awaits, controller.signal));
    if (!box.isConnected) return false;
    running.delete(box);
    if (swaps.split(" ").map((id) => swap(id, rendered)).includes(false)) {
      show(box, false, find(".notice strong", HTMLElement, rendered)?.textContent ?? text("unreadable"));
      return false;
    }
    beginMaking();
    return true;
  } catch (error) {
    if (!isAbort(error) && !(error instanceof Failure)) throw error;
    show(box, false, error instanceof Failure ? error.message : text("stopped"));
    return false;
  } finally {
    running.delete(box);
  }
}

/**
 * @param {HTMLElement} box
 * @param {number} done
 * @param {number} total
 */
function tell(box, done, total) {
  const bar = find("progress", HTMLProgressElement, box);
  if (bar && total) bar.value = done / total;
  const line = find(".told", HTMLElement, box);
  if (line) line.textContent = total ? text("runs", { done: short(done), total: short(total) }) : text("queued");
}

/**
 * @param {HTMLElement} box
 * @param {boolean} going
 * @param {string} told
 */
function show(box, going, told) {
  box.dataset.start = "manual"; // what was stopped starts again at a click
  find(".begin", HTMLElement, box)?.toggleAttribute("hidden", going);
  find(".going", HTMLElement, box)?.toggleAttribute("hidden", !going);
  const line = find(".told", HTMLElement, box);
  if (line) line.textContent = told;
}
