"""Request bodies: refused by their headers, limited in number, and the end of a connection whose body is not read."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.body_limit import RequestBodyLimitResponder
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import InvalidRequest, Overloaded, TooLarge, UnsupportedFormat
from app.settings import Settings
from app.web.edge.inference_path import is_inference
from app.web.edge.root_path import path_below_root
from app.web.edge.security import Check

LINGER_S = 1.0
LINGER_BYTES = 65_536
NETWORK_PATHS = ("/api/v1/models", "/networks/open")  # where networks are uploaded
COLLECTION_PATHS = ("/api/v1/collections", "/api/v1/data-sets", "/experiments/folder", "/jobs")  # where pictures are

LimitOf = Callable[[Scope], int]


def body_limit(settings: Settings) -> LimitOf:
    """The most bytes that the body of a request may have, which depends on its path."""

    larger = dict.fromkeys(NETWORK_PATHS, settings.own_network_max_bytes)
    larger |= dict.fromkeys(COLLECTION_PATHS, settings.max_collection_bytes)

    def limit_of(scope: Scope) -> int:
        return max(settings.max_upload_bytes, larger.get(path_below_root(scope), 0))

    return limit_of


def body_check(limit_of: LimitOf) -> Check:
    """Refuse, by its headers alone, a body that is too long, compressed, or has no content type."""

    def check(request: Request) -> None:
        headers = request.headers
        if not _has_body(headers):
            return
        limit = limit_of(request.scope)
        if int(headers.get("content-length", 0)) > limit:
            raise TooLarge(f"The request body may have at most {limit:,} bytes.", max_bytes=limit)
        if "content-encoding" in headers:
            raise UnsupportedFormat("Compressed request bodies are not accepted. Send the body as it is.")
        if "content-type" not in headers and not is_inference(request.scope):  # its clients send none
            raise InvalidRequest("The request body needs a Content-Type header.")

    return check


class BodyLimit:
    """ASGI middleware: ends the reading of a body at the limit for its request, also if no header says its length."""

    def __init__(self, app: ASGIApp, limit_of: LimitOf) -> None:
        self._app = app
        self._limit_of = limit_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await RequestBodyLimitResponder(self._app, self._limit_of(scope))(scope, receive, send)


class UploadSlots:
    """ASGI middleware: answers at most `slots` requests with a body at the same time, which bounds their memory.

    Raises Overloaded for one more.
    """

    def __init__(self, app: ASGIApp, slots: int) -> None:
        self._app = app
        self._slots = slots
        self._taken = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        if self._taken >= self._slots:
            raise Overloaded(f"The server is receiving {self._slots} uploads. Try again in 1 s.", retry_after_s=1)
        self._taken += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._taken -= 1


class LingeringClose:
    """ASGI middleware: closes the connection where the response comes before the end of the request's body.

    It first reads what the client still sends, for `LINGER_S` seconds and `LINGER_BYTES` at most. Closing at once would
    reset the connection, and the client might never see the response (RFC 9112 section 9.6). What is inside, such as
    the slots of uploads, does not wait for that.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(receive, send)
        await self._app(scope, exchange.receive, exchange.send)
        await exchange.close()


class _Exchange:
    """One request with a body, and its response."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._is_complete = False
        self._is_open = False  # the response is sent, but for its end

    async def receive(self) -> Message:
        message = await self._receive()
        self._is_complete = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if not self._is_complete:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Connection"] = "close"
            elif message["type"] == "http.response.body" and not message.get("more_body", False):
                message = {**message, "more_body": True}
                self._is_open = True
        await self._send(message)

    async def close(self) -> None:
        if self._is_open:
            await self._linger()
            await self._send({"type": "http.response.body"})

    async def _linger(self) -> None:
        count = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_S):
                while not self._is_complete and count < LINGER_BYTES:
                    count += len((await self.receive()).get("body", b""))
                if not self._is_complete:
                    await asyncio.sleep(LINGER_S)


def _has_body(headers: Headers) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"
