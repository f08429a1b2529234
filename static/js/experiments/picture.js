/** The page of a changed picture: what follows the list of changes is on the page as soon as the server has drawn it. */

import { isAbort, page } from "../api.js";
import { closest, decodeImage, fillHiddenFields, find, findAll, parseHtml, showNotice } from "../dom.js";
import { changeText } from "../lib/changes.js";
import { swapContent } from "../replacement.js";
import { onHistory, pushAddress, replaceQuery } from "../state.js";
import { startAreaDrawing } from "./area-drawing.js";

const AFTER = ["finding", "after", "maps-after"]; // what follows an amount; the side of the original stays
const WHOLE = ["before-after", "maps", "changes"];

/** The requests of the page, one after the other: the last state that was wanted comes next. */
class Updates {
  /** @type {{ query: string, isWhole: boolean } | null} */
  #wanted = null;
  #isRunning = false;

  /** @param {string} source the address of the page */
  constructor(source) {
    this.source = source;
  }

  /**
   * @param {URLSearchParams} query
   * @param {boolean} isWhole whether the list of changes is drawn as well
   */
  request(query, isWhole) {
    this.#wanted = { query: String(query), isWhole: isWhole || Boolean(this.#wanted?.isWhole) };
    if (!this.#isRunning) void this.#run();
  }

  async #run() {
    this.#isRunning = true;
    while (this.#wanted) {
      const { query, isWhole } = this.#wanted;
      this.#wanted = null;
      try {
        await show(await page(`${this.source}?${query}`, isWhole ? "page" : "result", new AbortController().signal), isWhole);
      } catch (error) {
        if (!isAbort(error)) showNotice("#changes > h3", error instanceof Error ? error.message : "");
      }
    }
    this.#isRunning = false;
  }
}

export function startPicture() {
  const place = find(".changing", HTMLElement);
  const form = find("#changes", HTMLFormElement);
  if (!place || !form) return;
  const updates = new Updates(place.dataset.source ?? "");
  const update = () => form.checkValidity() && updates.request(queryOf(form), false);
  document.addEventListener("input", (event) => {
    const field = closest(event, "#changes .amount :is(input, select)", HTMLElement);
    if (field instanceof HTMLInputElement) matchFields(field);
    if (field) update();
    if (closest(event, "#layer", HTMLSelectElement)) updates.request(queryOf(form), true);
  });
  /** @param {[string, string][]} edit */
  const edit = (...edit) => {
    const query = new URLSearchParams([...queryOf(form), ...edit]);
    pushAddress(`?${query}`); // the server's answer has the address of the new list
    updates.request(query, true);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = event.submitter;
    if (button instanceof HTMLButtonElement && button.name) edit([button.name, button.value]);
    else update();
  });
  onHistory((search) => updates.request(new URLSearchParams(search), true));
  startReordering(form, edit);
  startAreaDrawing(form, update, (text) => edit(["change", text]));
}

/**
 * The state of the form, as an address has it.
 * @param {HTMLFormElement} form
 */
function queryOf(form) {
  const fields = new FormData(form);
  const query = new URLSearchParams(["model", "image", "layer"].map((name) => [name, String(fields.get(name) ?? "")]));
  for (const row of findAll(".change", HTMLLIElement, form)) {
    const amounts = findAll("[name=amount]", HTMLElement, row).map((field) => (/** @type {HTMLInputElement} */ (field)).value);
    query.append("change", changeText(row.dataset.name ?? "", amounts));
  }
  return query;
}

/**
 * Let the slider and the number of an amount say the same.
 * @param {HTMLInputElement} field
 */
function matchFields(field) {
  for (const other of findAll("input", HTMLInputElement, field.parentElement ?? document)) if (other !== field) other.value = field.value;
}

/**
 * Put what the server drew on the page once its images are decoded, so that nothing flickers.
 * @param {string} html
 * @param {boolean} isWhole
 */
async function show(html, isWhole) {
  const rendered = parseHtml(html);
  const parts = (isWhole ? WHOLE : AFTER).map((id) => ({ before: find(`#${id}`, HTMLElement), after: find(`#${id}`, HTMLElement, rendered) }));
  const refusal = find(".notice strong", HTMLElement, rendered);
  if (parts.some(({ after }) => !after)) return showNotice("#changes > h3", refusal?.textContent ?? "");
  find(".notice.complaint", HTMLElement)?.remove();
  const drawn = parts.flatMap(({ after }) => (after ? findAll("img", HTMLImageElement, after) : []));
  const decoded = await Promise.all(drawn.map((image) => (image.loading === "lazy" ? null : decodeImage(image.getAttribute("src") ?? ""))));
  for (const [at, image] of drawn.entries()) reuse(image, decoded[at] ?? null);
  for (const { before, after } of parts) if (before && after) swapContent(before, after);
  keepState(find("#before-after", HTMLElement, rendered)?.dataset.query ?? "");
}

/**
 * Put the image of the page with the same address, or the decoded one, in the place of one that is not loaded yet.
 * @param {HTMLImageElement} image
 * @param {HTMLImageElement | null} decoded
 */
function reuse(image, decoded) {
  const source = image.getAttribute("src");
  const same = findAll(".changing img", HTMLImageElement).find((each) => each.getAttribute("src") === source);
  const successor = same ?? decoded;
  if (!successor) return;
  for (const { name, value } of image.attributes) successor.setAttribute(name, value);
  image.replaceWith(successor);
}

/**
 * Let the address and the forms of the page have the state that the page has.
 * @param {string} query
 */
function keepState(query) {
  replaceQuery("", query);
  for (const form of findAll("#onward, .of-picture form", HTMLFormElement)) form.action = form.action.replace(/(\?.*)?$/, `?${query}`);
  const compare = find("#onward [formaction]", HTMLButtonElement);
  if (compare) compare.formAction = compare.formAction.replace(/(\?.*)?$/, `?${query}&to=compare`);
  const network = find(".of-network", HTMLFormElement);
  const state = [...new URLSearchParams(query)].filter(([name]) => ["image", "change"].includes(name));
  if (network) fillHiddenFields(network, state);
}

/**
 * Let the list be reordered by dragging.
 * @param {HTMLFormElement} form
 * @param {(...edit: [string, string][]) => void} edit draws the list that the form has
 */
function startReordering(form, edit) {
  /** @type {HTMLLIElement | null} */
  let dragged = null;
  form.addEventListener("dragstart", (event) => {
    dragged = closest(event, ".grip", HTMLElement)?.closest("li") ?? null;
    if (dragged) event.dataTransfer?.setDragImage(dragged, 0, 0);
  });
  form.addEventListener("dragend", () => (dragged = null));
  form.addEventListener("drop", (event) => {
    const row = closest(event, ".change", HTMLLIElement);
    if (!dragged || !row || row === dragged) return;
    const isBelow = row.compareDocumentPosition(dragged) & Node.DOCUMENT_POSITION_PRECEDING;
    if (isBelow) row.after(dragged);
    else row.before(dragged);
    edit();
  });
}
