/** Bringing a network's weights, for whoever has the admin's token: how far it is, how to stop it, what went wrong. */

import { Failure, isAbort, pull } from "../api.js";
import { find, notice } from "../dom.js";
import { texts } from "../lib/texts.js";
import { noted, rate, timeLeft } from "../lib/pace.js";
import { renew } from "./navigation.js";

const TICK_MS = 1000;
const SILENT_MS = 5000;

export function startPulling() {
  /** @type {AbortController | null} */
  let running = null;
  document.addEventListener("submit", async (event) => {
    if (!(event.target instanceof HTMLFormElement) || event.target.id !== "pull") return;
    event.preventDefault();
    const { model = "", name = "" } = event.target.dataset;
    const token = find("#token", HTMLInputElement)?.value ?? "";
    running?.abort();
    const own = (running = new AbortController());
    await bring(model, name, token, own.signal);
    if (running === own) showBox(null);
  });
  find("#pulling button", HTMLButtonElement)?.addEventListener("click", () => running?.abort());
}

/**
 * @param {string} model
 * @param {string} name
 * @param {string} token
 * @param {AbortSignal} signal
 */
async function bring(model, name, token, signal) {
  complain(model, null);
  const follow = follower(name);
  showBox(texts.pullAsked(name));
  const ticking = setInterval(follow.tick, TICK_MS);
  try {
    await pull(model, token, follow.progress, signal);
    const waiting = find("#pulling", HTMLElement)?.contains(document.activeElement);
    await renew(model);
    say(texts.pullDone(name));
    if (waiting) find("#inspector h2", HTMLElement)?.focus();
  } catch (error) {
    if (isAbort(error) || signal.aborted) say(texts.pullStopped(name));
    else if (error instanceof Failure) complain(model, error.message);
    else throw error;
  } finally {
    clearInterval(ticking);
  }
}

/**
 * Words a pull's progress as it is told, and its silence as time goes by.
 * @param {string} name
 */
function follower(name) {
  /** @type {import("../lib/pace.js").Sample[]} */
  let samples = [];
  let heard = performance.now();
  /** @type {import("../api.js").PullProgress | null} */
  let last = null;
  return {
    /** @param {import("../api.js").PullProgress} now */
    progress(now) {
      heard = performance.now();
      samples = now.state === "pulling" ? noted(samples, { at: heard, received: now.received }) : [];
      last = now;
      showBox(texts.pull(name, now, rate(samples), timeLeft(samples, now.total)), now);
    },
    tick() {
      const silent = performance.now() - heard;
      if (last?.state === "pulling" && silent > SILENT_MS) showBox(texts.pullSilent(name, last, silent / 1000), last);
    },
  };
}

/**
 * @param {string | null} text null where nothing is under way
 * @param {import("../api.js").PullProgress} [progress]
 */
function showBox(text, progress) {
  const box = find("#pulling", HTMLElement);
  const line = find("#pulling p", HTMLElement);
  const bar = find("#pulling progress", HTMLProgressElement);
  if (!box || !line || !bar) return;
  box.hidden = text === null;
  line.textContent = text ?? "";
  if (progress?.state === "pulling") {
    bar.max = progress.total;
    bar.value = progress.received;
  } else bar.removeAttribute("value");
}

/**
 * Beside the field for the token if it is still in sight, else above what is.
 * @param {string} model
 * @param {string | null} message null for nothing
 */
function complain(model, message) {
  find("#inspector .pull-notice", HTMLElement)?.remove();
  if (message === null) return;
  const told = notice(message);
  told.classList.add("pull-notice");
  const form = find("#pull", HTMLFormElement);
  if (form?.dataset.model === model) {
    form.after(told);
    told.scrollIntoView({ block: "nearest" });
    find("#token", HTMLInputElement)?.focus({ preventScroll: true });
  } else {
    find("#inspector h2", HTMLElement)?.after(told);
  }
}

/** @param {string} text */
function say(text) {
  const line = find("#announce", HTMLElement);
  if (line) line.textContent = text;
}
