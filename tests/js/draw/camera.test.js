/** The camera on a large drawing. */

import assert from "node:assert/strict";
import test from "node:test";

import {
  boxesOverlap,
  clampCamera,
  enlargeBox,
  fitCamera,
  initialCamera,
  resizeCamera,
  revealBox,
  visibleBox,
  zoomCamera,
} from "../../../static/js/draw/camera.js";

const VIEW = { width: 300, height: 200 };
const TALL = { width: 400, height: 5000 };

test("zooming keeps the point under the pointer in place", () => {
  const camera = { x: -40, y: -500, scale: 0.5 };
  const at = { x: 120, y: 80 };
  const closer = zoomCamera(camera, 1.7, at);
  assert.equal(closer.scale, 0.85);
  for (const axis of /** @type {const} */ (["x", "y"])) {
    const before = (at[axis] - camera[axis]) / camera.scale;
    assert.ok(Math.abs((at[axis] - closer[axis]) / closer.scale - before) < 1e-9);
  }
});

test("zooming stops at the limits", () => {
  const camera = { x: 10, y: 20, scale: 4 };
  assert.deepEqual(zoomCamera(camera, 2, { x: 50, y: 50 }), camera);
});

test("the drawing cannot be moved out of the view", () => {
  assert.deepEqual(clampCamera({ x: 99, y: 99, scale: 1 }, TALL, VIEW), { x: 0, y: 0, scale: 1 });
  assert.deepEqual(clampCamera({ x: -999, y: -9999, scale: 1 }, TALL, VIEW), { x: -100, y: -4800, scale: 1 });
  assert.deepEqual(clampCamera({ x: 7, y: -20, scale: 0.5 }, TALL, VIEW), { x: 50, y: -20, scale: 0.5 });
});

test("what is in the middle of a view stays there when its size changes", () => {
  const camera = { x: -130, y: -700, scale: 0.7 };
  const narrow = { width: 90, height: 350 };
  const seen = visibleBox(resizeCamera(camera, VIEW, narrow), narrow);
  const before = visibleBox(camera, VIEW);
  assert.ok(Math.abs(seen.x + seen.width / 2 - (before.x + before.width / 2)) < 1e-9);
  assert.ok(Math.abs(seen.y + seen.height / 2 - (before.y + before.height / 2)) < 1e-9);
});

test("the whole drawing fits", () => {
  assert.deepEqual(fitCamera(TALL, VIEW), { x: 142, y: 0, scale: 0.04 });
  assert.equal(fitCamera({ width: 100, height: 100 }, VIEW).scale, 1);
});

test("it starts with a box in the middle, at a legible scale", () => {
  const camera = initialCamera(TALL, VIEW, { x: 100, y: 2400, width: 200, height: 60 });
  assert.equal(camera.scale, 0.75);
  assert.equal(2430 * camera.scale + camera.y, 100);
  assert.equal(initialCamera({ width: 3000, height: 900 }, VIEW, { x: 0, y: 0, width: 1, height: 1 }).scale, 0.7);
});

test("it starts larger in a wide view, unless the whole drawing fits", () => {
  const wide = { width: 800, height: 480 };
  const box = { x: 0, y: 0, width: 1, height: 1 };
  assert.equal(initialCamera({ width: 3000, height: 900 }, wide, box).scale, 0.9);
  assert.equal(initialCamera({ width: 1000, height: 480 }, wide, box).scale, 0.8);
});

test("a visible box stays, a hidden one moves just into the view", () => {
  const camera = { x: 0, y: -100, scale: 1 };
  assert.deepEqual(revealBox(camera, { x: 50, y: 150, width: 100, height: 50 }, VIEW), camera);
  assert.deepEqual(revealBox(camera, { x: 50, y: 400, width: 100, height: 50 }, VIEW), { x: 0, y: -266, scale: 1 });
  assert.deepEqual(revealBox(camera, { x: 50, y: 50, width: 100, height: 50 }, VIEW), { x: 0, y: -34, scale: 1 });
});

test("the visible part", () => {
  assert.deepEqual(visibleBox({ x: -50, y: -100, scale: 0.5 }, VIEW), { x: 100, y: 200, width: 600, height: 400 });
});

test("boxes near the view, and others", () => {
  const near = enlargeBox({ x: 100, y: 200, width: 300, height: 200 });
  assert.deepEqual(near, { x: -50, y: 100, width: 600, height: 400 });
  assert.ok(boxesOverlap(near, { x: -80, y: 300, width: 40, height: 10 }));
  assert.ok(!boxesOverlap(near, { x: -80, y: 300, width: 20, height: 10 }));
  assert.ok(!boxesOverlap(near, { x: 0, y: 510, width: 20, height: 10 }));
});

test("it starts with the whole drawing where that is legible", () => {
  assert.equal(initialCamera({ width: 200, height: 250 }, VIEW, { x: 0, y: 0, width: 1, height: 1 }).scale, 0.8);
});
