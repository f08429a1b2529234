/**
 * The positions of layers and edges on the network map, in time linear in their number.
 *
 * Depth goes down: the row of a layer is its longest path from the input. The chain with the most convolutions is the
 * spine, a straight line. Branches are in lanes next to it. An edge that passes other rows goes down a rail: a track next
 * to the spine, or its own lane, where there is no layer. Edges bend only in the gaps between rows, so that none crosses
 * a layer.
 */

import { assignSlots, columnsOf, graphOf, isFar } from "./columns.js";

/**
 * @typedef {object} Node
 * @property {string} id
 * @property {readonly string[]} inputs earlier nodes of the list
 * @property {number} convolutions their number in it
 * @property {number} height
 * @property {number | null} frame the block whose frame contains it
 */

/** @typedef {{ id: string, x: number, y: number, width: number, height: number, rank: number }} Place */
/** @typedef {{ from: string, to: string, points: [number, number][] }} Edge vertical between points with the same x */
/** @typedef {{ block: number, start: number, end: number, x: number, y: number, width: number, height: number }} Frame from row to row */
/** @typedef {{ places: Place[], edges: Edge[], frames: Frame[], width: number, height: number }} Plan */
/** @typedef {import("./columns.js").Columns} Columns */
/** @typedef {import("./columns.js").Graph} Graph */
/** @typedef {import("./columns.js").Interval} Interval */
/** @typedef {{ x: number[], rail: number[] }} Across by node: the x of its middle, and of the rail of its long edges */
/** @typedef {{ top: number[], bottom: number[] }} Rows */
/** @typedef {Columns & Across & Rows & { places: Place[] }} Positions */

export const WIDTH = 224;
const MARGIN = 24;
const LANE = WIDTH + 24;
const TRACK = 16;
const GAP = { straight: 14, bent: 36, head: 26, foot: 10 };

/**
 * @param {readonly Node[]} nodes inputs first
 * @returns {Plan}
 */
export function layout(nodes) {
  const graph = graphOf(nodes);
  const columns = columnsOf(nodes, graph);
  const across = acrossOf(graph, columns);
  const frames = framesOf(nodes, graph);
  const rows = rowsOf(nodes, graph, across, frames);
  const places = placesOf(nodes, graph, across, rows);
  const edges = edgesOf(nodes, graph, { ...columns, ...across, ...rows, places });
  const rails = across.rail.reduce((most, each) => Math.max(most, each), 0);
  const lanes = places.reduce((most, { x, width }) => Math.max(most, x + width), 0);
  return {
    places,
    edges,
    frames: boxesOf(nodes, frames, rows, places, edges),
    width: Math.max(rails, lanes) + MARGIN,
    height: (rows.bottom.at(-1) ?? 0) + MARGIN,
  };
}

/**
 * The x of the middle of every node, and of the rail of its long edges.
 * @param {Graph} graph
 * @param {Columns} columns
 * @returns {Across}
 */
function acrossOf(graph, { chain, below, lanes }) {
  /** @type {Interval[]} */
  const intervals = [];
  /** @type {number[]} */
  const trackOf = [];
  for (const [index, targets] of graph.targets.entries()) {
    let end = 0;
    for (const target of targets) if (isFar(graph, below, index, target)) end = Math.max(end, graph.rank[target] - 1);
    const ownLane = chain[index] >= 0 && below[index] < 0;
    trackOf.push(end && !ownLane ? intervals.push({ start: graph.rank[index] + 1, end }) - 1 : -1);
  }
  const tracks = assignSlots(intervals, graph.rows);
  const places = assignSlots(lanes, graph.rows);
  const trackWidth = tracks.count ? tracks.count * TRACK + 8 : 0;
  /** @type {(slot: number) => number} */
  const laneAt = (slot) => (slot % 2 ? -LANE * ((slot + 1) / 2) : LANE * (slot / 2 + 1) + trackWidth);
  const x = chain.map((each) => (each < 0 ? 0 : laneAt(places.slot[each])));
  const rail = x.map((own, index) => (trackOf[index] < 0 ? own : WIDTH / 2 + TRACK * (1 + tracks.slot[trackOf[index]])));
  const shift = MARGIN + WIDTH / 2 - x.reduce((least, each) => Math.min(least, each), 0);
  return { x: x.map((each) => each + shift), rail: rail.map((each) => each + shift) };
}

/**
 * The rows of each frame.
 * @param {readonly Node[]} nodes
 * @param {Graph} graph
 */
function framesOf(nodes, graph) {
  /** @type {Map<number, Interval>} */
  const frames = new Map();
  for (const [index, { frame }] of nodes.entries()) {
    if (frame === null) continue;
    const rank = graph.rank[index];
    const { start, end } = frames.get(frame) ?? { start: rank, end: rank };
    frames.set(frame, { start: Math.min(start, rank), end: Math.max(end, rank) });
  }
  return frames;
}

/**
 * The top and the bottom of every row.
 * @param {readonly Node[]} nodes
 * @param {Graph} graph
 * @param {Across} across
 * @param {Map<number, Interval>} frames
 * @returns {Rows}
 */
function rowsOf(nodes, graph, { x, rail }, frames) {
  const height = new Array(graph.rows).fill(0);
  const gap = new Array(graph.rows).fill(GAP.straight);
  for (const [index, node] of nodes.entries()) {
    const rank = graph.rank[index];
    height[rank] = Math.max(height[rank], node.height);
    for (const target of graph.targets[index]) {
      const far = graph.rank[target] > rank + 1;
      if (x[index] !== (far ? rail[index] : x[target])) gap[rank] = GAP.bent;
      if (far && rail[index] !== x[target]) gap[graph.rank[target] - 1] = GAP.bent;
    }
  }
  for (const { start, end } of frames.values()) {
    if (start > 0) gap[start - 1] += GAP.head;
    gap[end] += GAP.foot;
  }
  const top = [];
  const bottom = [];
  let y = MARGIN + (frames.size ? GAP.head : 0);
  for (const [row, each] of height.entries()) {
    top.push(y);
    bottom.push(y + each);
    y += each + gap[row];
  }
  return { top, bottom };
}

/**
 * @param {readonly Node[]} nodes
 * @param {Graph} graph
 * @param {Across} across
 * @param {Rows} rows
 * @returns {Place[]}
 */
function placesOf(nodes, { rank }, { x }, { top, bottom }) {
  return nodes.map(({ id, height }, index) => {
    const y = (top[rank[index]] + bottom[rank[index]] - height) / 2;
    return { id, x: x[index] - WIDTH / 2, y, width: WIDTH, height, rank: rank[index] };
  });
}

/**
 * @param {readonly Node[]} nodes
 * @param {Graph} graph
 * @param {Positions} positions
 * @returns {Edge[]}
 */
function edgesOf(nodes, graph, { below, x, rail, top, bottom, places }) {
  const { rank } = graph;
  /** @type {Edge[]} */
  const edges = [];
  for (const [index, { id, height }] of nodes.entries()) {
    for (const target of graph.targets[index]) {
      /** @type {[number, number][]} */
      const points = [[x[index], places[index].y + height]];
      if (below[index] !== target) points.push([x[index], bottom[rank[index]]]);
      if (isFar(graph, below, index, target)) {
        points.push([rail[index], top[rank[index] + 1]], [rail[index], bottom[rank[target] - 1]]);
      }
      if (below[index] !== target) points.push([x[target], top[rank[target]]]);
      edges.push({ from: id, to: nodes[target].id, points: [...points, [x[target], places[target].y]] });
    }
  }
  return edges;
}

/**
 * The frames around the layers of each block and the edges that lead to them.
 * @param {readonly Node[]} nodes
 * @param {Map<number, Interval>} frames
 * @param {Rows} rows
 * @param {Place[]} places
 * @param {Edge[]} edges
 * @returns {Frame[]}
 */
function boxesOf(nodes, frames, { top, bottom }, places, edges) {
  const frameOf = new Map(nodes.map(({ id, frame }) => [id, frame]));
  /** @type {Map<number | null, [number, number]>} */
  const sides = new Map();
  /** @type {(frame: number | null, left: number, right: number) => void} */
  const widen = (frame, left, right) => {
    const [least, most] = sides.get(frame) ?? [left, right];
    sides.set(frame, [Math.min(least, left), Math.max(most, right)]);
  };
  for (const { id, x, width } of places) widen(frameOf.get(id) ?? null, x, x + width);
  for (const { to, points } of edges) for (const [x] of points.slice(1)) widen(frameOf.get(to) ?? null, x, x);
  return [...frames].map(([block, { start, end }]) => {
    const [left, right] = sides.get(block) ?? [0, 0];
    const y = top[start] - GAP.head;
    return { block, start, end, x: left - 10, y, width: right - left + 20, height: bottom[end] + GAP.foot - y };
  });
}
