/** The keyboard shortcuts: layers, channels, samples, overlay, explanation and help. */

import { find, findAll } from "../dom.js";
import { neighbourChannel } from "../draw/sheet.js";
import { recall, remember } from "../memory.js";
import { moveCell } from "../number/steps.js";
import { currentView, navigate } from "../state.js";
import { toggleOverlay } from "./inspector.js";
import { neighbourLayer } from "./layer-list.js";
import { showMap } from "./map/map.js";
import { prefetch } from "./prefetch.js";
import { currentSheet } from "./sheet.js";

/** @typedef {Readonly<Record<string, (event: KeyboardEvent) => void>>} Actions by key */

const SINGLE_KEYS = "single-keys";
const TYPING = "input:not([type=range], [type=checkbox], [type=file]), select, textarea, dialog[open] *";
const USES_ARROWS = `${TYPING}, input[type=range]`;

/** @type {Actions} */
const ARROWS = {
  ArrowDown: (event) => moveCell(1, 0, event) || moveLayer(1, event),
  ArrowUp: (event) => moveCell(-1, 0, event) || moveLayer(-1, event),
  ArrowRight: (event) => moveCell(0, 1, event) || moveChannel(1, event),
  ArrowLeft: (event) => moveCell(0, -1, event) || moveChannel(-1, event),
};

/** @type {Actions} */
const LETTERS = {
  "?": () => find("#help", HTMLDialogElement)?.showModal(),
  "/": findLayer,
  j: ARROWS.ArrowDown,
  k: ARROWS.ArrowUp,
  l: ARROWS.ArrowRight,
  h: ARROWS.ArrowLeft,
  o: toggleOverlay,
};

/** @param {() => void} explain the action of the key e */
export function startKeyboard(explain) {
  const letters = { ...LETTERS, e: explain };
  const single = find("#single-keys", HTMLInputElement);
  if (single) single.checked = recall(SINGLE_KEYS) !== "off";
  single?.addEventListener("change", () => remember(SINGLE_KEYS, single.checked ? "on" : "off"));
  find("#show-help", HTMLButtonElement)?.addEventListener("click", () => LETTERS["?"](new KeyboardEvent("keydown")));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const act = actionOf(event, single?.checked ?? true ? letters : null);
    if (!act) return;
    event.preventDefault();
    act(event);
  });
}

/**
 * @param {KeyboardEvent} event
 * @param {Actions | null} letters null where single keys are off
 * @returns {((event: KeyboardEvent) => void) | undefined}
 */
function actionOf(event, letters) {
  const target = event.target instanceof Element ? event.target : document.body;
  if (event.key === "Escape") return isOver(target) ? undefined : () => leave(target);
  if (!letters) return undefined;
  if (event.key in ARROWS) return usesArrows(target) ? undefined : ARROWS[event.key];
  if (target.matches(TYPING)) return undefined;
  if (/^[1-9]$/.test(event.key)) return () => chooseSample(Number(event.key));
  return letters[event.key];
}

/**
 * Whether the browser closes something over the page when Escape is pressed: a dialog, or the menu of a narrow screen.
 * @param {Element} target
 */
function isOver(target) {
  return target.matches("dialog[open] *, dialog") || find("#places:popover-open", HTMLElement) !== null;
}

/**
 * Whether the arrow keys are its own: it is typed into, or scrolls sideways.
 * @param {Element} target
 */
function usesArrows(target) {
  return target.matches(USES_ARROWS) || (target.matches(".plane") && target.scrollWidth > target.clientWidth);
}

/**
 * @param {number} steps
 * @param {KeyboardEvent} event
 */
function moveLayer(steps, event) {
  const layer = neighbourLayer(steps);
  if (!layer || layer === currentView().layer) return;
  navigate({ ...currentView(), layer, channel: undefined }, { replace: event.repeat });
  const next = neighbourLayer(2 * steps); // the list still marks the former layer
  if (next && !event.repeat) prefetch(next);
}

/**
 * @param {number} steps
 * @param {KeyboardEvent} event
 */
function moveChannel(steps, event) {
  const sheet = currentSheet();
  if (!sheet) return;
  const before = currentView().channel;
  const channel = String(neighbourChannel(sheet, before === undefined ? null : Number(before), steps));
  if (channel !== before) navigate({ ...currentView(), channel }, { replace: event.repeat });
}

/** To the search for a layer, which stands above the graph. */
function findLayer() {
  if (currentView().map !== "large") {
    navigate({ ...currentView(), map: "large" });
    showMap(currentView());
  }
  find("#find", HTMLInputElement)?.select();
}

/** @param {number} number from 1 */
function chooseSample(number) {
  findAll("button[name=sample]", HTMLButtonElement)[number - 1]?.click();
}

/**
 * Leave the search, the explanation, the number, the channel or the layer, whichever is the innermost.
 * @param {Element} target
 */
function leave(target) {
  const view = currentView();
  if (target instanceof HTMLInputElement && target.id === "find") {
    target.value = "";
    target.dispatchEvent(new Event("input", { bubbles: true }));
    target.blur();
  } else if (view.why !== undefined) navigate({ ...view, why: undefined });
  else if (view.view !== undefined) navigate({ ...view, view: undefined });
  else if (view.channel !== undefined) navigate({ ...view, channel: undefined });
  else if (view.layer !== undefined) navigate({ ...view, layer: undefined });
}
