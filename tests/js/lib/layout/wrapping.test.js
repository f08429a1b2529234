/** A tall map in columns. */

import assert from "node:assert/strict";
import test from "node:test";

import { layout } from "../../../../static/js/lib/layout/layout.js";
import { wrapPlan } from "../../../../static/js/lib/layout/wrapping.js";
import { denselyConnected, inception, residual } from "../../networks.js";

const VIEW = { width: 1200, height: 600 };

for (const [name, nodes] of Object.entries({ residual: residual(12), inception: inception(9), dense: denselyConnected(6) })) {
  const tall = layout(nodes);
  const plan = wrapPlan(tall, VIEW);
  const places = new Map(plan.places.map((place) => [place.id, place]));

  test(`${name}: the whole map is larger in the view`, () => {
    const scale = (/** @type {{ width: number, height: number }} */ { width, height }) => Math.min(VIEW.width / width, VIEW.height / height);
    assert.ok(scale(plan) > 1.5 * scale(tall), `${scale(plan)} ${scale(tall)}`);
  });

  test(`${name}: blocks stay in one column`, () => {
    for (const frame of plan.frames) {
      for (const { id, frame: block } of nodes.filter(({ frame: block }) => block === frame.block)) {
        const place = places.get(id);
        assert.ok(place && place.x > frame.x && place.x + place.width < frame.x + frame.width, `${id} ${block}`);
        assert.ok(place.y > frame.y && place.y + place.height < frame.y + frame.height, `${id} ${block}`);
      }
    }
  });

  test(`${name}: layers do not overlap and edges cross no layer`, () => {
    for (const [index, a] of plan.places.entries()) {
      for (const b of plan.places.slice(index + 1)) {
        assert.ok(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y, `${a.id} ${b.id}`);
      }
    }
    for (const { from, to, points } of plan.edges) {
      for (const [index, [x, y]] of points.slice(1).entries()) {
        const [x0, y0] = points[index];
        for (const place of plan.places) {
          const isBeside = Math.max(x0, x) <= place.x || Math.min(x0, x) >= place.x + place.width;
          assert.ok(isBeside || Math.max(y0, y) <= place.y || Math.min(y0, y) >= place.y + place.height, `${from} ${to} crosses ${place.id}`);
        }
      }
    }
  });

  test(`${name}: edges join the same layers, inside the drawing`, () => {
    for (const { from, to, points } of plan.edges) {
      const [source, target] = [places.get(from), places.get(to)];
      assert.deepEqual(points[0], [(source?.x ?? 0) + (source?.width ?? 0) / 2, (source?.y ?? 0) + (source?.height ?? 0)]);
      assert.deepEqual(points.at(-1), [(target?.x ?? 0) + (target?.width ?? 0) / 2, target?.y]);
      for (const [x, y] of points) assert.ok(x > 0 && x < plan.width && y > 0 && y < plan.height);
    }
  });
}

test("a map that fits stays as it is", () => {
  const plan = layout(residual(1));
  assert.equal(wrapPlan(plan, { width: 800, height: 2000 }), plan);
});
