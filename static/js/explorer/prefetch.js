/** What will probably be looked at next, asked for ahead: the layer that the pointer rests on, or the next one. */

import { Failure, isAbort, page } from "../api.js";
import { around, parse } from "../dom.js";
import { address, current, parse as parseAddress, settled } from "../state.js";
import { pictured, unpictured } from "../colouring.js";

const REST_MS = 40; // a pointer on its way to somewhere else asks for nothing

/** @typedef {{ address: string, answer: Promise<Document | null>, asked: AbortController }} Ahead */

/** @type {() => Ahead} */
const nothing = () => ({ address: "", answer: Promise.resolve(null), asked: new AbortController() });

let ahead = nothing();

export function startAhead() {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let resting;
  document.addEventListener("pointerover", (event) => {
    clearTimeout(resting);
    const link = around(event, "#network a.row, #network a.card", Element);
    const { layer } = parseAddress(link?.getAttribute("href") ?? "");
    if (layer) resting = setTimeout(() => foresee(layer), REST_MS);
  });
}

/**
 * Ask for a layer that is likely to be looked at next; what was foreseen before is let go of.
 * @param {string} layer
 */
export function foresee(layer) {
  const now = current();
  const target = address(settled({ ...now, layer, channel: undefined }, now));
  if (layer === now.layer || target === ahead.address) return;
  forget();
  const asked = new AbortController();
  ahead = { address: target, answer: ask(target, asked.signal), asked };
}

/**
 * The inspector of a view with its pictures, if it was foreseen; it is handed out once.
 * @param {string} target the view's address
 * @returns {Promise<Document | null> | null}
 */
export function foreseen(target) {
  if (target !== ahead.address) return null;
  const { answer } = ahead;
  ahead = nothing();
  return answer;
}

/** Let go of what was foreseen: it was wrong, or is no longer so. */
export function forget() {
  ahead.asked.abort();
  void ahead.answer.then((rendered) => rendered && unpictured(rendered));
  ahead = nothing();
}

/**
 * @param {string} target
 * @param {AbortSignal} signal
 */
async function ask(target, signal) {
  try {
    const rendered = parse(await page(target, "inspector", signal));
    await pictured(rendered);
    return rendered;
  } catch (error) {
    if (!isAbort(error) && !(error instanceof Failure)) throw error;
    return null; // whoever does go there asks again, and is told
  }
}
