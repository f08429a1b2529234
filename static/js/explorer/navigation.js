/** From one view to the next: asks for what the address names and puts it in its place. */

import { Failure, isAbort, page } from "../api.js";
import { around, complain, find, parse, swap } from "../dom.js";
import { text } from "../texts.js";
import { address, current, go, note, onChange, OF_PICTURE, parse as parseAddress, PREFERENCES } from "../state.js";
import { foreseen, forget } from "./prefetch.js";
import { colourBy } from "../appearance.js";
import { showMap } from "./map/map.js";
import { markLayer } from "./layer-list.js";
import { pictured, replaced, unpictured } from "../colouring.js";

/** @typedef {import("../state.js").View} View */

const PATIENCE_MS = 200;
const STACKED = "(max-width: 959px)";

/** Called once another view is on the page. */
let onShow = () => {};

/** @param {() => void} afterShow called once another view is on the page */
export function startNavigation(afterShow) {
  onShow = afterShow;
  let shown = current();
  let running = new AbortController();
  onChange(async (view) => {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    if (await show(view, shown, signal)) shown = view;
    else if (signal.reason === "stopped") note(shown);
  });
  find("#waiting button", HTMLButtonElement)?.addEventListener("click", () => running.abort("stopped"));
  document.addEventListener("click", follow);
}

/**
 * Show everything anew where a network's weights have come: its layers may have other names now.
 * @param {string} model
 */
export async function renew(model) {
  forget();
  const said = current();
  const view = said.model === model ? { ...said, layer: undefined, channel: undefined } : said;
  note(view);
  await show(view, { ...view, model: "" }, new AbortController().signal);
}

/** @param {MouseEvent} event */
function follow(event) {
  const link = around(event, 'a[href^="?"]', HTMLAnchorElement);
  const own = link && !event.defaultPrevented && event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey);
  if (!own) return;
  event.preventDefault();
  const view = { ...parseAddress(link.getAttribute("href") ?? "") };
  for (const name of PREFERENCES) if (!(name in link.dataset)) view[name] = current()[name];
  go(view);
}

/**
 * Show a view in place of another.
 * @param {View} view
 * @param {View} before
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} whether it is shown
 */
async function show(view, before, signal) {
  const part = partOf(view, before);
  const patience = setTimeout(() => wait(part === "page" ? text("running", { network: networkName(view) }) : text("loading")), PATIENCE_MS);
  try {
    const rendered = (part === "inspector" && (await foreseen(address(view)))) || (await fetched(view, part, signal));
    if (signal.aborted) {
      unpictured(rendered);
      return false;
    }
    place(rendered, view, before);
    return true;
  } catch (error) {
    if (isAbort(error) || signal.aborted) return false;
    if (!(error instanceof Failure)) throw error;
    complain("#inspector h2", error.message);
    return false;
  } finally {
    clearTimeout(patience);
    if (!signal.aborted || signal.reason === "stopped") wait(null);
  }
}

/**
 * @param {View} view
 * @param {"page" | "picture" | "inspector"} part
 * @param {AbortSignal} signal
 */
async function fetched(view, part, signal) {
  const rendered = parse(await page(address(view), part, signal));
  await pictured(rendered);
  return rendered;
}

/**
 * The least of the page that must come anew.
 * @param {View} view
 * @param {View} before
 * @returns {"page" | "picture" | "inspector"}
 */
function partOf(view, before) {
  const changed = [...new Set([...Object.keys(view), ...Object.keys(before)])].filter((name) => view[name] !== before[name]);
  const ofPicture = changed.filter((name) => OF_PICTURE.includes(name)).length;
  if (changed.includes("model") || changed.includes("image") || (ofPicture && ofPicture < changed.length)) return "page";
  return ofPicture ? "picture" : "inspector";
}

/**
 * @param {Document} rendered
 * @param {View} view
 * @param {View} before
 */
function place(rendered, view, before) {
  const error = find("main.alone", HTMLElement, rendered);
  if (error) {
    const told = find(".notice strong", HTMLElement, error)?.textContent ?? text("unreadable");
    complain("#inspector h2", told);
    return;
  }
  for (const id of ["picture", "network", "inspector", "takeaway"]) swap(id, rendered);
  replaced();
  if (view.colormap !== before.colormap) colourBy(view.colormap ?? "auto");
  markLayer(view.layer);
  onShow();
  showMap(view);
  const inspector = find("#inspector", HTMLElement);
  document.title = inspector?.dataset.title ?? document.title;
  const announce = find("#announce", HTMLElement);
  if (announce) announce.textContent = document.title;
  if (view.layer !== before.layer && matchMedia(STACKED).matches) inspector?.scrollIntoView();
}

/** @param {string | null} what is being waited for; null for nothing any more */
function wait(what) {
  const box = find("#waiting", HTMLElement);
  const line = find("#waiting p", HTMLElement);
  if (!box || !line) return;
  box.hidden = what === null;
  line.textContent = what ?? "";
  for (const id of ["picture", "network", "inspector"]) {
    find(`#${id}`, HTMLElement)?.setAttribute("aria-busy", String(what !== null));
  }
}

/** @param {View} view */
function networkName(view) {
  const select = find("#model", HTMLSelectElement);
  const option = [...(select?.options ?? [])].find((each) => each.value === view.model) ?? select?.selectedOptions[0];
  return option?.textContent ?? "";
}
