/** Strokes on a map: `channel:top,left,bottom,right=value`, with semicolons between; bottom and right are outside. */

/** @typedef {Map<number, number>} Cells the value of each painted cell, by row times the number of columns, plus the column */

const STROKE = /^(\d+):(\d+),(\d+),(\d+),(\d+)=(\S+)$/;

/**
 * The painted cells of one channel, and the strokes on the others.
 * @param {string} text
 * @param {number} channel
 * @param {number} columns of the map
 * @returns {{ cells: Cells, others: string[] }}
 */
export function readCells(text, channel, columns) {
  /** @type {Cells} */
  const cells = new Map();
  const others = [];
  for (const part of text.split(";").filter(Boolean)) {
    const [, of = "", top, left, bottom, right, value] = STROKE.exec(part) ?? [];
    if (Number(of) !== channel) {
      others.push(part);
      continue;
    }
    for (let y = Number(top); y < Number(bottom); y++) for (let x = Number(left); x < Number(right); x++) cells.set(y * columns + x, Number(value));
  }
  return { cells, others };
}

/**
 * The strokes that paint these cells: runs of one value in a row, and equal runs below each other as one.
 * @param {Cells} cells
 * @param {number} channel
 * @param {number} columns of the map
 */
export function writeCells(cells, channel, columns) {
  /** @type {{ top: number, left: number, bottom: number, right: number, value: number }[]} */
  const strokes = [];
  for (const [at, value] of [...cells].toSorted(([one], [other]) => one - other)) {
    const [y, x] = [Math.floor(at / columns), at % columns];
    const last = strokes.at(-1);
    if (last && last.top === y && last.right === x && last.value === value) last.right = x + 1;
    else strokes.push({ top: y, left: x, bottom: y + 1, right: x + 1, value });
  }
  /** @type {typeof strokes} */
  const merged = [];
  for (const stroke of strokes) {
    const above = merged.find((each) => each.bottom === stroke.top && each.left === stroke.left && each.right === stroke.right && each.value === stroke.value);
    if (above) above.bottom = stroke.bottom;
    else merged.push(stroke);
  }
  return merged.map(({ top, left, bottom, right, value }) => `${channel}:${top},${left},${bottom},${right}=${value}`);
}
