/** The pen of the keyboard on a drawing pad: arrow keys move it, Space puts it down or lifts it. */

import { SIDE } from "./brush.js";

/** @typedef {Readonly<{ x: number, y: number, down: boolean }>} Pen in units of the pad */

const STEP = 10;
const LARGE_STEP = 30; // with Shift

/** @type {Readonly<Record<string, readonly [number, number]>>} */
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The pen to start with: lifted, in the middle. */
export const START = Object.freeze({ x: SIDE / 2, y: SIDE / 2, down: false });

/**
 * The pen after a key; null for a key that is not the pen's.
 * @param {Pen} pen
 * @param {string} key
 * @param {boolean} isLarge whether the step is a large one
 * @returns {Pen | null}
 */
export function afterKey(pen, key, isLarge) {
  if (key === " ") return { ...pen, down: !pen.down };
  const direction = DIRECTIONS[key];
  if (!direction) return null;
  const [x, y] = direction.map((each) => each * (isLarge ? LARGE_STEP : STEP));
  return { ...pen, x: Math.min(SIDE, Math.max(0, pen.x + x)), y: Math.min(SIDE, Math.max(0, pen.y + y)) };
}
