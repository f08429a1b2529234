/** The geometry of the map: positions, edges that cross no layer, and linear time. */

import assert from "node:assert/strict";
import { Session } from "node:inspector/promises";
import test from "node:test";

import { layout, WIDTH } from "../../../../static/js/lib/layout/layout.js";
import { denselyConnected, inception, residual } from "../../networks.js";

/** @param {import("../../../../static/js/lib/layout/layout.js").Plan} plan */
const placesOf = (plan) => new Map(plan.places.map((place) => [place.id, place]));

test("a chain goes straight down", () => {
  const plan = layout([
    { id: "a", inputs: [], convolutions: 1, height: 60, frame: null },
    { id: "b", inputs: ["a"], convolutions: 0, height: 30, frame: null },
    { id: "c", inputs: ["b"], convolutions: 1, height: 60, frame: null },
  ]);
  assert.deepEqual(plan.places.map(({ rank }) => rank), [0, 1, 2]);
  assert.equal(new Set(plan.places.map(({ x }) => x)).size, 1);
  for (const { points } of plan.edges) assert.equal(new Set(points.map(([x]) => x)).size, 1);
  assert.ok(plan.width < 2 * WIDTH);
});

test("the chain with the most convolutions is the spine, branches are next to it", () => {
  const places = placesOf(layout(inception(2)));
  const spine = places.get("0.1.conv0")?.x;
  for (const id of ["0.1.conv1", "0.1.conv2", "1.1.conv2", "0.concat", "1.concat"]) assert.equal(places.get(id)?.x, spine);
  const first = ["0.0.conv0", "0.1.conv0", "0.2.conv0", "0.3.pool"].map((id) => places.get(id));
  assert.equal(new Set(first.map((place) => place?.x)).size, 4);
  assert.equal(new Set(first.map((place) => place?.rank)).size, 1);
});

test("equal blocks have equal positions", () => {
  const places = placesOf(layout(inception(3)));
  for (const layer of ["0.conv0", "2.conv0", "2.conv1", "3.pool", "3.conv0"]) {
    assert.equal(places.get(`0.${layer}`)?.x, places.get(`1.${layer}`)?.x);
    assert.equal(places.get(`1.${layer}`)?.x, places.get(`2.${layer}`)?.x);
  }
});

test("a skip connection goes down one track next to the spine", () => {
  const plan = layout(residual(2));
  const skip = plan.edges.find(({ from, to }) => from === "stem" && to === "0.add");
  const right = Math.max(...(skip?.points.map(([x]) => x) ?? []));
  const spine = plan.places[0].x + WIDTH;
  assert.ok(right > spine && right < spine + 40);
  const second = plan.edges.find(({ from, to }) => from === "0.relu" && to === "1.add");
  assert.equal(Math.max(...(second?.points.map(([x]) => x) ?? [])), right);
});

for (const [name, nodes] of Object.entries({ residual: residual(8), inception: inception(5), dense: denselyConnected(12) })) {
  test(`${name}: layers do not overlap`, () => {
    const { places } = layout(nodes);
    for (const [index, a] of places.entries()) {
      for (const b of places.slice(index + 1)) {
        assert.ok(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y, `${a.id} ${b.id}`);
      }
    }
  });

  test(`${name}: edges cross no layer, go down, and join their layers`, () => {
    const plan = layout(nodes);
    const places = placesOf(plan);
    for (const { from, to, points } of plan.edges) {
      for (const [index, [x, y]] of points.slice(1).entries()) {
        const [x0, y0] = points[index];
        assert.ok(y >= y0, `${from} ${to} goes up`);
        for (const place of plan.places) {
          const isBeside = Math.max(x0, x) <= place.x || Math.min(x0, x) >= place.x + place.width;
          assert.ok(isBeside || y <= place.y || y0 >= place.y + place.height, `${from} ${to} crosses ${place.id}`);
        }
      }
      const [source, target] = [places.get(from), places.get(to)];
      assert.deepEqual(points[0], [(source?.x ?? 0) + WIDTH / 2, (source?.y ?? 0) + (source?.height ?? 0)]);
      assert.deepEqual(points.at(-1), [(target?.x ?? 0) + WIDTH / 2, target?.y]);
    }
  });

  test(`${name}: frames contain the layers of their block and no others`, () => {
    const frameOf = new Map(nodes.map(({ id, frame }) => [id, frame]));
    const plan = layout(nodes);
    for (const frame of plan.frames) {
      for (const { id, x, y, width, height } of plan.places) {
        const inside = x > frame.x && x + width < frame.x + frame.width && y > frame.y && y + height < frame.y + frame.height;
        assert.equal(inside, frameOf.get(id) === frame.block, `${id} ${frame.block}`);
      }
    }
  });

  test(`${name}: everything is inside the drawing`, () => {
    const plan = layout(nodes);
    for (const [x, y] of plan.edges.flatMap(({ points }) => points)) assert.ok(x > 0 && x < plan.width && y > 0 && y < plan.height);
    for (const { x, y, width, height } of [...plan.places, ...plan.frames]) {
      assert.ok(x > 0 && x + width < plan.width && y > 0 && y + height < plan.height);
    }
  });
}

test("an edge from a missing layer is left out", () => {
  const plan = layout([{ id: "a", inputs: ["gone"], convolutions: 1, height: 60, frame: null }]);
  assert.deepEqual(plan.edges, []);
});

/**
 * How often the code of the layout runs, counted by V8 in blocks.
 * @param {() => void} work
 */
async function operations(work) {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  await session.post("Profiler.takePreciseCoverage");
  work();
  const { result } = await session.post("Profiler.takePreciseCoverage");
  session.disconnect();
  const ranges = result.filter(({ url }) => url.includes("/lib/layout")).flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges));
  return ranges.reduce((sum, { count }) => sum + count, 0);
}

for (const [name, make] of Object.entries({ residual, inception, dense: denselyConnected })) {
  test(`${name}: the work is linear in layers and edges`, async () => {
    for (const blocks of [10, 20, 40, 80]) {
      const nodes = make(blocks);
      const size = nodes.length + nodes.reduce((sum, { inputs }) => sum + inputs.length, 0);
      const done = await operations(() => layout(nodes));
      assert.ok(done > size && done < 60 * size, `${done} steps for ${size} layers and edges`);
    }
  });
}
