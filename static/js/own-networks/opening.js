/** Opening a network of one's own: its files are chosen or dropped, sent with their progress, and its first run is awaited. */

import { addImage, addNetwork, Failure, file as loadFile, isAbort } from "../api.js";
import { closest, find, makeNotice } from "../dom.js";
import { isModel } from "../dropping.js";
import { formatPercent, formatWithPrefix } from "../lib/numbers.js";
import { currentView, loadView } from "../state.js";
import { text } from "../texts.js";

let isStarted = false;
let running = new AbortController();
/** @type {File[]} those that the server could not read at the size that it tried */
let refused = [];

/** Listen to the form and its dialog; once, however often a page asks for it. */
export function startOpening() {
  if (isStarted) return;
  isStarted = true;
  document.addEventListener("change", (event) => {
    const files = closest(event, "#network-files", HTMLInputElement)?.files;
    if (files?.length) void openNetwork([...files]);
  });
  document.addEventListener("submit", (event) => {
    if (event.target === find("#own-network", HTMLFormElement)) event.preventDefault(); // the files are sent when they are chosen
  });
  document.addEventListener("click", (event) => {
    if (closest(event, "#sending button", HTMLButtonElement)) stop();
    if (closest(event, "#image-size button", HTMLButtonElement)) openAtSize();
    const opener = closest(event, "[data-opens=open-network]", HTMLAnchorElement);
    const dialog = find("#open-network", HTMLDialogElement);
    if (!opener || !dialog || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    dialog.showModal();
  });
  const dialog = find("dialog#open-network", HTMLDialogElement);
  dialog?.addEventListener("close", stop);
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return; // else Back leads to the page as it was left: with a run that has ended
    showStep(null);
    dialog?.close();
  });
}

/**
 * @param {File[]} files an ONNX file with what belongs to it
 * @param {object | null} [card] what the reader states about it
 */
export async function openNetwork(files, card = null) {
  const dialog = find("dialog#open-network", HTMLDialogElement);
  if (dialog && !dialog.open) dialog.showModal();
  running.abort();
  running = new AbortController();
  const { signal } = running;
  showError(null);
  try {
    checkFiles(files);
    const network = await send(files, card, signal);
    showStep(text("first_run", { name: network.name }));
    const image = currentView().image ?? (await addSample(signal));
    if (!signal.aborted) loadView({ model: network.id, image });
  } catch (error) {
    if (signal.aborted || isAbort(error)) return;
    showStep(null);
    if (!(error instanceof Failure)) throw error;
    showError(error.message);
    offerSize(files, error.details);
  } finally {
    const input = find("#network-files", HTMLInputElement);
    if (input) input.value = ""; // so that the same files can be chosen again
  }
}

/**
 * Ask for the size of the images, where another one may fit.
 * @param {File[]} files
 * @param {Record<string, any>} details of what was refused
 */
function offerSize(files, { width, height }) {
  const fields = sizeFields();
  if (!fields || !width || !height) return;
  refused = files;
  fields.width.value = String(width);
  fields.height.value = String(height);
  fields.box.hidden = false;
}

function openAtSize() {
  const fields = sizeFields();
  if (!fields?.width.reportValidity() || !fields.height.reportValidity()) return;
  void openNetwork(refused, { input: { width: fields.width.valueAsNumber, height: fields.height.valueAsNumber } });
}

function sizeFields() {
  const box = find("#image-size", HTMLElement);
  const width = find("#image-width", HTMLInputElement);
  const height = find("#image-height", HTMLInputElement);
  return box && width && height ? { box, width, height } : null;
}

/**
 * @param {File[]} files
 * @param {object | null} card
 * @param {AbortSignal} signal
 */
function send(files, card, signal) {
  const name = files.find(isModel)?.name ?? "";
  const size = bytesText(sizeOf(files));
  /** @param {number} share */
  const showShare = (share) =>
    share < 1 ? showStep(text("network_sending", { name, share: formatPercent(share), size }), share) : showStep(text("network_reading", { name }));
  showShare(0);
  return addNetwork(files, card, showShare, signal);
}

/** @param {AbortSignal} signal */
async function addSample(signal) {
  const address = find("#own-network", HTMLFormElement)?.dataset.sample ?? "";
  return addImage(await loadFile(address, signal), () => {}, signal);
}

/** Stop what is being sent, or the first run, of which the page waits for the result. */
function stop() {
  if (find("#sending", HTMLElement)?.hidden) return; // what else is loading goes on
  running.abort();
  window.stop();
  showStep(null);
}

/** @param {File[]} files */
function checkFiles(files) {
  const limit = Number(find("#own-network", HTMLFormElement)?.dataset.maxBytes ?? Infinity);
  if (!files.some(isModel)) throw new Failure(text("network_missing"));
  if (sizeOf(files) > limit) throw new Failure(text("network_too_large", { size: bytesText(sizeOf(files)), limit: bytesText(limit) }));
}

/** @param {File[]} files */
function sizeOf(files) {
  return files.reduce((sum, file) => sum + file.size, 0);
}

/** @param {number} bytes */
function bytesText(bytes) {
  return bytes < 1000 ? text("bytes", { count: bytes }) : `${formatWithPrefix(bytes)}B`;
}

/**
 * @param {string | null} message null when nothing is going on
 * @param {number} [share] 0..1 of what is done, if that is known
 */
function showStep(message, share) {
  const box = find("#sending", HTMLElement);
  const line = find("#sending p", HTMLElement);
  const bar = find("#sending progress", HTMLProgressElement);
  if (!box || !line || !bar) return;
  box.hidden = message === null;
  line.textContent = message ?? "";
  if (share === undefined) bar.removeAttribute("value");
  else bar.value = share;
}

/** @param {string | null} message null to remove the last one */
function showError(message) {
  const form = find("#own-network", HTMLFormElement);
  if (!form) return;
  find(".notice", HTMLElement, form)?.remove();
  const size = sizeFields();
  if (size) size.box.hidden = true;
  if (message === null) return;
  form.prepend(makeNotice(message));
  form.scrollIntoView({ block: "nearest" });
}
