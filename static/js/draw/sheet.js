/** The geometry of a sheet, the image with the maps of all channels: from pixels to channels and back. */

/**
 * @typedef {object} Sheet
 * @property {number} columns
 * @property {number} pitchX pixels from the left edge of one tile to the next
 * @property {number} pitchY
 * @property {number} cellW
 * @property {number} cellH
 * @property {number} channels
 * @property {number[] | null} order the channel of each tile; null where they are in order of index
 */

/**
 * The sheet that the attributes of its element describe.
 * @param {DOMStringMap} data
 * @returns {Sheet}
 */
export function readSheet(data) {
  return {
    columns: Number(data.columns),
    pitchX: Number(data.pitchX),
    pitchY: Number(data.pitchY),
    cellW: Number(data.cellW),
    cellH: Number(data.cellH),
    channels: Number(data.channels),
    order: data.order?.split(",").map(Number) ?? null,
  };
}

/**
 * The channel whose tile contains a pixel; null between tiles, after the last one and outside the sheet.
 * @param {Sheet} sheet
 * @param {number} x
 * @param {number} y
 * @returns {number | null}
 */
export function channelAt(sheet, x, y) {
  const column = Math.floor(x / sheet.pitchX);
  const row = Math.floor(y / sheet.pitchY);
  const isOnTile = x - column * sheet.pitchX < sheet.cellW && y - row * sheet.pitchY < sheet.cellH;
  const index = row * sheet.columns + column;
  if (!isOnTile || x < 0 || y < 0 || column >= sheet.columns || index >= sheet.channels) return null;
  return sheet.order ? sheet.order[index] : index;
}

/**
 * The cell of a map at a pixel of the sheet.
 * @param {Sheet} sheet
 * @param {{ width: number, height: number }} map its size in cells
 * @param {number} x
 * @param {number} y
 */
export function cellInMap(sheet, map, x, y) {
  return {
    y: Math.floor(((y % sheet.pitchY) / sheet.cellH) * map.height),
    x: Math.floor(((x % sheet.pitchX) / sheet.cellW) * map.width),
  };
}

/**
 * The tile of a channel.
 * @param {Sheet} sheet
 * @param {number} channel
 */
export function tileOf(sheet, channel) {
  const index = indexOf(sheet, channel);
  const row = Math.floor(index / sheet.columns);
  const column = index - row * sheet.columns;
  return { x: column * sheet.pitchX, y: row * sheet.pitchY, width: sheet.cellW, height: sheet.cellH };
}

/**
 * The channel some tiles further on the sheet. It stops at both ends. Without a channel, the first one.
 * @param {Sheet} sheet
 * @param {number | null} channel
 * @param {number} steps
 */
export function neighbourChannel(sheet, channel, steps) {
  const index = channel === null ? 0 : indexOf(sheet, channel) + steps;
  const bounded = Math.max(0, Math.min(sheet.channels - 1, index));
  return sheet.order ? sheet.order[bounded] : bounded;
}

/**
 * @param {Sheet} sheet
 * @param {number} channel
 */
function indexOf(sheet, channel) {
  return sheet.order ? sheet.order.indexOf(channel) : channel;
}
