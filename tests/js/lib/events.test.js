/** Server-sent events from a stream that is cut anywhere. */

import assert from "node:assert/strict";
import test from "node:test";

import { readEvents } from "../../../static/js/lib/events.js";

test("events are complete however the stream is cut", () => {
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
