/** The script of a folder of photos. The page works without it; with it, folders can be dropped, and computing can be stopped. */

import { Failure, addCollection, isAbort } from "../../api.js";
import { closest, find, showNotice } from "../../dom.js";
import { startDropping } from "../../dropping.js";
import { chosenFiles, droppedFiles, isVisible } from "../../experiments/dropped-files.js";
import { startComputation } from "../../experiments/progress.js";
import { loadWith } from "../../state.js";
import { text } from "../../texts.js";

/** @typedef {import("../../api.js").NamedFile} NamedFile */

startComputation();
const form = find("#collection", HTMLFormElement);
if (form) startSending(form);

/** @param {HTMLFormElement} form */
function startSending(form) {
  /** @type {AbortController | null} */
  let sending = null;
  /** @param {NamedFile[]} files */
  const send = async (files) => {
    sending?.abort();
    sending = new AbortController();
    await sendFiles(form, files.filter(isVisible), sending.signal);
  };
  document.addEventListener("change", (event) => {
    const input = closest(event, "#photos, #photo-folder", HTMLInputElement);
    if (input?.files?.length) void send(chosenFiles(input.files));
  });
  form.addEventListener("click", (event) => {
    if (closest(event, ".sending button", HTMLButtonElement)) sending?.abort();
  });
  startDropping((_, transfer) => void droppedFiles(transfer).then(send));
}

/**
 * Send the files, then open the page of their collection.
 * @param {HTMLFormElement} form
 * @param {NamedFile[]} files
 * @param {AbortSignal} signal
 */
async function sendFiles(form, files, signal) {
  const { maxBytes = "0", maxFiles = "0" } = form.dataset;
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  if (!files.length) return showNotice("#collection", text("no_photos"));
  if (files.length > Number(maxFiles)) return showNotice("#collection", text("too_many_photos", { count: files.length, limit: maxFiles }));
  if (bytes > Number(maxBytes)) {
    return showNotice("#collection", text("photos_too_large", { size: Math.ceil(bytes / 1e6), limit: Math.floor(Number(maxBytes) / 1e6) }));
  }
  const box = find(".sending", HTMLElement, form);
  box?.removeAttribute("hidden");
  try {
    const id = await addCollection(files, (share) => showShare(form, share, files.length), signal);
    loadWith("collection", id);
  } catch (error) {
    box?.setAttribute("hidden", "");
    if (error instanceof Failure) showNotice("#collection", error.message);
    else if (!isAbort(error)) throw error;
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {number} share
 * @param {number} count
 */
function showShare(form, share, count) {
  const bar = find(".sending progress", HTMLProgressElement, form);
  const line = find(".sending [role=status]", HTMLElement, form);
  if (bar) share < 1 ? (bar.value = share) : bar.removeAttribute("value");
  if (line) line.textContent = share < 1 ? text("uploading", { percent: Math.round(100 * share) }) : text("photos_reading", { count });
}
