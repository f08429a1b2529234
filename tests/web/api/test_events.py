"""Server-sent events of a job: each change of its progress once, then how it ended."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future

import pytest
from fastapi import FastAPI, Request
from fastapi.sse import ServerSentEvent
from pydantic import BaseModel

from app.errors import TimedOut, UnknownImage
from app.web.api import events


class Count(BaseModel):
    value: int


class Steps:
    """A job that is at the next of its steps whenever its progress is read, and ends after the last."""

    def __init__(self, *steps: int, end: Exception | None = None) -> None:
        self.future: Future[int] = Future()
        self._steps = list(steps)
        self._end = end

    def progress(self) -> Count:
        step = self._steps.pop(0)
        if not self._steps:
            self._finish(step)
        return Count(value=step)

    def _finish(self, result: int) -> None:
        if self._end is None:
            self.future.set_result(result)
        else:
            self.future.set_exception(self._end)


async def result_of(value: int) -> Count:
    return Count(value=10 * value)


async def missing_result(value: int) -> Count:
    raise UnknownImage("The picture was deleted.")


def events_of(
    job: Steps, *, closing: bool = False, done: Callable[[int], Awaitable[Count]] = result_of
) -> list[ServerSentEvent]:
    app = FastAPI()
    app.state.closing = closing

    async def read(stream: AsyncIterator[ServerSentEvent]) -> list[ServerSentEvent]:
        return [event async for event in stream]

    request = Request({"type": "http", "app": app})
    return asyncio.run(read(events.job_events(request, job.future, job.progress, done)))


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "POLL_S", 0)


def test_each_change_of_the_progress_is_sent_once_and_then_the_result() -> None:
    sent = events_of(Steps(0, 0, 1, 1, 1, 2))
    assert [(event.event, event.data) for event in sent] == [
        ("progress", Count(value=0)),
        ("progress", Count(value=1)),
        ("progress", Count(value=2)),
        ("done", Count(value=20)),
    ]


def test_a_failure_is_sent_with_the_body_that_errors_have() -> None:
    *_, last = events_of(Steps(0, 1, end=TimedOut("It took too long.")))
    assert last.event == "error"
    assert last.data.error.message == "It took too long."


def test_a_result_that_has_gone_ends_the_events_with_an_error() -> None:
    *_, last = events_of(Steps(0, 1), done=missing_result)
    assert last.event == "error"
    assert last.data.error.code == "unknown_image"


def test_a_server_that_shuts_down_ends_the_events_with_an_error() -> None:
    [last] = events_of(Steps(0), closing=True)
    assert last.event == "error"
    assert last.data.error.details["retry_after_s"] == 5
