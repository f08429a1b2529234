"""Request bodies: refused by their headers before a byte is read, or cut off while they stream in."""

import asyncio
from contextlib import suppress

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import InvalidRequest, Overloaded, TooLarge, UnsupportedFormat
from app.settings import Settings
from app.web.edge.security import Check

LINGER_S = 1.0
LINGER_BYTES = 65_536


def acceptable_body(settings: Settings) -> Check:
    """Refuse, by its headers alone, a body that is too long, compressed, or does not say what it is."""
    limit = settings.max_upload_bytes

    def check(request: Request) -> None:
        headers = request.headers
        if not _announces_body(headers):
            return
        if int(headers.get("content-length", 0)) > limit:
            raise TooLarge(f"The request body may have at most {limit:,} bytes.", max_bytes=limit)
        if "content-encoding" in headers:
            raise UnsupportedFormat("Compressed request bodies are not accepted. Send the body as it is.")
        if "content-type" not in headers:
            raise InvalidRequest("The request body needs a Content-Type header.")

    return check


class Places:
    """ASGI middleware: lets at most `places` requests with a body be under way, so that what they hold is bounded too.

    Raises Overloaded for one more.
    """

    def __init__(self, app: ASGIApp, places: int) -> None:
        self._app = app
        self._places = places
        self._taken = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _announces_body(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        if self._taken >= self._places:
            raise Overloaded(f"{self._places} uploads are under way. Try again in 1 s.", retry_after_s=1)
        self._taken += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._taken -= 1


class Bodies:
    """ASGI middleware: counts a body while it streams in, and ends the connection if the answer comes before its end.

    What a refused client still sends is read for `LINGER_S` seconds and `LINGER_BYTES` at most: closing at once would
    reset the connection, and the client might never see the answer.
    """

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _announces_body(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        body = _Body(receive, send, self._max_bytes)
        await self._app(scope, body.receive, body.send)


class _Body:
    """One request's body on its way in, and the answer on its way out."""

    def __init__(self, receive: Receive, send: Send, max_bytes: int) -> None:
        self._receive = receive
        self._send = send
        self._max_bytes = max_bytes
        self._count = 0
        self._complete = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._note(message)
        if self._count > self._max_bytes:
            raise HTTPException(413)  # the one kind of exception that form parsing lets through
        return message

    async def send(self, message: Message) -> None:
        if not self._complete:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Connection"] = "close"
            elif message["type"] == "http.response.body" and not message.get("more_body", False):
                await self._send({**message, "more_body": True})
                await self._linger()
                message = {"type": "http.response.body"}
        await self._send(message)

    async def _linger(self) -> None:
        enough = min(self._count, self._max_bytes) + LINGER_BYTES
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_S):
                while not self._complete and self._count < enough:
                    self._note(await self._receive())
                if not self._complete:
                    await asyncio.sleep(LINGER_S)

    def _note(self, message: Message) -> None:
        self._count += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)


def _announces_body(headers: Headers) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"
