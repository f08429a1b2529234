/** The keyboard: walking layers and channels, samples, overlay, help. */

import { channelBeside } from "../draw/sheet.js";
import { find, findAll } from "../dom.js";
import { current, go } from "../state.js";
import { foresee } from "./prefetch.js";
import { toggleOverlay } from "./inspector.js";
import { layerBeside } from "./layer-list.js";
import { shownSheet } from "./sheet.js";

const SINGLE_KEYS = "convscope.single-keys";
const TYPING = "input:not([type=range], [type=checkbox], [type=file]), select, textarea, dialog[open] *";
const ARROWS_TAKEN = `${TYPING}, input[type=range]`;

/** @typedef {Readonly<Record<string, (event: KeyboardEvent) => void>>} Actions by key */

/** @type {Actions} */
const ARROWS = {
  ArrowDown: (event) => walkLayers(1, event),
  ArrowUp: (event) => walkLayers(-1, event),
  ArrowRight: (event) => walkChannels(1, event),
  ArrowLeft: (event) => walkChannels(-1, event),
};

/** @type {Actions} */
const LETTERS = {
  "?": () => find("#help", HTMLDialogElement)?.showModal(),
  "/": () => find("#find", HTMLInputElement)?.select(),
  j: ARROWS.ArrowDown,
  k: ARROWS.ArrowUp,
  l: ARROWS.ArrowRight,
  h: ARROWS.ArrowLeft,
  o: toggleOverlay,
};

/** @param {() => void} explain what the key of an explanation does */
export function startKeys(explain) {
  const letters = { ...LETTERS, e: explain };
  const single = find("#single-keys", HTMLInputElement);
  if (single) single.checked = readChoice();
  single?.addEventListener("change", () => keepChoice(single.checked));
  find("#show-help", HTMLButtonElement)?.addEventListener("click", () => LETTERS["?"](new KeyboardEvent("keydown")));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const act = actionOf(event, letters, single?.checked ?? true);
    if (!act) return;
    event.preventDefault();
    act(event);
  });
}

/**
 * @param {KeyboardEvent} event
 * @param {Actions} letters
 * @param {boolean} single whether keys without Ctrl do anything
 * @returns {((event: KeyboardEvent) => void) | undefined}
 */
function actionOf(event, letters, single) {
  const target = event.target instanceof Element ? event.target : document.body;
  if (event.key === "Escape") return target.matches("dialog[open] *, dialog") ? undefined : () => stepUp(target);
  if (!single) return undefined;
  if (event.key in ARROWS) return target.matches(ARROWS_TAKEN) ? undefined : ARROWS[event.key];
  if (target.matches(TYPING)) return undefined;
  if (/^[1-9]$/.test(event.key)) return () => sample(Number(event.key));
  return letters[event.key];
}

/**
 * @param {number} steps
 * @param {KeyboardEvent} event
 */
function walkLayers(steps, event) {
  const layer = layerBeside(steps);
  if (!layer || layer === current().layer) return;
  go({ ...current(), layer, channel: undefined }, { replace: event.repeat });
  const next = layerBeside(2 * steps); // the list still marks the layer before
  if (next && !event.repeat) foresee(next);
}

/**
 * @param {number} steps
 * @param {KeyboardEvent} event
 */
function walkChannels(steps, event) {
  const sheet = shownSheet();
  if (!sheet) return;
  const now = current().channel;
  const channel = String(channelBeside(sheet, now === undefined ? null : Number(now), steps));
  if (channel !== now) go({ ...current(), channel }, { replace: event.repeat });
}

/** @param {number} number from 1 */
function sample(number) {
  findAll("button[name=sample]", HTMLButtonElement)[number - 1]?.click();
}

/** @param {Element} target */
function stepUp(target) {
  const view = current();
  if (target instanceof HTMLInputElement && target.id === "find") {
    target.value = "";
    target.dispatchEvent(new Event("input", { bubbles: true }));
    target.blur();
  } else if (view.why !== undefined) go({ ...view, why: undefined });
  else if (view.channel !== undefined) go({ ...view, channel: undefined });
  else if (view.layer !== undefined) go({ ...view, layer: undefined });
}

function readChoice() {
  try {
    return localStorage.getItem(SINGLE_KEYS) !== "off";
  } catch {
    return true; // storage may be forbidden
  }
}

/** @param {boolean} on */
function keepChoice(on) {
  try {
    localStorage.setItem(SINGLE_KEYS, on ? "on" : "off");
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
}
