"""Deadlines of a connection: for the head and the body of a request, and for reading the response."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.web.edge.joined_writes import JoinedWrites

MIN_PROGRESS = 16_384
MIN_RATE = 1_000_000  # bytes a second: a large body has this much more time, by the length that its head says


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds for the head of a request, for its whole body, and for reading `MIN_PROGRESS` bytes of a response.

    A body has more, in proportion to its length.
    """

    head_s: float
    body_s: float
    read_s: float


class DeadlineProtocol(H11Protocol):
    """uvicorn's HTTP/1.1 protocol, which closes the connections of clients that send or read too slowly.

    Between requests uvicorn's own keep-alive limit holds. It ends with the first byte of the next head, where the
    deadline for the head begins.
    """

    deadlines: Deadlines
    transport: JoinedWrites
    _awaited: tuple[str, Any] | None = None
    _sending: asyncio.TimerHandle | None = None
    _reading: asyncio.TimerHandle | None = None
    _unread = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(JoinedWrites(transport, self.loop))
        self._await(("head", None))

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch_sender()

    def on_response_complete(self) -> None:
        self.transport.flush()
        super().on_response_complete()
        self._watch_sender(between_requests=True)
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
        """Refuse what is not HTTP with the body of every other error. A response that has begun can only be cut off."""
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.abort()
            return
        error = {"code": "invalid_request", "message": "This is not a valid HTTP request.", "details": {}}
        body = json.dumps({"error": error}).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"connection", b"close"),
        ]
        for event in (h11.Response(status_code=400, headers=headers), h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _unsupported_upgrade_warning(self) -> None:
        """Ignore a request for a WebSocket. uvicorn would log an advice to install a library for it."""

    def _watch_sender(self, between_requests: bool = False) -> None:
        state = self.conn.their_state
        if state is h11.SEND_BODY:
            self._await(("body", self.cycle))
        elif state is h11.IDLE and not (between_requests and not self.conn.trailing_data[0]):
            self._await(("head", self.cycle))
        else:
            self._await(None)

    def _await(self, awaited: tuple[str, Any] | None) -> None:
        """Wait for one part of one request. It has one deadline, in however many pieces it arrives."""
        if awaited == self._awaited:
            return
        self._awaited = awaited
        if self._sending is not None:
            self._sending.cancel()
            self._sending = None
        if awaited is not None:
            limit = (
                self.deadlines.head_s if awaited[0] == "head" else self.deadlines.body_s + self._body_bytes / MIN_RATE
            )
            self._sending = self.loop.call_later(limit, self._sent_too_slowly)

    @property
    def _body_bytes(self) -> int:
        """The length of the body that is awaited, by the head of its request; 0 if it does not say."""
        return int(dict(self.headers).get(b"content-length", b"0"))

    def _sent_too_slowly(self) -> None:
        self.transport.close()
        self._watch_reader()

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
