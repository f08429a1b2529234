/** A tall map in columns, as a newspaper sets a long text: broken only where one layer alone goes on. In linear time. */

/** @typedef {import("./layout.js").Plan} Plan */
/** @typedef {{ start: number, end: number, left: number, right: number, top: number, bottom: number }} Piece of rows */
/** @typedef {Piece & { x: number }} Column */

const MOST = 9; // columns
const MARGIN = 24;
const GUTTER = 48;
const TURN = 14; // from a column's end to where the wire turns

/**
 * The plan in as many columns as make it largest in a view.
 * @param {Plan} plan
 * @param {{ width: number, height: number }} view
 * @returns {Plan}
 */
export function wrapped(plan, view) {
  const pieces = piecesOf(plan);
  let best = columnsOf(pieces, 1);
  for (let count = 2; count <= MOST; count++) {
    const columns = columnsOf(pieces, count);
    if (scaleOf(columns, view) > 1.05 * scaleOf(best, view)) best = columns;
  }
  return best.length > 1 ? moved(plan, best) : plan;
}

/**
 * @param {Column[]} columns
 * @param {{ width: number, height: number }} view
 */
function scaleOf(columns, view) {
  const { width, height } = sizeOf(columns);
  return Math.min(1, view.width / width, view.height / height);
}

/** @param {Column[]} columns */
function sizeOf(columns) {
  const last = columns[columns.length - 1];
  const tallest = columns.reduce((most, { top, bottom }) => Math.max(most, bottom - top), 0);
  return { width: last.x + last.right - last.left + MARGIN, height: tallest + 2 * (MARGIN + TURN) };
}

/**
 * What can't be broken: rows that the wires of several layers join, or a frame holds together.
 * @param {Plan} plan
 * @returns {Piece[]}
 */
function piecesOf({ places, wires, frames }) {
  const rankOf = new Map(places.map(({ id, rank }) => [id, rank]));
  const rows = places.reduce((most, { rank }) => Math.max(most, rank + 1), 0);
  const reach = new Map(places.map(({ id, rank }) => [id, rank]));
  for (const { from, to } of wires) reach.set(from, Math.max(reach.get(from) ?? 0, rankOf.get(to) ?? 0));
  const change = new Array(rows + 1).fill(0);
  const goesOn = new Array(rows).fill(false);
  for (const { id, rank } of places) {
    change[rank]++;
    change[reach.get(id) ?? rank]--;
    goesOn[rank] ||= (reach.get(id) ?? rank) > rank;
  }
  for (const { start, end } of frames) {
    change[start] += 2;
    change[end] -= 2;
  }
  /** @type {Piece[]} */
  const pieces = [];
  /** @type {number[]} */
  const pieceOf = [];
  let crossing = 0;
  for (let row = 0, broken = true; row < rows; row++) {
    if (broken) pieces.push({ start: row, end: row, left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity });
    pieces[pieces.length - 1].end = row;
    pieceOf.push(pieces.length - 1);
    crossing += change[row];
    broken = crossing === 0 || (crossing === 1 && goesOn[row]);
  }
  /** @type {(row: number, left: number, right: number, top: number, bottom: number) => void} */
  const widen = (row, left, right, top, bottom) => {
    const piece = pieces[pieceOf[row]];
    piece.left = Math.min(piece.left, left);
    piece.right = Math.max(piece.right, right);
    piece.top = Math.min(piece.top, top);
    piece.bottom = Math.max(piece.bottom, bottom);
  };
  for (const { rank, x, y, width, height } of places) widen(rank, x, x + width, y, y + height);
  for (const { start, x, y, width, height } of frames) widen(start, x, x + width, y, y + height);
  for (const { to, points } of wires) for (const [x] of points) widen(rankOf.get(to) ?? 0, x, x, Infinity, -Infinity);
  return pieces;
}

/**
 * @param {Piece[]} pieces
 * @param {number} count at most, but for pieces that are too tall
 * @returns {Column[]}
 */
function columnsOf(pieces, count) {
  const first = pieces[0];
  const height = pieces[pieces.length - 1].bottom - first.top;
  /** @type {Column[]} */
  const columns = [{ ...first, x: MARGIN }];
  for (const piece of pieces.slice(1)) {
    const column = columns[columns.length - 1];
    if (piece.bottom - column.top > height / count && columns.length < count) {
      columns.push({ ...piece, x: column.x + column.right - column.left + GUTTER });
    } else {
      const { top, x, start } = column;
      const [left, right] = [Math.min(column.left, piece.left), Math.max(column.right, piece.right)];
      columns[columns.length - 1] = { start, end: piece.end, left, right, top, bottom: piece.bottom, x };
    }
  }
  return columns;
}

/**
 * @param {Plan} plan
 * @param {Column[]} columns
 * @returns {Plan}
 */
function moved({ places, wires, frames }, columns) {
  const columnOf = columns.flatMap((column) => new Array(column.end - column.start + 1).fill(column));
  const rankOf = new Map(places.map(({ id, rank }) => [id, rank]));
  /** @type {(id: string) => Column} */
  const holding = (id) => columnOf[rankOf.get(id) ?? 0];
  /** @type {(column: Column, x: number, y: number) => [number, number]} */
  const move = (column, x, y) => [x - column.left + column.x, y - column.top + MARGIN + TURN];
  /** @type {<T extends { x: number, y: number }>(thing: T, rank: number) => T} */
  const shifted = (thing, rank) => {
    const [x, y] = move(columnOf[rank], thing.x, thing.y);
    return { ...thing, x, y };
  };
  return {
    ...sizeOf(columns),
    places: places.map((place) => shifted(place, place.rank)),
    frames: frames.map((frame) => shifted(frame, frame.start)),
    wires: wires.map(({ from, to, points }) => {
      const [source, target] = [holding(from), holding(to)];
      if (source === target) return { from, to, points: points.map(([x, y]) => move(source, x, y)) };
      const start = move(source, ...points[0]);
      const rest = points.slice(Math.min(2, points.length - 1)).map(([x, y]) => move(target, x, y));
      const below = MARGIN + 2 * TURN + source.bottom - source.top;
      const between = target.x - GUTTER / 2;
      return { from, to, points: [start, [start[0], below], [between, below], [between, MARGIN], [rest[0][0], MARGIN], ...rest] };
    }),
  };
}
