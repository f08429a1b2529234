/** What goes wrong with a request to the server, in words for the reader. */

import { text } from "./texts.js";

/** A failure with a message for the reader. */
export class Failure extends Error {
  /** @type {Record<string, any>} what helps to correct the request */
  details = {};
}

/** @param {unknown} error */
export function isAbort(error) {
  return error instanceof DOMException && error.name === "AbortError";
}

/**
 * The failure that the server describes.
 * @param {string} body
 */
export function failureOf(body) {
  const { message, details } = parseJson(body)?.error ?? {};
  const failure = new Failure(message ? text("server_message", { message }) : text("unreadable"));
  failure.details = details ?? {};
  return failure;
}

/**
 * What a JSON text stands for; null where it is none.
 * @param {string} body
 */
export function parseJson(body) {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
