/** The page of a drawn digit: whatever is drawn or changed, the scores and every layer follow. */

import { addImage, Failure } from "../api.js";
import { closest, find, findAll, showNotice } from "../dom.js";
import { Pad } from "../drawing/pad.js";
import { replaceQuery } from "../state.js";
import { FrameLoop } from "./frame-loop.js";
import { showResult } from "./live-results.js";

const HEADING = ".drawing > h3";

export function startDigit() {
  const place = find("#live", HTMLElement);
  const form = find("#changes", HTMLFormElement);
  const canvas = find("#live canvas", HTMLCanvasElement);
  const stored = find("#stored", HTMLImageElement);
  if (!place || !form || !canvas || !stored) return;
  const loop = new FrameLoop({
    frame: async () => {
      const query = `${place.dataset.query}&${changesOf(form)}`;
      if (!stored.hidden) return { address: `${place.dataset.stored}?${query}`, picture: null };
      return { address: `${place.dataset.live}?${query}`, picture: await pad.picture() };
    },
    show: (result, rate) => showResult(place, result, rate),
    fail: (message) => showNotice(HEADING, message),
  });
  const pad = new Pad(canvas, ({ isEmpty, isPenDown }) => {
    for (const button of findAll(".drawing [name=undo], .drawing [name=store]", HTMLButtonElement)) button.disabled = isEmpty;
    announcePen(isPenDown);
    if (isEmpty && !stored.hidden) return; // nothing is drawn yet
    stored.hidden = true;
    loop.request();
  });
  followForm(form, loop);
  followButtons(pad, place, form);
  document.addEventListener("keydown", (event) => {
    if (event.key === "z" && (event.ctrlKey || event.metaKey)) pad.undo();
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {FrameLoop} loop
 */
function followForm(form, loop) {
  const update = () => {
    for (const output of findAll("output", HTMLOutputElement, form)) {
      output.value = find(`#${output.htmlFor}`, HTMLInputElement, form)?.value ?? "";
    }
    loop.request();
  };
  form.addEventListener("input", update);
  form.addEventListener("change", () => keepAddress(form)); // not while a slider moves: browsers limit how often it changes
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("click", (event) => {
    if (!closest(event, "[name=reset]", HTMLButtonElement)) return;
    for (const slider of findAll("[type=range]", HTMLInputElement, form)) slider.value = slider.dataset.neutral ?? "0";
    for (const choice of findAll("[name=centring]", HTMLInputElement, form)) choice.checked = choice.value === "on";
    update();
    keepAddress(form);
  });
}

/**
 * @param {Pad} pad
 * @param {HTMLElement} place
 * @param {HTMLFormElement} form
 */
function followButtons(pad, place, form) {
  document.addEventListener("click", (event) => {
    if (closest(event, ".drawing [name=undo]", HTMLButtonElement)) pad.undo();
    if (closest(event, ".drawing [name=clear]", HTMLButtonElement)) {
      find("#stored", HTMLImageElement)?.setAttribute("hidden", "");
      pad.clear();
    }
    if (closest(event, ".drawing [name=store]", HTMLButtonElement)) void store(pad, place, form);
    const link = closest(event, "#explore", HTMLAnchorElement);
    if (!link || pad.isEmpty) return;
    event.preventDefault();
    void store(pad, place, form).then((isStored) => isStored && link.click());
  });
}

/**
 * Upload the drawing, and let it be the stored one that the page and its address are about.
 * @param {Pad} pad
 * @param {HTMLElement} place
 * @param {HTMLFormElement} form
 * @returns {Promise<boolean>} whether that worked
 */
async function store(pad, place, form) {
  const stored = find("#stored", HTMLImageElement);
  const link = find("#explore", HTMLAnchorElement);
  const field = find("[name=image]", HTMLInputElement, form);
  const { image: before = "", stored: address = "" } = place.dataset;
  if (!stored || !link || !field) return false;
  try {
    const image = await addImage(await pad.picture(), () => {}, new AbortController().signal);
    Object.assign(place.dataset, { image, stored: address.replaceAll(before, image) });
    stored.src = stored.src.replaceAll(before, image);
    link.href = link.href.replaceAll(before, image);
    field.value = image;
    keepAddress(form);
    stored.hidden = false;
    pad.clear();
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    showNotice(HEADING, error.message);
    return false;
  }
}

/**
 * Whether the pen of the keyboard draws, for those who do not see it.
 * @param {boolean} isDown
 */
function announcePen(isDown) {
  const line = find("#pen", HTMLElement);
  const words = (isDown ? line?.dataset.down : line?.dataset.up) ?? "";
  if (line && line.textContent !== words) line.textContent = words;
}

/**
 * The changes as the API takes them.
 * @param {HTMLFormElement} form
 */
function changesOf(form) {
  const fields = new FormData(form);
  /** @param {string} name */
  const amount = (name) => fields.get(name) || "0";
  const query = new URLSearchParams();
  query.append("change", `thickness:${amount("thickness")}`);
  query.append("change", `rotation:${amount("rotation")}`);
  query.append("change", `shift:${amount("right")},${amount("down")}`);
  if (fields.get("centring") === "off") query.set("fit", "squash");
  return query;
}

/**
 * Let the address have what the form has, without what changes nothing.
 * @param {HTMLFormElement} form
 */
function keepAddress(form) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    const neutral = find(`[name=${name}]`, HTMLInputElement, form)?.dataset.neutral;
    if (value !== neutral && value !== "") query.set(name, String(value));
  }
  replaceQuery("", String(query));
}
