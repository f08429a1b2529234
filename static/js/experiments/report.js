/** The list of the views of a report: in order, each with a note, and the report of them as a file. */

import { Failure, report } from "../api.js";
import { closest, cloneTemplate, find, findAll, saveFile, showNotice } from "../dom.js";
import { collectedViews, storeViews } from "./collection.js";

export function startReport() {
  const list = find("#views", HTMLOListElement);
  if (!list) return;
  show(list);
  addEventListener("storage", () => show(list)); // another page has added a view, or moved one
  addEventListener("pageshow", () => show(list)); // so may have the one that Back leads from
  list.addEventListener("input", (event) => {
    const note = closest(event, "textarea", HTMLTextAreaElement);
    const views = collectedViews();
    const view = note && views[placeOf(list, note)];
    if (note && view) storeViews(views.with(placeOf(list, note), { ...view, note: note.value }));
  });
  list.addEventListener("click", (event) => {
    const button = closest(event, "button[data-moves]", HTMLButtonElement);
    if (button) move(list, placeOf(list, button), button.dataset.moves ?? "");
  });
  find("#download-report", HTMLButtonElement)?.addEventListener("click", (event) => void download(event.currentTarget));
}

/**
 * @param {HTMLElement} list
 * @param {Element} inside
 */
function placeOf(list, inside) {
  return findAll("li", HTMLLIElement, list).findIndex((item) => item.contains(inside));
}

/** @param {HTMLOListElement} list */
function show(list) {
  const views = collectedViews();
  const items = views.flatMap((view) => {
    const item = cloneTemplate("#view-item", HTMLLIElement);
    const link = item && find("a", HTMLAnchorElement, item);
    const photo = item && find("img", HTMLImageElement, item);
    const note = item && find("textarea", HTMLTextAreaElement, item);
    const model = item && find("span", HTMLSpanElement, item);
    if (!item || !link || !photo || !note || !model) return [];
    const parameters = new URLSearchParams(view.address.slice(view.address.indexOf("?")));
    Object.assign(link, { href: `../${view.address}`, textContent: view.title });
    photo.src = `../api/v1/images/${encodeURIComponent(parameters.get("image") ?? "")}.png?size=128`;
    model.textContent = parameters.get("model") ?? "";
    note.value = view.note;
    return [item];
  });
  list.replaceChildren(...items);
  find("#none", HTMLElement)?.toggleAttribute("hidden", views.length > 0);
  find("#download-report", HTMLButtonElement)?.toggleAttribute("disabled", !views.length);
}

/**
 * Move a view up or down, or remove it.
 * @param {HTMLOListElement} list
 * @param {number} place
 * @param {string} where "up", "down" or "off"
 */
function move(list, place, where) {
  const views = collectedViews();
  const [view] = views.splice(place, 1);
  const target = place + (where === "up" ? -1 : 1);
  if (view && where !== "off") views.splice(Math.max(0, target), 0, view);
  storeViews(views);
  show(list);
  const focused = findAll(`button[data-moves="${where}"]`, HTMLButtonElement, list)[where === "off" ? place : Math.max(0, target)];
  (focused ?? find("#download-report", HTMLButtonElement))?.focus();
}

/** @param {EventTarget | null} button */
async function download(button) {
  if (button instanceof HTMLButtonElement) button.disabled = true;
  try {
    const views = collectedViews().map(({ address, note }) => ({ address, note }));
    saveFile(await report(views), "convscope-report.html");
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    showNotice("#main h2", error.message);
  } finally {
    if (button instanceof HTMLButtonElement) button.disabled = false;
  }
}
