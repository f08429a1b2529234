/** The requests to the server. Whatever uses the network does so by this module. */

import { Failure, isAbort, parseJson, refusalOf } from "./failure.js";
import { readEvents } from "./lib/events.js";
import { readNpy } from "./lib/npy.js";
import { ROOT } from "./lib/site.js";
import { text } from "./texts.js";

export { Failure, isAbort, refusalOf };

/** @typedef {{ min: (number | null)[], max: (number | null)[], mean: (number | null)[], zeros: number[] }} Statistics of every channel */
/** @typedef {{ state: "waiting" | "pulling" | "checking", received: number, total: number, host: string }} DownloadProgress */

export const API = `${ROOT}/api/v1`;
export const JSON_ONLY = { Accept: "application/json" };
const EVENTS = { Accept: "application/json, text/event-stream" };

/**
 * The HTML of a page or of a part of it. An error page is a result too.
 * @param {string} address
 * @param {string} part "page", "picture", "inspector" or a part of an explanation
 * @param {AbortSignal} signal
 * @returns {Promise<string>}
 */
export async function page(address, part, signal) {
  const target = part === "page" ? address : `${address}&part=${part}`;
  const response = await request(target, { signal, headers: { Accept: "text/html" } });
  return reached(response.text());
}

/**
 * Upload an image. The result is its id.
 * @param {Blob} file
 * @param {(share: number) => void} onProgress gets the fraction of the bytes that is sent
 * @param {AbortSignal} signal
 * @returns {Promise<string>}
 */
export async function addImage(file, onProgress, signal) {
  return (await upload(`${API}/images`, formOf([file]), onProgress, signal)).id;
}

/** @typedef {{ id: string, name: string, expires_at: string | null, input: { width: number, height: number, channels: string } }} OwnNetwork */

/**
 * Upload an ONNX file with the files that belong to it.
 * @param {File[]} files
 * @param {object | null} card what is stated about the network
 * @param {(share: number) => void} onProgress gets the fraction of the bytes that is sent
 * @param {AbortSignal} signal
 * @returns {Promise<OwnNetwork>}
 */
export function addNetwork(files, card, onProgress, signal) {
  const form = formOf(files);
  if (card) form.append("card", JSON.stringify(card));
  return upload(`${API}/models`, form, onProgress, signal);
}

/**
 * A network that a reader has opened; null if it is deleted or has expired.
 * @param {string} id
 * @returns {Promise<OwnNetwork | null>}
 */
export async function ownNetwork(id) {
  const response = await request(`${API}/models/${encodeURIComponent(id)}/own`, { headers: JSON_ONLY });
  if (response.status === 404) return null;
  return jsonOf(response);
}

/**
 * Delete a network that a reader has opened.
 * @param {string} id
 */
export async function deleteNetwork(id) {
  const response = await request(`${API}/models/${encodeURIComponent(id)}`, { method: "DELETE", headers: JSON_ONLY });
  if (!response.ok && response.status !== 404) throw await failureOf(await response.text());
}

/**
 * Send a form with files. The result is what the server made of them.
 * @param {string | URL} address
 * @param {FormData} form
 * @param {(share: number) => void} onProgress gets the fraction of the bytes that is sent
 * @param {AbortSignal} signal
 * @returns {Promise<any>}
 */
export function upload(address, form, onProgress, signal) {
  // fetch() does not report the progress of an upload.
  const xhr = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    xhr.upload.onprogress = (event) => onProgress(event.total ? event.loaded / event.total : 0);
    xhr.upload.onload = () => onProgress(1);
    xhr.onload = () => {
      const created = parseJson(xhr.responseText);
      if (xhr.status === 201 && created?.id) resolve(created);
      else void failureOf(xhr.responseText).then(reject);
    };
    xhr.onerror = () => reject(new Failure(text("unreachable")));
    xhr.onabort = () => reject(new DOMException("", "AbortError"));
    signal.addEventListener("abort", () => xhr.abort());
    xhr.open("POST", address);
    xhr.setRequestHeader("Accept", "application/json");
    xhr.send(form);
  });
}

/** @param {Blob[]} files */
function formOf(files) {
  const form = new FormData();
  for (const file of files) form.append("file", file);
  return form;
}

/**
 * A static file or an image of the API.
 * @param {string} address
 * @param {AbortSignal} signal
 */
export async function file(address, signal) {
  const response = await request(address, { signal });
  if (!response.ok) throw await failureOf(await response.text());
  return reached(response.blob());
}

/** @type {(layer: string) => Promise<Statistics | null>} the statistics of every channel of a layer; null where there are none */
export const statistics = async (layer) => (await jsonIfAny(layer))?.statistics ?? null;

/** @typedef {{ index: number, label: string, score: number, logit: number, rank: number }} Prediction */

/**
 * The result of a frame, which the server does not store; without a picture, that of the stored one of the address.
 * @param {string} address
 * @param {Blob | null} picture
 * @param {AbortSignal} signal
 * @returns {Promise<any>}
 */
export async function frameResult(address, picture, signal) {
  const sent = picture ? { method: "POST", body: formOf([picture]) } : {};
  const response = await request(address, { ...sent, headers: JSON_ONLY, signal });
  return jsonOf(response);
}

/**
 * The classes of a prediction, best first; empty where there is no prediction.
 * @param {string} address
 * @returns {Promise<Prediction[]>}
 */
export async function predictions(address) {
  return (await jsonIfAny(address))?.predictions ?? [];
}

/**
 * The values of one channel in full precision.
 * @param {string} address of a `.npy` file
 * @returns {Promise<import("./lib/npy.js").NpyArray>}
 */
export async function values(address) {
  const response = await request(address, {});
  const array = response.ok ? readNpy(await reached(response.arrayBuffer())) : null;
  if (!array) throw new Failure(text("unreadable"));
  return array;
}

/** @type {(address: string) => Promise<import("./draw/receptive-field.js").Fields | null>} of a layer's cells; null where there are none */
export const fields = jsonIfAny;

/**
 * Let the server download the weights of a network. Aborting the request stops the download.
 * @param {string} model
 * @param {string} token of the administrator: sent as a header, not stored
 * @param {(progress: DownloadProgress) => void} onProgress
 * @param {AbortSignal} signal
 */
export async function downloadWeights(model, token, onProgress, signal) {
  if (!/^[\x21-\x7e]+$/.test(token)) throw new Failure(text("token_characters")); // not allowed in a header
  const headers = { ...EVENTS, Authorization: `Bearer ${token}` };
  const response = await request(`${API}/models/${encodeURIComponent(model)}/pull`, { method: "POST", headers, signal });
  if (response.status === 403) throw new Failure(text("token_wrong"));
  await followEvents(response, onProgress, text("download_lost"));
}

/**
 * Follow a computation. The server stops it when its last follower disconnects.
 * @param {string} address of its events
 * @param {(done: number, total: number) => void} onProgress gets runs of the network; a total of 0 means that it is queued
 * @param {AbortSignal} signal
 * @param {string} [body] JSON, for a computation that is posted
 */
export async function follow(address, onProgress, signal, body) {
  const posted = body ? { method: "POST", body, headers: { ...EVENTS, "Content-Type": "application/json" } } : { headers: EVENTS };
  const response = await request(address, { signal, ...posted });
  await followEvents(response, ({ done, total }) => onProgress(done, total), text("connection_lost"));
}

/**
 * Follow the events of a response until the one that says that it is done.
 * @param {Response} response
 * @param {(progress: any) => void} onProgress
 * @param {string} lost the message for a lost connection
 */
async function followEvents(response, onProgress, lost) {
  if (!response.ok || !response.body) throw await failureOf(await response.text());
  for await (const event of serverEvents(response.body, lost)) {
    const data = parseJson(event.data);
    if (event.name === "progress" && data) onProgress(data);
    if (event.name === "error") throw await failureOf(event.data);
    if (event.name === "done") return;
  }
  throw new Failure(lost);
}

/**
 * @param {ReadableStream<Uint8Array>} body
 * @param {string} lost the message for a lost connection
 */
async function* serverEvents(body, lost) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let buffer = "";
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      const { events, rest } = readEvents(buffer + decoder.decode(piece.value, { stream: true }));
      buffer = rest;
      yield* events;
    }
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new Failure(lost, { cause: error });
  }
}

/**
 * Views as one HTML file.
 * @param {{ address: string, note: string }[]} views
 */
export async function report(views) {
  const posted = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ views }) };
  const response = await request("../api/v1/reports", posted);
  if (!response.ok) throw await failureOf(await response.text());
  return reached(response.blob());
}

/**
 * The failure that the server describes, in the language of the page.
 * @param {string} body
 */
async function failureOf(body) {
  const { message, details } = parseJson(body)?.error ?? {};
  const failure = new Failure(message ? await translated(message) : text("unreadable"));
  failure.details = details ?? {};
  return failure;
}

/** @param {string} message of the API, whose messages are English */
async function translated(message) {
  const english = text("server_message", { message });
  if (english === message) return message; // an English page has nothing to add
  const response = await fetch(`${ROOT}/translation?${new URLSearchParams({ text: message })}`).catch(() => null);
  return (response?.ok && (await response.text())) || english;
}

/** @param {Response} response */
export async function jsonOf(response) {
  const body = await reached(response.text());
  const result = response.ok ? parseJson(body) : null;
  if (result === null) throw await failureOf(body);
  return result;
}

/**
 * What the server says in JSON; null where there is no such thing. It is a failure if it can't say so now.
 * @param {string} address
 */
async function jsonIfAny(address) {
  const response = await request(address, { headers: JSON_ONLY });
  return response.status >= 400 && response.status < 500 ? null : jsonOf(response);
}

/**
 * @param {string} address
 * @param {RequestInit} options
 */
export function request(address, options) {
  return reached(fetch(address, options));
}

/**
 * An answer, or its body: the connection may be lost before the one and in the middle of the other.
 * @template T
 * @param {Promise<T>} answer
 */
async function reached(answer) {
  try {
    return await answer;
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new Failure(text("unreachable"), { cause: error });
  }
}
