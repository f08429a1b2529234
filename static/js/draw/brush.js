/** The brush of the drawing pad: a line that a pen's pressure widens, and that the speed of any other pointer thins. */

/** @typedef {{ x: number, y: number, width: number }} Point of a stroke, in units of the pad */
/** @typedef {{ x: number, y: number, pressure: number | null, milliseconds: number }} Sample of a pointer; only a pen has pressure */

/** The sides of the pad in its own units: ten for each pixel of a digit of 28 x 28. */
export const SIDE = 280;
const WIDTH = 24;
const LEAST = 0.7; // of the width, at high speed
const MOST = 1.15; // at rest
const SPEED = 2; // units in a millisecond, at which the line is thinnest
const INERTIA = 0.7; // of the width from point to point

/**
 * The next point of a stroke.
 * @param {Sample} sample
 * @param {(Point & { milliseconds: number }) | undefined} before the point before it
 * @returns {Point & { milliseconds: number }}
 */
export function nextPoint({ x, y, pressure, milliseconds }, before) {
  const wanted = WIDTH * (pressure === null ? shareAtSpeed(speedOf({ x, y, milliseconds }, before)) : 0.5 + pressure);
  const width = before ? INERTIA * before.width + (1 - INERTIA) * wanted : wanted;
  return { x, y, width, milliseconds };
}

/** @param {number} speed */
function shareAtSpeed(speed) {
  return MOST - (MOST - LEAST) * Math.min(1, speed / SPEED);
}

/**
 * @param {{ x: number, y: number, milliseconds: number }} point
 * @param {{ x: number, y: number, milliseconds: number } | undefined} before
 */
function speedOf(point, before) {
  if (!before) return SPEED / 2;
  return Math.hypot(point.x - before.x, point.y - before.y) / Math.max(1, point.milliseconds - before.milliseconds);
}

/**
 * Draw the strokes, white on black as the images that a network of digits was trained on.
 * @param {CanvasRenderingContext2D} context
 * @param {readonly (readonly Point[])[]} strokes
 */
export function drawStrokes(context, strokes) {
  context.fillStyle = "#000";
  context.fillRect(0, 0, SIDE, SIDE);
  context.strokeStyle = "#fff";
  context.lineCap = "round";
  for (const stroke of strokes) {
    for (const [index, point] of stroke.entries()) {
      const before = stroke[Math.max(0, index - 1)];
      context.lineWidth = point.width;
      context.beginPath();
      context.moveTo(before.x, before.y);
      context.lineTo(point.x, point.y);
      context.stroke();
    }
  }
}
