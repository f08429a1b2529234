/** A tall map in columns, like a newspaper: broken only where a single edge crosses. In linear time. */

/** @typedef {import("./layout.js").Plan} Plan */
/** @typedef {{ start: number, end: number, left: number, right: number, top: number, bottom: number }} Piece of rows */
/** @typedef {Piece & { x: number }} Column */

const MAX_COLUMNS = 9;
const MARGIN = 24;
const GUTTER = 48;
const TURN = 14; // from the end of a column to the turn of its edge

/**
 * The plan in the number of columns that makes it largest in a view.
 * @param {Plan} plan
 * @param {{ width: number, height: number }} view
 * @returns {Plan}
 */
export function wrapPlan(plan, view) {
  const pieces = piecesOf(plan);
  let best = columnsOf(pieces, 1);
  for (let count = 2; count <= MAX_COLUMNS; count++) {
    const columns = columnsOf(pieces, count);
    if (scaleOf(columns, view) > 1.05 * scaleOf(best, view)) best = columns;
  }
  return best.length > 1 ? movePieces(plan, best) : plan;
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
 * The pieces that stay together: rows that several edges connect, or that share a frame.
 * @param {Plan} plan
 * @returns {Piece[]}
 */
function piecesOf(plan) {
  const { places, edges, frames } = plan;
  const rankOf = new Map(places.map(({ id, rank }) => [id, rank]));
  /** @type {Piece[]} */
  const pieces = [];
  /** @type {Piece[]} by row */
  const pieceOf = [];
  for (const [row, isBreak] of breaksOf(plan).entries()) {
    if (isBreak) pieces.push({ start: row, end: row, left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity });
    const piece = pieces[pieces.length - 1];
    piece.end = row;
    pieceOf.push(piece);
  }
  /** @type {(row: number, left: number, right: number, top: number, bottom: number) => void} */
  const widen = (row, left, right, top, bottom) => {
    const piece = pieceOf[row];
    piece.left = Math.min(piece.left, left);
    piece.right = Math.max(piece.right, right);
    piece.top = Math.min(piece.top, top);
    piece.bottom = Math.max(piece.bottom, bottom);
  };
  for (const { rank, x, y, width, height } of places) widen(rank, x, x + width, y, y + height);
  for (const { start, x, y, width, height } of frames) widen(start, x, x + width, y, y + height);
  for (const { to, points } of edges) for (const [x] of points) widen(rankOf.get(to) ?? 0, x, x, Infinity, -Infinity);
  return pieces;
}

/**
 * Whether a piece may start at each row: no frame and at most one edge crosses the gap above it.
 * @param {Plan} plan
 * @returns {boolean[]}
 */
function breaksOf({ places, edges, frames }) {
  const rankOf = new Map(places.map(({ id, rank }) => [id, rank]));
  const rows = places.reduce((most, { rank }) => Math.max(most, rank + 1), 0);
  const lastRow = new Map(rankOf); // of the edges from each layer
  for (const { from, to } of edges) lastRow.set(from, Math.max(lastRow.get(from) ?? 0, rankOf.get(to) ?? 0));
  const change = new Array(rows + 1).fill(0); // in the number of layers and frames that cross a gap
  const continues = new Array(rows).fill(false);
  for (const { id, rank } of places) {
    const last = lastRow.get(id) ?? rank;
    change[rank]++;
    change[last]--;
    continues[rank] ||= last > rank;
  }
  for (const { start, end } of frames) {
    change[start] += 2;
    change[end] -= 2;
  }
  const breaks = [true];
  let crossing = 0;
  for (let row = 0; row < rows - 1; row++) {
    crossing += change[row];
    breaks.push(crossing === 0 || (crossing === 1 && continues[row]));
  }
  return breaks.slice(0, rows);
}

/**
 * @param {Piece[]} pieces
 * @param {number} count the most columns
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
 * The plan with its pieces moved into columns.
 * @param {Plan} plan
 * @param {Column[]} columns
 * @returns {Plan}
 */
function movePieces({ places, edges, frames }, columns) {
  const columnOf = columns.flatMap((column) => new Array(column.end - column.start + 1).fill(column));
  const rankOf = new Map(places.map(({ id, rank }) => [id, rank]));
  /** @type {(id: string) => Column} */
  const columnWith = (id) => columnOf[rankOf.get(id) ?? 0];
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
    edges: edges.map(({ from, to, points }) => {
      const [source, target] = [columnWith(from), columnWith(to)];
      if (source === target) return { from, to, points: points.map(([x, y]) => move(source, x, y)) };
      const start = move(source, ...points[0]);
      const rest = points.slice(Math.min(2, points.length - 1)).map(([x, y]) => move(target, x, y));
      const below = MARGIN + 2 * TURN + source.bottom - source.top;
      const between = target.x - GUTTER / 2;
      return { from, to, points: [start, [start[0], below], [between, below], [between, MARGIN], [rest[0][0], MARGIN], ...rest] };
    }),
  };
}
