/** Many photos that are sent to the server: for a collection, or for a job. */

import { API, Failure, JSON_ONLY, isAbort, jsonOf, request, upload } from "../api.js";
import { closest, find, showNotice } from "../dom.js";
import { text } from "../texts.js";

/** @typedef {{ path: string, file: File }} NamedFile a file with the folders that it lies in */

/**
 * Let a form send photos, and show how far it is. The form says what may be sent, and has a button that stops it.
 * @param {HTMLFormElement} form
 * @param {"collections" | "data-sets"} kind what the photos become
 * @param {(id: string) => Promise<void> | void} open leaves for the page of what they became
 * @returns {(files: NamedFile[]) => Promise<void>} sends files
 */
export function photoSender(form, kind, open) {
  /** @type {AbortController | null} */
  let sending = null;
  form.addEventListener("click", (event) => {
    if (closest(event, ".sending button", HTMLButtonElement)) sending?.abort();
  });
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) find(".sending", HTMLElement, form)?.setAttribute("hidden", ""); // Back leads to the page as it was left
  });
  return async (files) => {
    sending?.abort();
    const { signal } = (sending = new AbortController());
    const refusal = refusalOf(form, files);
    const box = find(".sending", HTMLElement, form);
    box?.toggleAttribute("hidden", refusal !== "");
    if (refusal) return showNotice(`#${form.id}`, refusal);
    find(".notice.complaint", HTMLElement)?.remove();
    try {
      await open(await send(kind, files, (share) => showShare(form, share, files.length), signal));
    } catch (error) {
      if (sending?.signal === signal) box?.setAttribute("hidden", ""); // else other files are being sent
      if (error instanceof Failure) showNotice(`#${form.id}`, error.message);
      else if (!isAbort(error)) throw error;
    }
  };
}

/**
 * Start a job over a data set. The result is its id.
 * @param {string} network
 * @param {string} dataSet
 * @returns {Promise<string>}
 */
export async function startJob(network, dataSet) {
  const headers = { ...JSON_ONLY, "Content-Type": "application/json" };
  const body = JSON.stringify({ network, data_set: dataSet });
  return (await jsonOf(await request(`${API}/jobs`, { method: "POST", headers, body }))).id;
}

/**
 * @param {string} kind
 * @param {NamedFile[]} files
 * @param {(share: number) => void} onProgress gets the fraction of the bytes that is sent
 * @param {AbortSignal} signal
 * @returns {Promise<string>}
 */
async function send(kind, files, onProgress, signal) {
  const form = new FormData();
  for (const { path, file } of files) form.append("file", file, path);
  return (await upload(`${API}/${kind}`, form, onProgress, signal)).id;
}

/**
 * Why the server would not take these files; nothing if it may.
 * @param {HTMLFormElement} form
 * @param {NamedFile[]} files
 */
function refusalOf(form, files) {
  const { maxBytes = "0", maxFiles = "0" } = form.dataset;
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  if (!files.length) return text("no_photos");
  if (files.length > Number(maxFiles)) return text("too_many_photos", { count: files.length, limit: maxFiles });
  if (bytes <= Number(maxBytes)) return "";
  return text("photos_too_large", { size: Math.ceil(bytes / 1e6), limit: Math.floor(Number(maxBytes) / 1e6) });
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
