"""Server-sent events of a job: its progress, and how it ended."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from fastapi import Request
from fastapi.sse import ServerSentEvent
from pydantic import BaseModel

from app.errors import Overloaded
from app.web.edge.errors import ErrorInfo, ErrorResponse, failure_of

T = TypeVar("T")
POLL_S = 0.2


async def job_events(
    request: Request, future: Future[T], progress: Callable[[], BaseModel], done: Callable[[T], Awaitable[BaseModel]]
) -> AsyncIterator[ServerSentEvent]:
    """`progress` events while the job is under way, at last `done`, or `error` with the usual body."""
    last: BaseModel | None = None
    while not future.done() and not request.app.state.closing:
        now = progress()
        if now != last:
            last = now
            yield ServerSentEvent(event="progress", data=now)
        await asyncio.sleep(POLL_S)
    failure = _failure(future)
    if failure is None:
        yield ServerSentEvent(event="done", data=await done(future.result()))
    else:
        yield ServerSentEvent(event="error", data=failure)


def _failure(future: Future[Any]) -> ErrorResponse | None:
    """The body of the error that a job ended in, or of being cut off before its end; None if it ended well."""
    error = future.exception() if future.done() else Overloaded("The server is shutting down.", retry_after_s=5)
    if error is None:
        return None
    failure = failure_of(error if isinstance(error, Exception) else Exception(str(error)))
    return ErrorResponse(error=ErrorInfo(code=failure.code, message=failure.message, details=failure.details))
