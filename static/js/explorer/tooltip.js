/** The tooltip: the figures of what is pointed at, beside it. The readout of the figure says the same. */

import { find } from "../dom.js";

/** @typedef {{ left: number, top: number, right: number, bottom: number }} Box in the window */

const GAP = 12; // pixels to what it speaks of
const MARGIN = 8; // to the edges of the window

/** @type {Box} */
let anchor = { left: 0, top: 0, right: 0, bottom: 0 };

/**
 * Speak of another place from now on.
 * @param {Box} box
 */
export function anchorTooltip({ left, top, right, bottom }) {
  anchor = { left, top, right, bottom };
  place();
}

/** @param {string} message */
export function showTooltip(message) {
  const tooltip = find("#tooltip", HTMLElement);
  if (!tooltip) return;
  tooltip.textContent = message;
  tooltip.hidden = false;
  place();
}

export function hideTooltip() {
  const tooltip = find("#tooltip", HTMLElement);
  if (tooltip) tooltip.hidden = true;
}

/** Beside the anchor: below and to the right where there is room, else above and to the left. */
function place() {
  const tooltip = find("#tooltip:not([hidden])", HTMLElement);
  if (!tooltip) return;
  const { offsetWidth: width, offsetHeight: height } = tooltip;
  const { clientWidth, clientHeight } = document.documentElement;
  const isRight = anchor.right + GAP + width + MARGIN <= clientWidth;
  const isBelow = anchor.bottom + GAP + height + MARGIN <= clientHeight;
  const left = isRight ? anchor.right + GAP : anchor.left - GAP - width;
  const top = isBelow ? anchor.bottom + GAP : anchor.top - GAP - height;
  tooltip.style.left = `${Math.max(MARGIN, Math.min(clientWidth - MARGIN - width, left))}px`;
  tooltip.style.top = `${Math.max(MARGIN, Math.min(clientHeight - MARGIN - height, top))}px`;
}
