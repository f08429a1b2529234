/** All that is asked of the server. Only this module uses the network. */

import { texts } from "./lib/texts.js";

/** @typedef {{ min: (number | null)[], max: (number | null)[], mean: (number | null)[], zeros: number[] }} Figures */

/** Something that the reader is told, in the server's words or ours. */
export class Failure extends Error {}

/**
 * The page at an address, or its third place alone, as HTML: also one that tells of an error.
 * @param {string} address
 * @param {"page" | "inspector"} part
 * @param {AbortSignal} signal
 * @returns {Promise<string>}
 */
export async function page(address, part, signal) {
  const asked = part === "page" ? address : `${address}&part=${part}`;
  const response = await ask(asked, { signal, headers: { Accept: "text/html" } });
  return response.text();
}

/**
 * Add a picture; its id.
 * @param {Blob} file
 * @param {(share: number) => void} onProgress 0..1 of the bytes sent
 * @param {AbortSignal} signal
 * @returns {Promise<string>}
 */
export function addImage(file, onProgress, signal) {
  // fetch() can't tell how much has been sent.
  const request = new XMLHttpRequest();
  const form = new FormData();
  form.append("file", file);
  return new Promise((resolve, reject) => {
    request.upload.onprogress = (event) => onProgress(event.total ? event.loaded / event.total : 0);
    request.upload.onload = () => onProgress(1);
    request.onload = () => {
      const answer = read(request.responseText);
      if (request.status === 201 && answer?.id) resolve(answer.id);
      else reject(new Failure(answer?.error?.message ?? texts.unreadable));
    };
    request.onerror = () => reject(new Failure(texts.unreachable));
    request.onabort = () => reject(new DOMException("", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.open("POST", "api/v1/images");
    request.setRequestHeader("Accept", "application/json");
    request.send(form);
  });
}

/**
 * A file that ships with the page.
 * @param {string} address
 * @param {AbortSignal} signal
 */
export async function file(address, signal) {
  const response = await ask(address, { signal });
  return response.blob();
}

/**
 * Every channel's figures.
 * @param {string} address of the layer
 * @returns {Promise<Figures | null>} null where there are none
 */
export async function figures(address) {
  const response = await ask(address, { headers: { Accept: "application/json" } });
  return response.ok ? (await response.json()).statistics : null;
}

/**
 * The levels of a grey PNG, row by row.
 * @param {string} address
 * @returns {Promise<{ width: number, height: number, levels: Uint8ClampedArray }>} four bytes per pixel, all alike
 */
export async function levels(address) {
  const response = await ask(address, {});
  const bitmap = await createImageBitmap(await response.blob(), { colorSpaceConversion: "none" });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d");
  if (!context) throw new Failure(texts.unreadable);
  context.drawImage(bitmap, 0, 0);
  const { data, width, height } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  return { width, height, levels: data };
}

/** @param {unknown} error */
export function isAbort(error) {
  return error instanceof DOMException && error.name === "AbortError";
}

/**
 * @param {string} address
 * @param {RequestInit} options
 */
async function ask(address, options) {
  try {
    return await fetch(address, options);
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new Failure(texts.unreachable, { cause: error });
  }
}

/** @param {string} text */
function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
