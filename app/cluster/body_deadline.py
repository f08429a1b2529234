"""A time limit for the body of a request, as `app/web/edge/deadlines.py` has: Ray's own server has none."""

import asyncio
import time
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.edge.deadlines import MIN_RATE


@dataclass(frozen=True, slots=True)
class BodyDeadline:
    """ASGI middleware: a client that does not send the whole body in time has gone, for all that is inside.

    `seconds` are for any body; in proportion to its length it has more.
    """

    app: ASGIApp
    seconds: float

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        length = int(dict(scope["headers"]).get(b"content-length", b"0"))
        end = time.monotonic() + self.seconds + length / MIN_RATE
        complete = False

        async def receive_in_time() -> Message:
            nonlocal complete
            if complete:
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), end - time.monotonic())
            except TimeoutError:
                message = {"type": "http.disconnect"}
            complete = not message.get("more_body", False)
            return message

        await self.app(scope, receive_in_time, send)
