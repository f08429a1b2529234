/** The widths of the panels: their borders are dragged or moved with the arrow keys, and the widths are remembered. */

import { closest, find, findAll } from "../dom.js";
import { recall, remember } from "../memory.js";

const STEP = 16; // pixels of an arrow key
const LONG_STEP = 64; // with Shift
/** @type {Readonly<Record<string, number>>} towards the left or the right */
const ARROWS = { ArrowLeft: -1, ArrowRight: 1 };

let grip = 0; // pixels from the edge of the panel to the pointer that drags it

export function startPanels() {
  for (const border of borders()) setWidth(border, Number(recall(keyOf(border))));
  document.addEventListener("pointerdown", (event) => {
    const border = closest(event, ".border", HTMLElement);
    if (!border || event.button !== 0) return;
    event.preventDefault(); // selects no text
    border.focus();
    border.setPointerCapture(event.pointerId);
    grip = widthAt(border, event) - widthOf(border);
  });
  document.addEventListener("pointermove", (event) => {
    const border = closest(event, ".border", HTMLElement);
    if (!border?.hasPointerCapture(event.pointerId)) return;
    setWidth(border, widthAt(border, event) - grip);
  });
  document.addEventListener("pointerup", (event) => {
    const border = closest(event, ".border", HTMLElement);
    if (border?.hasPointerCapture(event.pointerId)) keepWidth(border);
  });
  document.addEventListener("dblclick", (event) => {
    const border = closest(event, ".border", HTMLElement);
    if (border) reset(border);
  });
  document.addEventListener("keydown", handleKey);
  addEventListener("resize", showWidths);
  showWidths();
}

/** Say how wide the panels are, where a script or a reader asks for the value of their borders. */
export function showWidths() {
  for (const border of borders()) border.setAttribute("aria-valuenow", String(Math.round(widthOf(border))));
}

/** @param {KeyboardEvent} event */
function handleKey(event) {
  const border = closest(event, ".border", HTMLElement);
  if (!border || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Home") reset(border);
  else if (event.key in ARROWS) {
    const step = ARROWS[event.key] * (event.shiftKey ? LONG_STEP : STEP);
    setWidth(border, widthOf(border) + (isAtRight(border) ? step : -step));
    keepWidth(border);
  } else return;
  event.preventDefault();
}

/**
 * @param {HTMLElement} border
 * @param {number} width in pixels, which the style sheet limits; 0 for the style sheet's own
 */
function setWidth(border, width) {
  const { style } = document.documentElement;
  if (width > 0) style.setProperty(propertyOf(border), `${Math.round(width)}px`);
  else style.removeProperty(propertyOf(border));
  showWidths();
}

/**
 * Remember the width that the panel has, within the limits.
 * @param {HTMLElement} border
 */
function keepWidth(border) {
  const width = widthOf(border);
  setWidth(border, width);
  remember(keyOf(border), String(Math.round(width)));
}

/** @param {HTMLElement} border */
function reset(border) {
  setWidth(border, 0);
  remember(keyOf(border), null);
}

/** @param {HTMLElement} border */
function widthOf(border) {
  return panelOf(border).getBoundingClientRect().width;
}

/**
 * How wide the panel would be if it ended at the pointer.
 * @param {HTMLElement} border
 * @param {PointerEvent} event
 */
function widthAt(border, { clientX }) {
  const { left, right } = panelOf(border).getBoundingClientRect();
  return isAtRight(border) ? clientX - left : right - clientX;
}

/** @param {HTMLElement} border @returns {Element} the panel that it makes wider */
function panelOf(border) {
  return find(`#${border.getAttribute("aria-controls")}`, HTMLElement) ?? border;
}

/** @param {HTMLElement} border whether it is at the right of its panel */
function isAtRight(border) {
  return border.dataset.side === "right";
}

/** @param {HTMLElement} border */
function keyOf(border) {
  return `width-${border.getAttribute("aria-controls")}`;
}

/** @param {HTMLElement} border */
function propertyOf(border) {
  return `--${border.getAttribute("aria-controls")}`;
}

function borders() {
  return findAll(".border", HTMLElement);
}
