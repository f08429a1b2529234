/** The camera on a large drawing: a point p of the drawing appears at scale * p + (x, y), in pixels. */

/** @typedef {{ x: number, y: number, scale: number }} Camera */
/** @typedef {{ width: number, height: number }} Size */
/** @typedef {{ x: number, y: number, width: number, height: number }} Box */

const MIN_SCALE = 0.02;
const MAX_SCALE = 4;
const LEGIBLE_SCALE = 0.7; // below it, the text of the drawing is too small to read
const LECTURE_SCALE = 0.9; // from here on, it can be read from the back of a lecture room
const WIDE_VIEW = 480;
const PADDING = 16;

/**
 * The camera zoomed by a factor around a fixed point of the view.
 * @param {Camera} camera
 * @param {number} factor
 * @param {{ x: number, y: number }} at
 * @returns {Camera}
 */
export function zoomCamera(camera, factor, at) {
  const scale = Math.min(MAX_SCALE, Math.max(MIN_SCALE, camera.scale * factor));
  const ratio = scale / camera.scale;
  return { x: at.x - (at.x - camera.x) * ratio, y: at.y - (at.y - camera.y) * ratio, scale };
}

/**
 * The camera moved so that the drawing fills the view, or is in its middle where it is smaller.
 * @param {Camera} camera
 * @param {Size} drawing
 * @param {Size} view
 * @returns {Camera}
 */
export function clampCamera(camera, drawing, view) {
  /** @type {(at: number, length: number, room: number) => number} */
  const clamp = (at, length, room) => (length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, at)));
  const x = clamp(camera.x, drawing.width * camera.scale, view.width);
  return { x, y: clamp(camera.y, drawing.height * camera.scale, view.height), scale: camera.scale };
}

/**
 * The camera that shows the whole drawing.
 * @param {Size} drawing
 * @param {Size} view
 * @returns {Camera}
 */
export function fitCamera(drawing, view) {
  const scale = Math.max(MIN_SCALE, Math.min(1, view.width / drawing.width, view.height / drawing.height));
  return clampCamera({ x: 0, y: 0, scale }, drawing, view);
}

/**
 * The camera to start with: the whole drawing or its whole width if its text is legible then, with a box in the middle.
 * @param {Size} drawing
 * @param {Size} view
 * @param {Box} box
 * @returns {Camera}
 */
export function initialCamera(drawing, view, box) {
  const all = Math.min(view.width / drawing.width, view.height / drawing.height);
  const least = view.width < WIDE_VIEW ? LEGIBLE_SCALE : LECTURE_SCALE;
  const scale = Math.min(1, all < LEGIBLE_SCALE ? Math.max(least, view.width / drawing.width) : all);
  const x = view.width / 2 - scale * (box.x + box.width / 2);
  return clampCamera({ x, y: view.height / 2 - scale * (box.y + box.height / 2), scale }, drawing, view);
}

/**
 * The camera for a view of another size: what was in the middle stays there.
 * @param {Camera} camera
 * @param {Size} before
 * @param {Size} after
 * @returns {Camera}
 */
export function resizeCamera({ x, y, scale }, before, after) {
  return { x: x + (after.width - before.width) / 2, y: y + (after.height - before.height) / 2, scale };
}

/**
 * The camera moved as little as possible to show a box.
 * @param {Camera} camera
 * @param {Box} box in the drawing
 * @param {Size} view
 * @returns {Camera}
 */
export function revealBox(camera, box, view) {
  /** @type {(at: number, start: number, length: number, room: number) => number} */
  const shift = (at, start, length, room) => {
    const near = at + start * camera.scale - PADDING;
    const far = at + (start + length) * camera.scale + PADDING;
    return near < 0 ? at - near : far > room ? at - Math.min(near, far - room) : at;
  };
  const x = shift(camera.x, box.x, box.width, view.width);
  return { x, y: shift(camera.y, box.y, box.height, view.height), scale: camera.scale };
}

/**
 * The part of the drawing in the view.
 * @param {Camera} camera
 * @param {Size} view
 * @returns {Box}
 */
export function visibleBox({ x, y, scale }, { width, height }) {
  return { x: -x / scale, y: -y / scale, width: width / scale, height: height / scale };
}

/**
 * A box of twice the size with the same middle.
 * @param {Box} box
 * @returns {Box}
 */
export function enlargeBox({ x, y, width, height }) {
  return { x: x - width / 2, y: y - height / 2, width: 2 * width, height: 2 * height };
}

/**
 * @param {Box} a
 * @param {Box} b
 */
export function boxesOverlap(a, b) {
  return a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;
}
