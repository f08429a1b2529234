/** From cell to cell of a map, by the arrow keys or played: the window slides, and the map fills in. */

import { closest, find } from "../dom.js";
import { currentView, navigate, parseAddress } from "../state.js";

let playing = false;
/** @type {string | undefined} the cell that playing has come to */
let reached;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

export function startSteps() {
  document.addEventListener("click", (event) => {
    if (!closest(event, "#play-cells", HTMLButtonElement)) return;
    playing = !playing;
    reached = currentView().cell;
    if (playing) advance(false);
    else followSteps();
  });
}

/** Follow the page: go on to the next cell, or stop where the reader went elsewhere. */
export function followSteps() {
  clearTimeout(timer);
  if (currentView().cell !== reached || !nextCell()) playing = false;
  find("#main", HTMLElement)?.classList.toggle("stepping", playing);
  const button = find("#play-cells", HTMLButtonElement);
  if (button) button.textContent = (playing ? button.dataset.pause : button.dataset.play) ?? "";
  const speed = Number(find("#play-speed", HTMLInputElement)?.value ?? 0);
  if (playing) timer = setTimeout(() => advance(true), 1000 / 2 ** speed);
}

/**
 * To another cell of the same map, if the page shows how a number is computed.
 * @param {number} down in rows
 * @param {number} right in columns
 * @returns {boolean} whether it does
 */
export function moveCell(down, right) {
  const section = find("section.number", HTMLElement);
  if (!section) return false;
  const { width = 1, height = 1 } = find(".outcome svg", SVGSVGElement, section)?.viewBox.baseVal ?? {};
  const [y, x] = [Number(section.dataset.y) + down, Number(section.dataset.x) + right];
  if (y >= 0 && y < height && x >= 0 && x < width) navigate({ ...currentView(), cell: `${y},${x}` });
  return true;
}

function nextCell() {
  return find("section.number a[rel=next]", HTMLAnchorElement);
}

/** @param {boolean} replace the last step of the history */
function advance(replace) {
  const view = parseAddress(nextCell()?.getAttribute("href") ?? "");
  reached = view.cell;
  if (view.cell) navigate(view, { replace, whole: true });
}
