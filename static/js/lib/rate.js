/** The rate of a transfer over its last seconds, and the time that is left at this rate. */

/** @typedef {{ at: number, received: number }} Sample milliseconds and bytes */

const WINDOW_MS = 10_000;
const MIN_SPAN_MS = 500; // a shorter span gives no reliable rate

/**
 * The samples of the last ten seconds with a new one. Samples from before a restart are dropped.
 * @param {Sample[]} samples
 * @param {Sample} next
 */
export function addSample(samples, next) {
  return [...samples.filter((sample) => sample.at > next.at - WINDOW_MS && sample.received <= next.received), next];
}

/**
 * @param {Sample[]} samples oldest first
 * @returns {number | null} bytes per second; null while the samples are too few
 */
export function transferRate(samples) {
  const [first, last] = [samples[0], samples[samples.length - 1]];
  if (!first || last.at - first.at < MIN_SPAN_MS) return null;
  return (1000 * (last.received - first.received)) / (last.at - first.at);
}

/**
 * @param {Sample[]} samples
 * @param {number} total bytes
 * @returns {number | null} seconds
 */
export function timeLeft(samples, total) {
  const speed = transferRate(samples);
  const last = samples[samples.length - 1];
  return speed ? (total - last.received) / speed : null;
}
