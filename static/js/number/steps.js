/** From cell to cell of a map, by the arrow keys or played: the window slides, and the map fills in. */

import { closest, find } from "../dom.js";
import { currentView, navigate, parseAddress } from "../state.js";

/** @typedef {import("../state.js").View} View */

const MOTIONLESS = "(prefers-reduced-motion: reduce)";

let playing = false;
/** @type {string | undefined} the cell that the map is filled in to; undefined where it is shown whole */
let reached;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

export function startSteps() {
  document.addEventListener("click", (event) => {
    if (closest(event, "#play-cells", HTMLButtonElement)) return playing ? pauseSteps() : play();
    const link = closest(event, ".number :is([rel=next], [rel=prev])", HTMLAnchorElement);
    if (!link || (!reached && !matchMedia(MOTIONLESS).matches)) return;
    playing = false;
    reached = placeOf(viewOf(link));
  }, true);
}

/** Follow the page: go on to the next cell, or end where the reader went elsewhere. */
export function followSteps() {
  clearTimeout(timer);
  if (placeOf(currentView()) !== reached) reached = undefined;
  if (!reached || !nextCell()) playing = false;
  find("section.number", HTMLElement)?.classList.toggle("stepping", reached !== undefined);
  const button = find("#play-cells", HTMLButtonElement);
  if (button) button.textContent = (playing ? button.dataset.pause : button.dataset.play) ?? "";
  const speed = Number(find("#play-speed", HTMLInputElement)?.value ?? 0);
  if (playing) timer = setTimeout(() => advance(true), 1000 / 2 ** speed);
}

/**
 * To another cell of the same map or another unit of the same vector, if the page shows how a number is computed.
 * @param {number} down in rows
 * @param {number} right in columns
 * @param {KeyboardEvent} event
 * @returns {boolean} whether it does
 */
export function moveCell(down, right, event) {
  const section = find("section.number", HTMLElement);
  const view = currentView();
  if (!section || view.view !== "number") return false;
  const { width = 1, height = 1 } = find("svg:has(.unreached)", SVGSVGElement, section)?.viewBox.baseVal ?? {};
  const [y, x] = (view.cell ?? "0,0").split(",").map(Number);
  if (width * height === 1) find(`[rel=${down + right > 0 ? "next" : "prev"}]`, HTMLAnchorElement, section)?.click();
  else if (y + down >= 0 && y + down < height && x + right >= 0 && x + right < width) {
    navigate({ ...view, cell: `${y + down},${x + right}` }, { replace: event.repeat });
  }
  return true;
}

function play() {
  playing = true;
  const isGoingOn = reached !== undefined;
  advance(isGoingOn);
}

/** Stay at the cell, where the cells are played. */
export function pauseSteps() {
  playing = false;
  followSteps();
}

/** @param {boolean} replace the last step of the history */
function advance(replace) {
  const link = nextCell();
  if (!link) return;
  const view = viewOf(link);
  reached = placeOf(view);
  navigate(view, { replace, whole: true });
}

function nextCell() {
  return find("section.number a[rel=next]", HTMLAnchorElement);
}

/** @param {HTMLAnchorElement} link */
function viewOf(link) {
  return parseAddress(link.getAttribute("href") ?? "");
}

/** @param {View} view */
function placeOf({ model, image, layer, channel, cell, view }) {
  return [model, image, layer, channel, cell, view].join();
}
