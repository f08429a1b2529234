/** What a pull is told by: server-sent events, cut anywhere on their way, and the pace they add up to. */

import assert from "node:assert/strict";
import test from "node:test";

import { readEvents } from "../../../static/js/lib/events.js";
import { addSample, timeLeft, transferRate } from "../../../static/js/lib/rate.js";

test("events come whole however the stream is cut", () => {
  const stream = 'event: progress\ndata: {"received": 1}\n\n: ping\n\nevent: done\ndata: {"a":\ndata: 2}\n\n';
  for (let truncate = 0; truncate <= stream.length; truncate++) {
    const first = readEvents(stream.slice(0, truncate));
    const second = readEvents(first.rest + stream.slice(truncate));
    assert.deepEqual(
      [...first.events, ...second.events],
      [
        { name: "progress", data: '{"received": 1}' },
        { name: "done", data: '{"a":\n2}' },
      ],
    );
    assert.equal(second.rest, "");
  }
});

test("lines may end with CR LF", () => {
  const { events, rest } = readEvents("event:x\r\ndata:1\r\n\r");
  assert.deepEqual(events, []);
  assert.deepEqual(readEvents(`${rest}\ndata: 2\r\n\r\n`).events, [
    { name: "x", data: "1" },
    { name: "message", data: "2" },
  ]);
});

test("the rate is that of the last ten seconds", () => {
  let samples = addSample([], { at: 0, received: 100 });
  assert.equal(transferRate(samples), null);
  samples = addSample(samples, { at: 1000, received: 600 });
  assert.equal(transferRate(samples), 500);
  assert.equal(timeLeft(samples, 1100), 1);
  samples = addSample(samples, { at: 10_500, received: 10_100 });
  assert.equal(transferRate(samples), 1000);
});

test("where nothing comes there is no time left to tell", () => {
  assert.equal(timeLeft([{ at: 0, received: 5 }, { at: 900, received: 5 }], 10), null);
});

test("a transfer that begins again is measured anew", () => {
  assert.deepEqual(addSample([{ at: 0, received: 900 }], { at: 100, received: 50 }), [{ at: 100, received: 50 }]);
});
