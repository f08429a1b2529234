/** Changes of a picture as text, and the area of the picture that a stroke over its view marks. */

/** @typedef {{ left: number, top: number, width: number, height: number }} Area in percent of the picture's sides */
/** @typedef {{ x: number, y: number }} Point in shares of the view's sides */

/**
 * @param {string} name
 * @param {string[]} amounts
 */
export function changeText(name, amounts) {
  return `${name}:${amounts.join(",")}`;
}

/**
 * The area between two points of the view, in whole percent and inside the picture.
 * @param {Area} view the part of the picture that the view has
 * @param {Point} one
 * @param {Point} other
 * @returns {Area}
 */
export function areaBetween(view, one, other) {
  const [left, right] = ends(view.left, view.width, one.x, other.x);
  const [top, bottom] = ends(view.top, view.height, one.y, other.y);
  return { left, top, width: right - left, height: bottom - top };
}

/**
 * @param {number} start
 * @param {number} extent
 * @param {number} one
 * @param {number} other
 */
function ends(start, extent, one, other) {
  return [Math.min(one, other), Math.max(one, other)].map((share) => Math.min(100, Math.max(0, Math.round(start + share * extent))));
}
