/** Bringing a network's weights, for whoever has the admin's token: how far it is, how to stop it, what went wrong. */

import { Failure, isAbort, pull } from "../api.js";
import { find, notice } from "../dom.js";
import { formatDuration, short } from "../lib/numbers.js";
import { text } from "../texts.js";
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
  showBox(text("download_start", { name }));
  const ticking = setInterval(follow.tick, TICK_MS);
  try {
    await pull(model, token, follow.progress, signal);
    const waiting = find("#pulling", HTMLElement)?.contains(document.activeElement);
    await renew(model);
    say(text("download_done", { name }));
    if (waiting) find("#inspector h2", HTMLElement)?.focus();
  } catch (error) {
    if (isAbort(error) || signal.aborted) say(text("download_stopped", { name }));
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
      showBox(progressText(name, now, samples), now);
    },
    tick() {
      const silent = performance.now() - heard;
      if (last?.state === "pulling" && silent > SILENT_MS) showBox(stalledText(name, last, silent), last);
    },
  };
}

/**
 * @param {string | null} message null where nothing is under way
 * @param {import("../api.js").PullProgress} [progress]
 */
function showBox(message, progress) {
  const box = find("#pulling", HTMLElement);
  const line = find("#pulling p", HTMLElement);
  const bar = find("#pulling progress", HTMLProgressElement);
  if (!box || !line || !bar) return;
  box.hidden = message === null;
  line.textContent = message ?? "";
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

/**
 * @param {string} name
 * @param {import("../api.js").PullProgress} progress
 * @param {import("../lib/pace.js").Sample[]} samples
 */
function progressText(name, { state, received, total, host }, samples) {
  if (state === "waiting") return text("download_waiting", { name });
  if (state === "checking") return text("download_checking", { name, total: bytesText(total) });
  const [speed, left] = [rate(samples), timeLeft(samples, total)];
  const parts = [
    text("download_received", { name, received: bytesText(received), total: bytesText(total) }),
    speed === null ? "" : text("download_rate", { rate: bytesText(speed) }),
    left === null ? "" : text("download_left", { time: formatDuration(left) }),
    text("download_from", { host }),
  ];
  return parts.filter(Boolean).join(", ");
}

/**
 * @param {string} name
 * @param {import("../api.js").PullProgress} progress the last one
 * @param {number} silent milliseconds since then
 */
function stalledText(name, { received, total, host }, silent) {
  const seconds = Math.round(silent / 1000);
  return text("download_stalled", { name, received: bytesText(received), total: bytesText(total), host, seconds });
}

/** @param {number} bytes */
function bytesText(bytes) {
  return `${short(bytes)}B`;
}

/** @param {string} message */
function say(message) {
  const line = find("#announce", HTMLElement);
  if (line) line.textContent = message;
}
