/** The map of the network beside its list: what its buttons, keys and the search do. */

import { Failure, isAbort } from "../../api.js";
import { around, find, findAll } from "../../dom.js";
import { beside } from "../../lib/layout/walking.js";
import { text } from "../../texts.js";
import { current } from "../../state.js";
import { NetworkMap } from "./drawing.js";
import { saveMap } from "./export.js";
import { measure, tell, timesOf } from "./legend.js";

/** @typedef {import("../../state.js").View} View */

const CLOSER = 1.4;
/** @type {Readonly<Record<string, import("../../lib/layout/walking.js").Direction>>} */
const WAYS = {
  ArrowDown: "down",
  j: "down",
  ArrowUp: "up",
  k: "up",
  ArrowLeft: "left",
  h: "left",
  ArrowRight: "right",
  l: "right",
};

/** @type {NetworkMap | null} */
let shown = null;
let measuring = new AbortController();
/** @type {HTMLElement | null} */
let timed = null; // the map whose network is being measured

export function startMap() {
  document.addEventListener("input", (event) => {
    if (around(event, "#find", HTMLInputElement)) shown?.dim(found());
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && around(event, "#find", HTMLInputElement)) nextFound();
  });
  showMap(current());
}

/**
 * Show what the address says on the map of the page.
 * @param {View} view
 */
export function showMap(view) {
  const root = find("#map", HTMLElement);
  if (!root) return;
  if (shown?.root !== root) shown = start(root);
  shown?.show(view);
  if (view.by !== "time") measuring.abort();
  else if (view.map !== "none" && timed !== root && !timesOf(root)) void time(root);
}

/** @param {HTMLElement} root */
function start(root) {
  const svg = find("#map-drawing", SVGSVGElement, root);
  const group = find("#map-camera", SVGGElement, root);
  if (!svg || !group) return null;
  const map = new NetworkMap(root, svg, group);
  root.addEventListener("click", (event) => press(event, map));
  root.addEventListener("change", (event) => {
    const by = around(event, "#map-by", HTMLSelectElement)?.value;
    if (by) colourBy(map, by);
  });
  svg.addEventListener("click", (event) => choose(event, map));
  svg.addEventListener("keydown", (event) => walk(event, map));
  return map;
}

/** @type {Readonly<Record<string, (map: NetworkMap) => void>>} */
const BUTTONS = {
  "map-toggle": (map) => resize(map, current().map === "none" ? undefined : "none"),
  "map-large": (map) => resize(map, current().map === "large" ? undefined : "large"),
  "map-in": (map) => map.camera.zoom(CLOSER),
  "map-out": (map) => map.camera.zoom(1 / CLOSER),
  "map-whole": (map) => map.camera.whole(),
  "map-fold": (map) => map.toggleAll(false),
  "map-unfold": (map) => map.toggleAll(true),
  "map-save": (map) => void keep(map),
  "map-stop": (map) => colourBy(map, "kind"),
};

/**
 * @param {Event} event
 * @param {NetworkMap} map
 */
function press(event, map) {
  const button = around(event, "button", HTMLButtonElement);
  if (button) BUTTONS[button.id]?.(map);
}

/**
 * @param {NetworkMap} map
 * @param {string} by what colours shall stand for
 */
function colourBy(map, by) {
  map.change({ by: by === "kind" ? undefined : by });
  showMap(current());
}

/**
 * @param {NetworkMap} map
 * @param {string | undefined} size
 */
function resize(map, size) {
  map.change({ map: size });
  showMap(current());
}

/**
 * @param {MouseEvent} event
 * @param {NetworkMap} map
 */
function choose(event, map) {
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
function walk(event, map) {
  const item = event.target instanceof Element ? event.target.closest(".card")?.getAttribute("data-item") : null;
  if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
  /** @type {Readonly<Record<string, () => void>>} */
  const keys = {
    " ": () => map.toggle(map.blockOf(item)),
    Enter: () => map.select(item),
    "+": () => map.camera.zoom(CLOSER),
    "-": () => map.camera.zoom(1 / CLOSER),
    0: () => map.camera.whole(),
  };
  const way = WAYS[event.key];
  if (!way && !(event.key in keys)) return;
  event.preventDefault();
  if (!way) return keys[event.key]();
  const next = beside(map.plan, item, way);
  if (next) map.select(next, event.repeat);
}

/** The layers that the search has found; null where nothing is looked for. */
function found() {
  if (!find("#find", HTMLInputElement)?.value.trim()) return null;
  return new Set(findAll("#network li:not([hidden]) > a.row", HTMLAnchorElement).map((row) => row.dataset.layer ?? ""));
}

/** Go to the first layer found, or from there to the next. */
function nextFound() {
  const rows = findAll("#network li:not([hidden]) > a.row", HTMLAnchorElement);
  const at = rows.findIndex((row) => row.dataset.layer === current().layer);
  rows[(at + 1) % rows.length]?.click();
}

/** @param {HTMLElement} root */
async function time(root) {
  measuring.abort();
  measuring = new AbortController();
  const { signal } = measuring;
  const stop = find("#map-stop", HTMLButtonElement, root);
  timed = root;
  if (stop) stop.hidden = false;
  try {
    await measure(root, signal);
    if (root.isConnected) shown?.show(current());
  } catch (error) {
    if (isAbort(error)) return;
    if (!(error instanceof Failure)) throw error;
    tell(root, error.message);
  } finally {
    if (measuring.signal === signal) timed = null;
    if (stop && timed !== root) stop.hidden = true;
  }
}

/** @param {NetworkMap} map */
async function keep(map) {
  try {
    await saveMap(map.root, map.group, map.plan, map.root.dataset.name ?? "");
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    tell(map.root, error.message || text("unreadable"));
  }
}
