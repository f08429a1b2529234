/** Upload of an image that is chosen, dropped, pasted, drawn or a sample. The form shows progress and errors. */

import { addImage, Failure, file as loadFile, isAbort } from "../api.js";
import { closest, find, makeNotice } from "../dom.js";
import { isModel, startDropping } from "../dropping.js";
import { formatFixed } from "../lib/numbers.js";
import { currentView, navigate } from "../state.js";
import { text } from "../texts.js";

/** @returns {(load: (signal: AbortSignal) => Promise<Blob>) => Promise<void>} uploads what is loaded, and shows its view */
export function startUpload() {
  let running = new AbortController();

  /** @param {(signal: AbortSignal) => Promise<Blob>} load */
  const send = async (load) => {
    running.abort();
    const { signal } = (running = new AbortController());
    await upload(load, signal).finally(() => {
      if (running.signal === signal) showProgress(null); // else another image is being sent
    });
  };

  document.addEventListener("change", (event) => {
    const file = closest(event, "#file", HTMLInputElement)?.files?.[0];
    if (file) void send(async () => file);
  });
  document.addEventListener("click", (event) => {
    if (closest(event, ".uploading button", HTMLButtonElement)) running.abort();
    const sample = closest(event, "button[name=sample]", HTMLButtonElement);
    if (!sample) return;
    event.preventDefault();
    const address = find("img", HTMLImageElement, sample)?.src ?? "";
    void send((signal) => loadFile(address, signal));
  });
  document.addEventListener("paste", (event) => {
    const file = event.clipboardData?.files[0];
    if (!file) return;
    event.preventDefault();
    void send(async () => file);
  });
  startDropping(
    (files) => void ([...files].some(isModel) ? open([...files]) : send(async () => files[0])),
    () => showError(text("no_file")),
  );
  return send;
}

/**
 * Open a network that was dropped, with what belongs to it; few readers do, so its script is loaded then.
 * @param {File[]} files
 */
async function open(files) {
  const { openNetwork, startOpening } = await import("../own-networks/opening.js");
  startOpening();
  await openNetwork(files);
}

/**
 * @param {(signal: AbortSignal) => Promise<Blob>} load
 * @param {AbortSignal} signal
 */
async function upload(load, signal) {
  showError(null);
  showProgress(0);
  try {
    const file = await load(signal);
    const limit = Number(find(".chooser", HTMLFormElement)?.dataset.maxBytes ?? Infinity);
    if (file.size > limit) throw new Failure(tooLargeText(file.size, limit));
    const image = await addImage(file, showProgress, signal);
    const model = currentView().model ?? find("#choose-network", HTMLElement)?.dataset.model;
    navigate({ ...currentView(), model, image });
  } catch (error) {
    if (signal.aborted || isAbort(error)) return;
    if (!(error instanceof Failure)) throw error;
    showError(error.message);
  } finally {
    const input = find("#file", HTMLInputElement);
    if (input) input.value = ""; // so that the same file can be chosen again
  }
}

/** @param {number | null} fraction 0..1 of the bytes sent; null when nothing is being sent */
function showProgress(fraction) {
  const box = find(".uploading", HTMLElement);
  const bar = find(".uploading progress", HTMLProgressElement);
  const label = find(".uploading label", HTMLElement);
  if (!box || !bar || !label) return;
  box.hidden = fraction === null;
  if (fraction === null) return;
  label.textContent = fraction < 1 ? text("uploading", { percent: Math.floor(100 * fraction) }) : text("decoding");
  if (fraction < 1) bar.value = 100 * fraction;
  else bar.removeAttribute("value");
}

/** @param {string | null} message null to remove the last one */
function showError(message) {
  const chooser = find(".chooser", HTMLFormElement);
  if (!chooser) return;
  find(".notice", HTMLElement, chooser)?.remove();
  if (message === null) return;
  chooser.prepend(makeNotice(message));
  chooser.scrollIntoView({ block: "nearest" });
}

/**
 * @param {number} bytes
 * @param {number} limit
 */
function tooLargeText(bytes, limit) {
  return text("too_large", { size: formatFixed(bytes / 1e6, 1), limit: formatFixed(limit / 1e6, 0) });
}
