/** What goes wrong with a request to the server, in words for the reader. */

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
