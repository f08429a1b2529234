"""A client that does not send the whole body in time is treated as one that has gone."""

import asyncio

from starlette.types import Message, Receive, Scope, Send

from app.cluster.body_deadline import BodyDeadline


def received(parts: list[bytes], length: int, seconds: float) -> list[str]:
    """The types of the messages that an app receives of a client that sends these parts, and then nothing."""
    types: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            types.append(message["type"])
            if not message.get("more_body", False):
                return

    async def receive() -> Message:
        if parts:
            body = parts.pop(0)
            sent.append(body)
            return {"type": "http.request", "body": body, "more_body": len(b"".join(sent)) < length}
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        raise AssertionError(message)

    sent: list[bytes] = []
    scope = {"type": "http", "headers": [(b"content-length", str(length).encode())]}
    asyncio.run(BodyDeadline(app, seconds)(scope, receive, send))
    return types


def test_a_whole_body_passes() -> None:
    assert received([b"ab", b"c"], 3, seconds=60) == ["http.request", "http.request"]


def test_a_body_that_stalls_ends_as_a_client_that_has_gone() -> None:
    assert received([b"ab"], 3, seconds=0.05) == ["http.request", "http.disconnect"]


def test_a_long_body_has_more_time() -> None:
    """Without time of its own, what its length gives is enough for what is there."""
    assert received([b"a" * 50_000], 50_000, seconds=0) == ["http.request"]
