/** The columns of the map: rows, the spine, and the lanes and tracks next to it. In linear time. */

/** @typedef {import("./layout.js").Node} Node */
/** @typedef {{ sources: number[][], targets: number[][], rank: number[], rows: number }} Graph nodes by index */
/** @typedef {{ start: number, end: number }} Interval of rows, both included */
/**
 * @typedef {object} Columns
 * @property {number[]} chain by node: its chain, -1 on the spine
 * @property {number[]} below by node: the next node in its column, -1 for the last
 * @property {Interval[]} lanes by chain: its rows, including those of the edges from its end
 */

/**
 * @param {readonly Node[]} nodes inputs first
 * @returns {Graph}
 */
export function graphOf(nodes) {
  const at = new Map(nodes.map((node, index) => [node.id, index]));
  /** @type {number[][]} */
  const sources = nodes.map((node) => node.inputs.flatMap((id) => at.get(id) ?? []));
  /** @type {number[][]} */
  const targets = nodes.map(() => []);
  /** @type {number[]} */
  const rank = [];
  let rows = 0;
  for (const [index, inputs] of sources.entries()) {
    let row = 0;
    for (const source of inputs) {
      targets[source].push(index);
      row = Math.max(row, rank[source] + 1);
    }
    rank.push(row);
    rows = Math.max(rows, row + 1);
  }
  return { sources, targets, rank, rows };
}

/**
 * The spine: the chain with the most convolutions, and of those the longest.
 * @param {readonly Node[]} nodes
 * @param {Graph} graph
 */
function spineOf(nodes, graph) {
  /** @type {{ convolutions: number, length: number, source: number }[]} */
  const best = [];
  let end = -1;
  /** @type {(a: number, b: number) => boolean} */
  const isLonger = (a, b) =>
    b < 0 ||
    best[a].convolutions > best[b].convolutions ||
    (best[a].convolutions === best[b].convolutions && best[a].length > best[b].length);
  for (const [index, node] of nodes.entries()) {
    let source = -1;
    for (const each of graph.sources[index]) if (isLonger(each, source)) source = each;
    const previous = source < 0 ? { convolutions: 0, length: 0 } : best[source];
    best.push({ convolutions: previous.convolutions + node.convolutions, length: previous.length + 1, source });
    if (isLonger(index, end)) end = index;
  }
  const spine = [];
  for (let index = end; index >= 0; index = best[index].source) spine.push(index);
  return spine.reverse();
}

/**
 * The columns of the nodes: the spine, and chains in lanes next to it.
 * @param {readonly Node[]} nodes
 * @param {Graph} graph
 * @returns {Columns}
 */
export function columnsOf(nodes, graph) {
  const chain = nodes.map(() => -2);
  const below = nodes.map(() => -1);
  let above = -1;
  for (const index of spineOf(nodes, graph)) {
    chain[index] = -1;
    if (above >= 0) below[above] = index;
    above = index;
  }
  /** @type {Interval[]} */
  const lanes = [];
  for (const [index, sources] of graph.sources.entries()) {
    if (chain[index] === -1) continue;
    const source = sources.find((each) => chain[each] >= 0 && below[each] < 0);
    if (source === undefined) lanes.push({ start: graph.rank[index], end: 0 });
    else below[source] = index;
    chain[index] = source === undefined ? lanes.length - 1 : chain[source];
    let end = graph.rank[index];
    for (const target of graph.targets[index]) end = Math.max(end, graph.rank[target] - 1);
    lanes[chain[index]].end = end;
  }
  return { chain, below, lanes };
}

/**
 * Whether an edge passes other rows, with other nodes in its way.
 * @param {Graph} graph
 * @param {number[]} below
 * @param {number} from
 * @param {number} to
 */
export function isFar(graph, below, from, to) {
  return graph.rank[to] > graph.rank[from] + 1 && below[from] !== to;
}

/**
 * A slot for each interval. Overlapping intervals get different slots, and the lowest are used first.
 * @param {readonly Interval[]} intervals
 * @param {number} rows
 */
export function assignSlots(intervals, rows) {
  /** @type {number[][]} */
  const starting = Array.from({ length: rows }, () => []);
  /** @type {number[][]} */
  const ending = Array.from({ length: rows }, () => []);
  for (const [index, { start }] of intervals.entries()) starting[start].push(index);
  const slot = intervals.map(() => -1);
  /** @type {number[]} */
  const free = [];
  let count = 0;
  for (let row = 0; row < rows; row++) {
    for (const index of (ending[row - 1] ?? []).reverse()) free.push(slot[index]);
    for (const index of starting[row]) {
      slot[index] = free.pop() ?? count++;
      ending[intervals[index].end].push(index);
    }
  }
  return { slot, count };
}
