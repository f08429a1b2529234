/** Which pixel of a sheet belongs to which channel; the geometry comes with the sheet. */

/**
 * @typedef {object} Sheet
 * @property {number} columns
 * @property {number} pitchX pixels from one cell's left edge to the next one's
 * @property {number} pitchY
 * @property {number} cellW
 * @property {number} cellH
 * @property {number} channels
 * @property {number[] | null} order the channel at each place; null where they are in the order of their numbers
 */

/**
 * The channel whose cell holds a pixel; null between cells, after the last and off the sheet.
 * @param {Sheet} sheet
 * @param {number} x
 * @param {number} y
 * @returns {number | null}
 */
export function channelAt(sheet, x, y) {
  const column = Math.floor(x / sheet.pitchX);
  const row = Math.floor(y / sheet.pitchY);
  const onCell = x - column * sheet.pitchX < sheet.cellW && y - row * sheet.pitchY < sheet.cellH;
  const place = row * sheet.columns + column;
  if (!onCell || x < 0 || y < 0 || column >= sheet.columns || place >= sheet.channels) return null;
  return sheet.order ? sheet.order[place] : place;
}

/**
 * Where in a map a pixel of the sheet lies: the map's row and column.
 * @param {Sheet} sheet
 * @param {{ width: number, height: number }} map its cells
 * @param {number} x
 * @param {number} y
 */
export function placeInMap(sheet, map, x, y) {
  return {
    y: Math.floor(((y % sheet.pitchY) / sheet.cellH) * map.height),
    x: Math.floor(((x % sheet.pitchX) / sheet.cellW) * map.width),
  };
}

/**
 * The rectangle of a channel's cell.
 * @param {Sheet} sheet
 * @param {number} channel
 */
export function boxOf(sheet, channel) {
  const place = placeOf(sheet, channel);
  const row = Math.floor(place / sheet.columns);
  const column = place - row * sheet.columns;
  return { x: column * sheet.pitchX, y: row * sheet.pitchY, width: sheet.cellW, height: sheet.cellH };
}

/**
 * The channel some places further on the sheet; it stops at either end. Without a channel, the first.
 * @param {Sheet} sheet
 * @param {number | null} channel
 * @param {number} steps
 */
export function channelBeside(sheet, channel, steps) {
  const place = channel === null ? 0 : placeOf(sheet, channel) + steps;
  const bounded = Math.max(0, Math.min(sheet.channels - 1, place));
  return sheet.order ? sheet.order[bounded] : bounded;
}

/**
 * @param {Sheet} sheet
 * @param {number} channel
 */
function placeOf(sheet, channel) {
  return sheet.order ? sheet.order.indexOf(channel) : channel;
}
