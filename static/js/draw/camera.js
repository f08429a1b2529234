/** What part of a large drawing is in view: a point of the drawing is at `scale` times it plus (x, y), in pixels. */

/** @typedef {{ x: number, y: number, scale: number }} Camera */
/** @typedef {{ width: number, height: number }} Size */
/** @typedef {{ x: number, y: number, width: number, height: number }} Box */

const LEAST = 0.02;
const MOST = 4;
const LEGIBLE = 0.7; // below, the drawing's text is too small to read
const PROJECTED = 0.9; // from here on it can be read at the back of a room, which a wide view has the place for
const WIDE = 480;
const ROOM = 16;

/**
 * Closer or further, with the point of the view at (x, y) staying where it is.
 * @param {Camera} camera
 * @param {number} factor
 * @param {{ x: number, y: number }} at
 * @returns {Camera}
 */
export function zoomed(camera, factor, at) {
  const scale = Math.min(MOST, Math.max(LEAST, camera.scale * factor));
  const real = scale / camera.scale;
  return { x: at.x - (at.x - camera.x) * real, y: at.y - (at.y - camera.y) * real, scale };
}

/**
 * With the drawing in view: in the middle where it is smaller than the view, else without empty margins.
 * @param {Camera} camera
 * @param {Size} drawing
 * @param {Size} view
 * @returns {Camera}
 */
export function held(camera, drawing, view) {
  /** @type {(at: number, length: number, room: number) => number} */
  const within = (at, length, room) => (length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, at)));
  const x = within(camera.x, drawing.width * camera.scale, view.width);
  return { x, y: within(camera.y, drawing.height * camera.scale, view.height), scale: camera.scale };
}

/**
 * The whole drawing.
 * @param {Size} drawing
 * @param {Size} view
 * @returns {Camera}
 */
export function whole(drawing, view) {
  const scale = Math.max(LEAST, Math.min(1, view.width / drawing.width, view.height / drawing.height));
  return held({ x: 0, y: 0, scale }, drawing, view);
}

/**
 * What to begin with: all of it or all of its width if it can be read so, and a box of it in the middle.
 * @param {Size} drawing
 * @param {Size} view
 * @param {Box} box
 * @returns {Camera}
 */
export function opening(drawing, view, box) {
  const all = Math.min(view.width / drawing.width, view.height / drawing.height);
  const least = view.width < WIDE ? LEGIBLE : PROJECTED;
  const scale = Math.min(1, all < LEGIBLE ? Math.max(least, view.width / drawing.width) : all);
  const x = view.width / 2 - scale * (box.x + box.width / 2);
  return held({ x, y: view.height / 2 - scale * (box.y + box.height / 2), scale }, drawing, view);
}

/**
 * Moved as little as brings a box into sight.
 * @param {Camera} camera
 * @param {Box} box of the drawing
 * @param {Size} view
 * @returns {Camera}
 */
export function showing(camera, box, view) {
  /** @type {(at: number, start: number, length: number, room: number) => number} */
  const into = (at, start, length, room) => {
    const near = at + start * camera.scale - ROOM;
    const far = at + (start + length) * camera.scale + ROOM;
    return near < 0 ? at - near : far > room ? at - Math.min(near, far - room) : at;
  };
  const x = into(camera.x, box.x, box.width, view.width);
  return { x, y: into(camera.y, box.y, box.height, view.height), scale: camera.scale };
}

/**
 * The part of the drawing that is in view.
 * @param {Camera} camera
 * @param {Size} view
 * @returns {Box}
 */
export function inView({ x, y, scale }, { width, height }) {
  return { x: -x / scale, y: -y / scale, width: width / scale, height: height / scale };
}

/**
 * A box and half as much again on every side.
 * @param {Box} box
 * @returns {Box}
 */
export function grown({ x, y, width, height }) {
  return { x: x - width / 2, y: y - height / 2, width: 2 * width, height: 2 * height };
}

/**
 * @param {Box} a
 * @param {Box} b
 */
export function overlap(a, b) {
  return a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;
}
