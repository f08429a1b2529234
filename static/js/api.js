/** All that is asked of the server. Only this module uses the network. */

import { readEvents } from "./lib/events.js";
import { readNpy } from "./lib/npy.js";
import { text } from "./texts.js";

/** @typedef {{ min: (number | null)[], max: (number | null)[], mean: (number | null)[], zeros: number[] }} Figures */

/** @typedef {{ state: "waiting" | "pulling" | "checking", received: number, total: number, host: string }} PullProgress */

/** Something that the reader is told, in the server's words or ours. */
export class Failure extends Error {}

/**
 * The page at an address, or its first or third place alone, as HTML: also one that tells of an error.
 * @param {string} address
 * @param {string} part "page", "picture", "inspector", or a part of an explanation
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
      else reject(new Failure(answer?.error?.message ?? text("unreadable")));
    };
    request.onerror = () => reject(new Failure(text("unreachable")));
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

/** @typedef {{ index: number, label: string, score: number, logit: number, rank: number }} Guess */

/**
 * The classes of a prediction, best first; none where there is no answer.
 * @param {string} address
 * @returns {Promise<Guess[]>}
 */
export async function guesses(address) {
  const response = await ask(address, { headers: { Accept: "application/json" } });
  return response.ok ? (await response.json()).predictions : [];
}

/**
 * One channel's numbers, to the last bit.
 * @param {string} address of a `.npy` file
 * @returns {Promise<import("./lib/npy.js").Numbers>}
 */
export async function numbers(address) {
  const response = await ask(address, {});
  const read = response.ok ? readNpy(await response.arrayBuffer()) : null;
  if (!read) throw new Failure(text("unreadable"));
  return read;
}

/**
 * What each row and column of a layer's cells sees.
 * @param {string} address
 * @returns {Promise<import("./draw/receptive-field.js").Fields | null>} null where there is none
 */
export async function fields(address) {
  const response = await ask(address, { headers: { Accept: "application/json" } });
  return response.ok ? response.json() : null;
}

/**
 * Have the server bring a network's weights; it stops when it is hung up on.
 * @param {string} model
 * @param {string} token the admin's: sent as a header, kept nowhere
 * @param {(progress: PullProgress) => void} onProgress
 * @param {AbortSignal} signal
 */
export async function pull(model, token, onProgress, signal) {
  if (!/^[\x21-\x7e]+$/.test(token)) throw new Failure(text("token_characters")); // no header can carry it
  const headers = { Accept: "application/json, text/event-stream", Authorization: `Bearer ${token}` };
  const response = await ask(`api/v1/models/${encodeURIComponent(model)}/pull`, { method: "POST", headers, signal });
  if (response.status === 403) throw new Failure(text("token_wrong"));
  if (!response.ok || !response.body) {
    throw new Failure(read(await response.text())?.error?.message ?? text("unreadable"));
  }
  for await (const event of serverEvents(response.body, text("download_lost"))) {
    const told = read(event.data);
    if (event.name === "progress" && told) onProgress(told);
    if (event.name === "error") throw new Failure(told?.error?.message ?? text("unreadable"));
    if (event.name === "done") return;
  }
  throw new Failure(text("download_lost"));
}

/**
 * Follow something as it is made; it stops when the last one who follows hangs up.
 * @param {string} address of its events
 * @param {(done: number, total: number) => void} onProgress runs of the network; of 0 while it waits for its turn
 * @param {AbortSignal} signal
 */
export async function follow(address, onProgress, signal) {
  const response = await ask(address, { signal, headers: { Accept: "application/json, text/event-stream" } });
  if (!response.ok || !response.body) {
    throw new Failure(read(await response.text())?.error?.message ?? text("unreadable"));
  }
  for await (const event of serverEvents(response.body, text("connection_lost"))) {
    const told = read(event.data);
    if (event.name === "progress" && told) onProgress(told.done, told.total);
    if (event.name === "error") throw new Failure(told?.error?.message ?? text("unreadable"));
    if (event.name === "done") return;
  }
  throw new Failure(text("connection_lost"));
}

/**
 * @param {ReadableStream<Uint8Array>} body
 * @param {string} cut what the reader is told if it breaks off
 */
async function* serverEvents(body, cut) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      const { events, rest } = readEvents(text + decoder.decode(piece.value, { stream: true }));
      text = rest;
      yield* events;
    }
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new Failure(cut, { cause: error });
  }
}

/**
 * How long each layer of a network takes on the server, in milliseconds.
 * @param {string} network
 * @param {AbortSignal} signal
 * @returns {Promise<{ runs: number, run_ms: number, elsewhere_ms: number, layers: { id: string, time_ms: number | null }[] }>}
 */
export async function layerTimes(network, signal) {
  const address = `api/v1/models/${encodeURIComponent(network)}/time/layers`;
  const response = await ask(address, { signal, headers: { Accept: "application/json" } });
  const answer = read(await response.text());
  if (!response.ok) throw new Failure(answer?.error?.message ?? text("unreadable"));
  return answer;
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
    throw new Failure(text("unreachable"), { cause: error });
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
