/** What a pull is told by: server-sent events, cut anywhere on their way, and the pace they add up to. */

import assert from "node:assert/strict";
import test from "node:test";

import { readEvents } from "../../../static/js/lib/events.js";
import { noted, rate, timeLeft } from "../../../static/js/lib/pace.js";

test("events come whole however the stream is cut", () => {
  const stream = 'event: progress\ndata: {"received": 1}\n\n: ping\n\nevent: done\ndata: {"a":\ndata: 2}\n\n';
  for (let cut = 0; cut <= stream.length; cut++) {
    const first = readEvents(stream.slice(0, cut));
    const second = readEvents(first.rest + stream.slice(cut));
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
  let samples = noted([], { at: 0, received: 100 });
  assert.equal(rate(samples), null);
  samples = noted(samples, { at: 1000, received: 600 });
  assert.equal(rate(samples), 500);
  assert.equal(timeLeft(samples, 1100), 1);
  samples = noted(samples, { at: 10_500, received: 10_100 });
  assert.equal(rate(samples), 1000);
});

test("where nothing comes there is no time left to tell", () => {
  assert.equal(timeLeft([{ at: 0, received: 5 }, { at: 900, received: 5 }], 10), null);
});

test("a transfer that begins again is measured anew", () => {
  assert.deepEqual(noted([{ at: 0, received: 900 }], { at: 100, received: 50 }), [{ at: 100, received: 50 }]);
});
