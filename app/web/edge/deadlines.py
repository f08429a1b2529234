"""Deadlines of a connection: for the head and the body of a request, and for reading the response."""

import asyncio
import json
from dataclasses import dataclass
from typing import Literal

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from app.web.edge.joined_writes import JoinedWrites

MAX_HEAD_BYTES = 65_536  # of a request's head, and of what follows the last piece of its body
MIN_PROGRESS = 16_384
MIN_RATE = 1_000_000  # bytes a second: a large body has this much more time, by the length that its head says


Awaited = Literal["head", "body"]


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds for the head of a request, for its whole body, and for reading `MIN_PROGRESS` bytes of a response.

    A body has more, in proportion to its length.
    """

    head_s: float
    body_s: float
    read_s: float


class DeadlineProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 protocol, which closes the connections of clients that send or read too slowly.

    Between requests uvicorn's own keep-alive limit holds. It ends with the first byte of the next head, where the
    deadline for the head begins. A head may have 64 kB, and the trailers behind a body, which are ignored, as well.
    """

    deadlines: Deadlines
    transport: JoinedWrites
    _awaited: Awaited | None = None
    _sending: asyncio.TimerHandle | None = None
    _reading: asyncio.TimerHandle | None = None
    _head_bytes = 0  # that came since the head began, or since the last piece of the body
    _unread = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(JoinedWrites(transport, self.loop))
        self._await("head")

    def data_received(self, data: bytes) -> None:
        if self._awaited is None:
            self._await("head")
        self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes > MAX_HEAD_BYTES and self._awaited is not None and not self.transport.is_closing():
            self._refuse(f"The head of a request has at most {MAX_HEAD_BYTES:,} bytes.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._await("head")

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._awaited == "head":  # not of trailers, which would become headers of the request
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._await("body")

    def on_chunk_header(self) -> None:
        """Note that a piece of a body begins whose length was not stated in the head."""
        self._head_bytes = 0

    def on_body(self, body: bytes) -> None:
        self._head_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._await(None)

    def on_response_complete(self) -> None:
        self.transport.flush()
        super().on_response_complete()
        self._watch_reader()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_reader()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._watch_reader()

    def shutdown(self) -> None:
        super().shutdown()
        self._watch_reader()

    def connection_lost(self, exc: Exception | None) -> None:
        self._await(None)
        if self._reading is not None:
            self._reading.cancel()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        self._refuse("This is not a valid HTTP request.")

    def _unsupported_upgrade_warning(self) -> None:
        """Ignore a request for a WebSocket. uvicorn would log an advice to install a library for it."""

    def _refuse(self, message: str) -> None:
        """Answer with the body of every other error, and close. A response that has begun can only be cut off."""
        if self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete:
            self.transport.abort()
            return
        error = {"code": "invalid_request", "message": message, "details": {}}
        body = json.dumps({"error": error}).encode()
        head = (
            b"content-type: application/json\r\ncontent-length: %d\r\nx-content-type-options: nosniff\r\n"
            b"connection: close\r\n\r\n"
        )
        self.transport.write(STATUS_LINE[400] + head % len(body) + body)
        self.transport.close()

    def _await(self, part: Awaited | None) -> None:
        """Wait for a part of a request. It has one deadline, in however many pieces it arrives."""
        if part == self._awaited:
            return
        self._awaited = part
        self._head_bytes = 0
        if self._sending is not None:
            self._sending.cancel()
            self._sending = None
        if part is not None:
            limit = self.deadlines.head_s if part == "head" else self.deadlines.body_s + self._body_bytes / MIN_RATE
            self._sending = self.loop.call_later(limit, self._sent_too_slowly)

    @property
    def _body_bytes(self) -> int:
        """The length of the body that is awaited, by the head of its request; 0 if it does not say."""
        return int(dict(self.headers).get(b"content-length", b"0"))

    def _sent_too_slowly(self) -> None:
        if self._answers_earlier_request:
            self._sending = self.loop.call_later(self.deadlines.head_s, self._sent_too_slowly)
            return
        self.transport.close()
        self._watch_reader()

    @property
    def _answers_earlier_request(self) -> bool:
        """Whether what is awaited follows a request that waits for its response, which must not be cut off."""
        is_answering = self.cycle is not None and not self.cycle.response_complete
        return bool(self.pipeline) or (self._awaited == "head" and is_answering)

    def _watch_reader(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        self._unread = self.transport.get_write_buffer_size()
        if self._unread:
            self._reading = self.loop.call_later(self.deadlines.read_s, self._check_reader)

    def _check_reader(self) -> None:
        before, now = self._unread, self.transport.get_write_buffer_size()
        if now and now > before - MIN_PROGRESS:
            self.transport.abort()
        else:
            self._watch_reader()


def protocol_class(deadlines: Deadlines) -> type[DeadlineProtocol]:
    """A protocol class with these deadlines; uvicorn makes an instance for each connection."""
    return type("Protocol", (DeadlineProtocol,), {"deadlines": deadlines})
