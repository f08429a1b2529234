/** Cells of several maps that are at the same place: the same share of the height and of the width. */

/** @typedef {{ height: number, width: number }} MapSize in cells */
/** @typedef {{ y: number, x: number }} Cell */
/** @typedef {{ y: number, x: number }} Place as shares of the height and the width, from 0 to below 1 */

/**
 * The place of the middle of a cell.
 * @param {MapSize} map
 * @param {Cell} cell
 * @returns {Place}
 */
export function placeOf(map, cell) {
  return { y: (cell.y + 0.5) / map.height, x: (cell.x + 0.5) / map.width };
}

/**
 * The cell of a map at a place; places beyond the edges belong to the cells at the edges.
 * @param {MapSize} map
 * @param {Place} place
 * @returns {Cell}
 */
export function cellAt(map, place) {
  return { y: nearest(place.y * map.height, map.height), x: nearest(place.x * map.width, map.width) };
}

/**
 * @param {number} position
 * @param {number} count
 */
function nearest(position, count) {
  return Math.max(0, Math.min(count - 1, Math.floor(position)));
}
