/** Prefetch of the layer that is probably next: the one under a resting pointer, or the next one on the keyboard. */

import { Failure, isAbort, page } from "../api.js";
import { colourMaps, releaseMaps } from "../colouring.js";
import { closest, find, parseHtml } from "../dom.js";
import { addressOf, currentView, dropStale, parseAddress } from "../state.js";

const REST_MS = 40; // a pointer that only passes requests nothing

/** @typedef {{ address: string, page: Promise<Document | null>, controller: AbortController }} Prefetch */

/** @type {() => Prefetch} */
const none = () => ({ address: "", page: Promise.resolve(null), controller: new AbortController() });

let current = none();

export function startPrefetch() {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let resting;
  document.addEventListener("pointerover", (event) => {
    clearTimeout(resting);
    const link = closest(event, "#ribbon a.node, #network a.card", Element);
    const { layer, model } = parseAddress(link?.getAttribute("href") ?? "");
    const isOfView = () => model === currentView().model; // not while another network is loading
    if (layer) resting = setTimeout(() => isOfView() && prefetch(layer), REST_MS);
  });
}

/**
 * Prefetch the inspector of a layer in place of the last one.
 * @param {string} layer
 */
export function prefetch(layer) {
  const view = currentView();
  const address = addressOf(dropStale({ ...view, layer, channel: undefined }, view));
  if (layer === view.layer || address === current.address) return;
  cancelPrefetch();
  const controller = new AbortController();
  current = { address, page: load(address, controller.signal), controller };
}

/**
 * Take the prefetched inspector of a view. It can be taken once.
 * @param {string} address of the view
 * @param {AbortSignal} signal of the view: its end is that of the request
 * @returns {Promise<Document | null> | null} null if another one is prefetched
 */
export function takePrefetched(address, signal) {
  if (address !== current.address) return null;
  const { page: prefetched, controller } = current;
  signal.addEventListener("abort", () => controller.abort());
  current = none();
  return prefetched;
}

/** Drop what is prefetched. */
export function cancelPrefetch() {
  current.controller.abort();
  void current.page.then((rendered) => rendered && releaseMaps(rendered));
  current = none();
}

/**
 * The inspector; null where it is refused: navigation requests it again, and shows the error if there is one then.
 * @param {string} address
 * @param {AbortSignal} signal
 */
async function load(address, signal) {
  try {
    const rendered = parseHtml(await page(address, "inspector", signal));
    if (find("main.alone", HTMLElement, rendered)) return null;
    await colourMaps(rendered);
    return rendered;
  } catch (error) {
    if (!isAbort(error) && !(error instanceof Failure)) throw error;
    return null;
  }
}
