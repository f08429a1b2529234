/** Receptive fields: the input pixels of a cell, and the cell above an input pixel. */

/**
 * The input rows of each row of cells and the input columns of each column of cells: first pixel, and first one after.
 * @typedef {{ rows: [number, number][], columns: [number, number][] }} Fields
 */

/**
 * The input pixels in the receptive field of cell (y, x), exact at the borders; null where it covers only padding.
 * @param {Fields} fields
 * @param {number} y
 * @param {number} x
 */
export function receptiveField(fields, y, x) {
  const [top, bottom] = fields.rows[y] ?? [0, 0];
  const [left, right] = fields.columns[x] ?? [0, 0];
  return bottom > top && right > left ? { x: left, y: top, width: right - left, height: bottom - top } : null;
}

/**
 * The cell whose receptive field has its centre nearest to a point of the input.
 * @param {Fields} fields
 * @param {number} down in pixels
 * @param {number} across
 */
export function nearestCell(fields, down, across) {
  return { y: nearest(fields.rows, down), x: nearest(fields.columns, across) };
}

/**
 * @param {[number, number][]} spans
 * @param {number} point
 */
function nearest(spans, point) {
  /** @param {number} at */
  const distance = (at) => Math.abs((spans[at][0] + spans[at][1]) / 2 - point);
  return spans.reduce((best, _, at) => (distance(at) < distance(best) ? at : best), 0);
}
