/** What will be looked at next, asked for ahead: the layer that the pointer rests on, and pictures before they are shown. */

import { Failure, isAbort, page } from "../api.js";
import { around, find, parse } from "../dom.js";
import { address, current, parse as parseAddress, settled } from "../state.js";

const REST_MS = 40; // a pointer on its way to somewhere else asks for nothing
const PATIENCE_MS = 100; // what takes longer is shown without its picture

/** @typedef {{ address: string, answer: Promise<string | null>, asked: AbortController }} Ahead */

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
  ahead.asked.abort();
  const asked = new AbortController();
  ahead = { address: target, answer: ask(target, asked.signal), asked };
}

/**
 * The inspector of a view, if it was foreseen; it is handed out once.
 * @param {string} target the view's address
 * @returns {Promise<string | null> | null}
 */
export function foreseen(target) {
  if (target !== ahead.address) return null;
  const { answer } = ahead;
  ahead = nothing();
  return answer;
}

/** What was foreseen is no longer so: the network has other weights. */
export function forget() {
  ahead.asked.abort();
  ahead = nothing();
}

/**
 * Fetch and decode the pictures that are looked at first, so that one frame shows all.
 * @param {Document} rendered
 */
export async function pictured(rendered) {
  const sources = ["#sheet img", "#channel-map"].map((each) => find(each, HTMLImageElement, rendered)?.getAttribute("src"));
  const decoded = sources.flatMap((source) => (source ? [decode(source)] : []));
  await Promise.race([Promise.all(decoded), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
}

/**
 * @param {string} target
 * @param {AbortSignal} signal
 */
async function ask(target, signal) {
  try {
    const html = await page(target, "inspector", signal);
    void pictured(parse(html));
    return html;
  } catch (error) {
    if (!isAbort(error) && !(error instanceof Failure)) throw error;
    return null; // whoever does go there asks again, and is told
  }
}

/** @param {string} source */
async function decode(source) {
  const image = new Image();
  image.src = source;
  await image.decode().catch(() => null); // a picture that does not come is missed where it is shown
}
