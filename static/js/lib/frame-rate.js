/** How many frames there are in a second, measured over the last ones. */

const WINDOW_MS = 2000;
const MIN_FRAMES = 3; // fewer give no rate

/**
 * The times of the frames of the last two seconds, with a new one.
 * @param {readonly number[]} times milliseconds, oldest first
 * @param {number} now
 */
export function addFrame(times, now) {
  return [...times.filter((time) => time > now - WINDOW_MS), now];
}

/**
 * Frames per second; null while there are too few.
 * @param {readonly number[]} times
 */
export function frameRate(times) {
  if (times.length < MIN_FRAMES) return null;
  return (1000 * (times.length - 1)) / (times[times.length - 1] - times[0]);
}
