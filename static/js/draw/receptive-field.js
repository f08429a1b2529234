/** Receptive fields: the part of the view that a cell depends on, and the cell that looks at a place. */

/**
 * What each row of a layer's cells sees, and each column: the first pixel, and the first one outside.
 * @typedef {{ rows: [number, number][], columns: [number, number][] }} Fields
 */

/**
 * The pixels of the view that cell (y, x) sees, exact at the borders; null where it sees padding alone.
 * @param {Fields} fields
 * @param {number} y
 * @param {number} x
 */
export function boxSeen(fields, y, x) {
  const [top, bottom] = fields.rows[y] ?? [0, 0];
  const [left, right] = fields.columns[x] ?? [0, 0];
  return bottom > top && right > left ? { x: left, y: top, width: right - left, height: bottom - top } : null;
}

/**
 * The cell whose field has its middle nearest to a place of the view.
 * @param {Fields} fields
 * @param {number} down in pixels
 * @param {number} across
 */
export function cellLookingAt(fields, down, across) {
  return { y: nearest(fields.rows, down), x: nearest(fields.columns, across) };
}

/**
 * @param {[number, number][]} spans
 * @param {number} place
 */
function nearest(spans, place) {
  /** @param {number} at */
  const distance = (at) => Math.abs((spans[at][0] + spans[at][1]) / 2 - place);
  return spans.reduce((best, _, at) => (distance(at) < distance(best) ? at : best), 0);
}
