/** What goes wrong with a request to the server, in words for the reader. */

import { find } from "./dom.js";
import { text } from "./texts.js";

/** A failure with a message for the reader. */
export class Failure extends Error {
  /** @type {Record<string, any>} what helps to correct the request */
  details = {};
}

/**
 * The failure that a page of the server speaks of, which has come in place of the page that was asked for.
 * @param {Document} rendered
 */
export function refusalOf(rendered) {
  return new Failure(find(".notice strong", HTMLElement, rendered)?.textContent ?? text("unreadable"));
}

/** @param {unknown} error */
export function isAbort(error) {
  return error instanceof DOMException && error.name === "AbortError";
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
