/** How quickly something comes in: the rate of late, and how long the rest takes at it. */

/** @typedef {{ at: number, received: number }} Sample `at` in ms */

const WINDOW_MS = 10_000;
const LEAST_MS = 500; // what is shorter says nothing

/**
 * The samples that still count once another has come.
 * @param {Sample[]} samples
 * @param {Sample} next
 */
export function noted(samples, next) {
  return [...samples.filter((sample) => sample.at > next.at - WINDOW_MS && sample.received <= next.received), next];
}

/**
 * @param {Sample[]} samples in their order
 * @returns {number | null} bytes a second; null as long as it can't be told
 */
export function rate(samples) {
  const [first, last] = [samples[0], samples[samples.length - 1]];
  if (!first || last.at - first.at < LEAST_MS) return null;
  return (1000 * (last.received - first.received)) / (last.at - first.at);
}

/**
 * @param {Sample[]} samples
 * @param {number} total bytes
 * @returns {number | null} seconds
 */
export function timeLeft(samples, total) {
  const speed = rate(samples);
  const last = samples[samples.length - 1];
  return speed ? (total - last.received) / speed : null;
}
