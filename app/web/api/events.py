"""Server-sent events of a job: its progress, and how it ended."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future
from typing import Self, TypeVar

from fastapi import Request
from fastapi.sse import ServerSentEvent
from pydantic import BaseModel, Field

from app.errors import RESTART_S, Overloaded
from app.web.api.responses import Info
from app.web.edge.errors import ErrorInfo, ErrorResponse, failure_of

T = TypeVar("T")
POLL_S = 0.2


class ProgressInfo(Info):
    """The data of `progress` events of a job of many runs; both are 0 while it waits in the queue."""

    done: int = Field(description="How many runs are done.")
    total: int = Field(description="How many there are, or the most there may be; what is computed may add some.")

    @classmethod
    def of(cls, counts: tuple[int, int]) -> Self:
        done, total = counts
        return cls(done=done, total=total)


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
    try:
        if not future.done():
            raise Overloaded("The server is shutting down.", retry_after_s=RESTART_S)
        end = ServerSentEvent(event="done", data=await done(future.result()))
    except Exception as error:
        end = error_event(error)
    yield end


def error_event(error: Exception) -> ServerSentEvent:
    """The event `error` with the usual body."""
    failure = failure_of(error)
    info = ErrorInfo(code=failure.code, message=failure.message, details=failure.details)
    return ServerSentEvent(event="error", data=ErrorResponse(error=info))
