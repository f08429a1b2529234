/** Which layers stand below one another on the map: rows, the spine, lanes and tracks beside it; all in linear time. */

/** @typedef {import("./layout.js").Node} Node */
/** @typedef {{ before: number[][], after: number[][], rank: number[], rows: number }} Graph nodes by their number */
/** @typedef {{ start: number, end: number }} Interval of rows, both inside */
/**
 * @typedef {object} Columns
 * @property {number[]} chain by node: the chain that it is in, -1 on the spine
 * @property {number[]} below by node: the next one in its column, -1 for the last
 * @property {Interval[]} lanes the rows that each chain takes, and those of the wires from its end
 */

/**
 * @param {readonly Node[]} nodes inputs first
 * @returns {Graph}
 */
export function graphOf(nodes) {
  const at = new Map(nodes.map((node, index) => [node.id, index]));
  /** @type {number[][]} */
  const before = nodes.map((node) => node.inputs.flatMap((id) => at.get(id) ?? []));
  /** @type {number[][]} */
  const after = nodes.map(() => []);
  /** @type {number[]} */
  const rank = [];
  let rows = 0;
  for (const [index, sources] of before.entries()) {
    let row = 0;
    for (const source of sources) {
      after[source].push(index);
      row = Math.max(row, rank[source] + 1);
    }
    rank.push(row);
    rows = Math.max(rows, row + 1);
  }
  return { before, after, rank, rows };
}

/**
 * The longest chain of convolutions, of those the longest.
 * @param {readonly Node[]} nodes
 * @param {Graph} graph
 */
function spineOf(nodes, graph) {
  /** @type {{ convolutions: number, length: number, source: number }[]} */
  const best = [];
  let end = -1;
  /** @type {(a: number, b: number) => boolean} */
  const longer = (a, b) =>
    b < 0 ||
    best[a].convolutions > best[b].convolutions ||
    (best[a].convolutions === best[b].convolutions && best[a].length > best[b].length);
  for (const [index, node] of nodes.entries()) {
    let source = -1;
    for (const each of graph.before[index]) if (longer(each, source)) source = each;
    const reached = source < 0 ? { convolutions: 0, length: 0 } : best[source];
    best.push({ convolutions: reached.convolutions + node.convolutions, length: reached.length + 1, source });
    if (longer(index, end)) end = index;
  }
  const spine = [];
  for (let index = end; index >= 0; index = best[index].source) spine.push(index);
  return spine.reverse();
}

/**
 * Which nodes stand below one another: the spine, and chains in lanes beside it.
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
  for (const [index, sources] of graph.before.entries()) {
    if (chain[index] === -1) continue;
    const source = sources.find((each) => chain[each] >= 0 && below[each] < 0);
    if (source === undefined) lanes.push({ start: graph.rank[index], end: 0 });
    else below[source] = index;
    chain[index] = source === undefined ? lanes.length - 1 : chain[source];
    let end = graph.rank[index];
    for (const target of graph.after[index]) end = Math.max(end, graph.rank[target] - 1);
    lanes[chain[index]].end = end;
  }
  return { chain, below, lanes };
}

/**
 * Whether a wire has other rows to pass, with other nodes in its way.
 * @param {Graph} graph
 * @param {number[]} below
 * @param {number} from
 * @param {number} to
 */
export function isFar(graph, below, from, to) {
  return graph.rank[to] > graph.rank[from] + 1 && below[from] !== to;
}

/**
 * A slot for each interval, the same for none that overlap, low ones first.
 * @param {readonly Interval[]} intervals
 * @param {number} rows
 */
export function slots(intervals, rows) {
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
