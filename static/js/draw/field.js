/** Receptive fields: the part of the view that a cell depends on. Figures are pairs (vertical, horizontal). */

/**
 * @typedef {object} Field
 * @property {[number, number]} size
 * @property {[number, number]} step
 * @property {[number, number]} offset first pixel of the first cell's field; negative in the padding
 */

/**
 * The six numbers of a field, as the page writes them.
 * @param {string | undefined} text
 * @returns {Field | null}
 */
export function readField(text) {
  const numbers = (text ?? "").split(",").map(Number);
  if (!text || numbers.length !== 6 || numbers.some(Number.isNaN)) return null;
  const [height, width, down, across, top, left] = numbers;
  return { size: [height, width], step: [down, across], offset: [top, left] };
}

/**
 * The pixels of a view that cell (y, x) sees, cut off at the view's edges.
 * @param {Field} field
 * @param {number} y
 * @param {number} x
 * @param {{ width: number, height: number }} view
 */
export function boxSeen(field, y, x, view) {
  const top = field.offset[0] + y * field.step[0];
  const left = field.offset[1] + x * field.step[1];
  const clippedTop = Math.max(0, top);
  const clippedLeft = Math.max(0, left);
  return {
    x: clippedLeft,
    y: clippedTop,
    width: Math.max(0, Math.min(view.width, left + field.size[1]) - clippedLeft),
    height: Math.max(0, Math.min(view.height, top + field.size[0]) - clippedTop),
  };
}
