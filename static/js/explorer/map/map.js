/** The network map: its buttons, keys and the search. */

import { Failure, isAbort } from "../../api.js";
import { closest, find, findAll } from "../../dom.js";
import { neighbour } from "../../lib/layout/walking.js";
import { currentView } from "../../state.js";
import { text } from "../../texts.js";
import { NetworkMap } from "./drawing.js";
import { measure, showNote, timesOf } from "./legend.js";

/** @typedef {import("../../state.js").View} View */

const ZOOM_STEP = 1.4;
/** @type {Readonly<Record<string, import("../../lib/layout/walking.js").Direction>>} */
const DIRECTIONS = {
  ArrowDown: "down",
  j: "down",
  ArrowUp: "up",
  k: "up",
  ArrowLeft: "left",
  h: "left",
  ArrowRight: "right",
  l: "right",
};

/** @type {NetworkMap | null} the map on the page */
let current = null;
let measuring = new AbortController();
/** @type {HTMLElement | null} the map whose network is being measured */
let measured = null;

export function startMap() {
  document.addEventListener("input", (event) => {
    if (closest(event, "#find", HTMLInputElement)) current?.dim(matches());
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && closest(event, "#find", HTMLInputElement)) selectNextMatch();
  });
  showMap(currentView());
}

/**
 * Show a view on the map of the page.
 * @param {View} view
 */
export function showMap(view) {
  const root = find("#map", HTMLElement);
  if (!root) return;
  if (current?.root !== root) current = createMap(root);
  current?.show(view);
  if (view.by !== "time") measuring.abort();
  else if (view.map === "large" && measured !== root && !timesOf(root)) void measureTimes(root);
}

/** @param {HTMLElement} root */
function createMap(root) {
  const svg = find("#map-drawing", SVGSVGElement, root);
  const group = find("#map-camera", SVGGElement, root);
  if (!svg || !group) return null;
  const map = new NetworkMap(root, svg, group);
  root.addEventListener("click", (event) => {
    const button = closest(event, "button", HTMLButtonElement);
    if (button) BUTTONS[button.id]?.(map);
  });
  root.addEventListener("change", (event) => {
    const by = closest(event, "#map-by", HTMLSelectElement)?.value;
    if (by) setColouring(map, by);
  });
  svg.addEventListener("click", (event) => handleClick(event, map));
  svg.addEventListener("keydown", (event) => handleKey(event, map));
  return map;
}

/** @type {Readonly<Record<string, (map: NetworkMap) => void>>} */
const BUTTONS = {
  "map-close": (map) => setSize(map, undefined),
  "map-in": (map) => map.camera.zoom(ZOOM_STEP),
  "map-out": (map) => map.camera.zoom(1 / ZOOM_STEP),
  "map-whole": (map) => map.camera.fit(),
  "map-fold": (map) => map.toggleAll(false),
  "map-unfold": (map) => map.toggleAll(true),
  "map-save": (map) => void save(map, "svg"),
  "map-save-png": (map) => void save(map, "png"),
  "map-stop": (map) => setColouring(map, "kind"),
};

/**
 * @param {NetworkMap} map
 * @param {string} by what the colours mean
 */
function setColouring(map, by) {
  map.change({ by: by === "kind" ? undefined : by });
  showMap(currentView());
}

/**
 * @param {NetworkMap} map
 * @param {string | undefined} size
 */
function setSize(map, size) {
  map.change({ map: size });
  showMap(currentView());
}

/**
 * @param {MouseEvent} event
 * @param {NetworkMap} map
 */
function handleClick(event, map) {
  const target = event.target instanceof Element ? event.target : null;
  const frame = target?.closest(".fold")?.closest(".frame");
  if (frame) return map.toggle(Number(frame.getAttribute("data-block")));
  const item = target?.closest(".card")?.getAttribute("data-item");
  if (!item || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (target?.closest(".unfold")) return map.toggle(map.blockOf(item));
  map.player.clear();
  map.select(item);
}

/**
 * @param {KeyboardEvent} event
 * @param {NetworkMap} map
 */
function handleKey(event, map) {
  const item = event.target instanceof Element ? event.target.closest(".card")?.getAttribute("data-item") : null;
  if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
  /** @type {Readonly<Record<string, () => void>>} */
  const keys = {
    " ": () => map.toggle(map.blockOf(item)),
    Enter: () => map.select(item),
    "+": () => map.camera.zoom(ZOOM_STEP),
    "-": () => map.camera.zoom(1 / ZOOM_STEP),
    0: () => map.camera.fit(),
  };
  const direction = DIRECTIONS[event.key];
  if (!direction && !(event.key in keys)) return;
  event.preventDefault();
  if (!direction) return keys[event.key]();
  const next = neighbour(map.plan, item, direction);
  if (next) map.select(next, event.repeat);
}

/** The layers that match the search; null without a search. */
function matches() {
  if (!find("#find", HTMLInputElement)?.value.trim()) return null;
  return new Set(matchingRows().map((row) => row.dataset.layer ?? ""));
}

/** Select the first match, or the next one after the current layer. */
function selectNextMatch() {
  const rows = matchingRows();
  const index = rows.findIndex((row) => row.dataset.layer === currentView().layer);
  rows[(index + 1) % rows.length]?.click();
}

function matchingRows() {
  return findAll("#network li:not([hidden]) > a.row", HTMLAnchorElement);
}

/** @param {HTMLElement} root */
async function measureTimes(root) {
  measuring.abort();
  measuring = new AbortController();
  const { signal } = measuring;
  const stop = find("#map-stop", HTMLButtonElement, root);
  measured = root;
  if (stop) stop.hidden = false;
  try {
    await measure(root, signal);
    if (root.isConnected) current?.show(currentView());
  } catch (error) {
    if (isAbort(error)) return;
    if (!(error instanceof Failure)) throw error;
    showNote(root, error.message);
  } finally {
    if (measuring.signal === signal) measured = null;
    if (stop && measured !== root) stop.hidden = true;
  }
}

/**
 * @param {NetworkMap} map
 * @param {"svg" | "png"} ending
 */
async function save(map, ending) {
  try {
    const { saveMap } = await import("./export.js"); // few readers save a map
    await saveMap(map.root, map.group, map.plan, `${map.root.dataset.name}.${ending}`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    showNote(map.root, error.message || text("unreadable"));
  }
}
