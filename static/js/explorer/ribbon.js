/** The ribbon: its current place is in sight, and it stays where it was scrolled to as long as it is. */

import { find } from "../dom.js";

const MARGIN = 120; // pixels that are seen on either side of the current place

export function startRibbon() {
  showPlace(0);
}

/** How far the ribbon is scrolled. */
export function ribbonPosition() {
  return find("#ribbon-track", HTMLElement)?.scrollLeft ?? 0;
}

/**
 * Scroll a ribbon that was replaced to where it was, and further if its current place is out of sight.
 * @param {number} position
 */
export function showPlace(position) {
  const track = find("#ribbon-track", HTMLElement);
  if (!track) return;
  const place = Number(track.dataset.current);
  const [first, last] = [position + MARGIN, position + track.clientWidth - MARGIN];
  track.scrollLeft = place < first || place > last ? place - track.clientWidth / 2 : position;
}
