/** The download of a network's weights, for readers with the token of the administrator: progress and errors. */

import { downloadWeights, Failure, isAbort } from "../api.js";
import { find, makeNotice } from "../dom.js";
import { formatBytes, formatDuration } from "../lib/numbers.js";
import { addSample, timeLeft, transferRate } from "../lib/rate.js";
import { text } from "../texts.js";
import { reloadNetwork } from "./navigation.js";

/** @typedef {import("../api.js").DownloadProgress} DownloadProgress */
/** @typedef {import("../lib/rate.js").Sample} Sample */

const TICK_MS = 1000;
const STALLED_MS = 5000;

/**
 * @param {{ model: string, name: string }} network
 * @param {string} token
 * @param {AbortSignal} signal
 */
export async function download({ model, name }, token, signal) {
  showError(model, null);
  const monitor = monitorOf(name);
  showBox(text("download_start", { name }));
  const ticking = setInterval(monitor.tick, TICK_MS);
  try {
    await downloadWeights(model, token, monitor.progress, signal);
    const hadFocus = find("#weights-download", HTMLElement)?.contains(document.activeElement);
    await reloadNetwork(model);
    announce(text("download_done", { name }));
    if (hadFocus) find("#inspector h2", HTMLElement)?.focus();
  } catch (error) {
    if (isAbort(error) || signal.aborted) announce(text("download_stopped", { name }));
    else if (error instanceof Failure) showError(model, error.message);
    else throw error;
  } finally {
    clearInterval(ticking);
  }
}

/**
 * The monitor of a download: shows its progress, and that it has stalled.
 * @param {string} name
 */
function monitorOf(name) {
  /** @type {Sample[]} */
  let samples = [];
  let updated = performance.now();
  /** @type {DownloadProgress | null} */
  let last = null;
  return {
    /** @param {DownloadProgress} progress */
    progress(progress) {
      updated = performance.now();
      const sample = { at: updated, received: progress.received };
      samples = progress.state === "pulling" ? addSample(samples, sample) : [];
      last = progress;
      showBox(progressText(name, progress, samples), progress);
    },
    tick() {
      const silence = performance.now() - updated;
      if (last?.state === "pulling" && silence > STALLED_MS) showBox(stalledText(name, last, silence), last);
    },
  };
}

/**
 * @param {string | null} message null while there is no download
 * @param {DownloadProgress} [progress]
 */
export function showBox(message, progress) {
  const box = find("#weights-download", HTMLElement);
  const line = find("#weights-download p", HTMLElement);
  const bar = find("#weights-download progress", HTMLProgressElement);
  if (!box || !line || !bar) return;
  box.hidden = message === null;
  line.textContent = message ?? "";
  if (progress?.state === "pulling") {
    bar.max = progress.total;
    bar.value = progress.received;
  } else bar.removeAttribute("value");
}

/**
 * Show an error below the form of the token if it is on the page, else below the heading.
 * @param {string} model
 * @param {string | null} message null to remove the last one
 */
function showError(model, message) {
  find("#inspector .weights-notice", HTMLElement)?.remove();
  if (message === null) return;
  const box = makeNotice(message);
  box.classList.add("weights-notice");
  const form = find("#weights-form", HTMLFormElement);
  if (form?.dataset.model === model) {
    form.after(box);
    box.scrollIntoView({ block: "nearest" });
    find("#token", HTMLInputElement)?.focus({ preventScroll: true });
  } else {
    find("#inspector h2", HTMLElement)?.after(box);
  }
}

/**
 * @param {string} name
 * @param {DownloadProgress} progress
 * @param {Sample[]} samples
 */
function progressText(name, { state, received, total, host }, samples) {
  if (state === "waiting") return text("download_waiting", { name });
  if (state === "checking") return text("download_checking", { name, total: formatBytes(total) });
  const [rate, left] = [transferRate(samples), timeLeft(samples, total)];
  const parts = [
    text("download_received", { name, received: formatBytes(received), total: formatBytes(total) }),
    rate === null ? "" : text("download_rate", { rate: formatBytes(rate) }),
    left === null ? "" : text("download_left", { time: formatDuration(left) }),
    text("download_from", { host }),
  ];
  return parts.filter(Boolean).join(", ");
}

/**
 * @param {string} name
 * @param {DownloadProgress} progress the last one
 * @param {number} silence milliseconds since then
 */
function stalledText(name, { received, total, host }, silence) {
  const seconds = Math.round(silence / 1000);
  return text("download_stalled", { name, received: formatBytes(received), total: formatBytes(total), host, seconds });
}

/** @param {string} message for screen readers */
function announce(message) {
  const line = find("#announce", HTMLElement);
  if (line) line.textContent = message;
}
