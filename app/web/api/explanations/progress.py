"""The route that tells how far a slow explanation is, or what is measured of it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field

from app.attribution.explain import Explanation
from app.engine.explanations import Explainer, Kind
from app.engine.question import Asked
from app.errors import ConvScopeError
from app.nets.network import Network
from app.web.api.events import POLL_S, failed
from app.web.api.explanations.methods import OWN, TAGS
from app.web.api.explanations.question import PLACE, TheQuestion
from app.web.deps import ImageId, TheExplainer, TheNetwork
from app.work.runner import Ticket

router = APIRouter(prefix="/api/v1")

Wanted = Annotated[
    Kind,
    Query(description="The map itself, how far to believe it, its maps with random weights, or those of every layer."),
]


class Making:
    """An explanation and then what is wanted of it, one after the other; `ticket` is that of the one being made."""

    def __init__(self, explainer: Explainer, network: Network, image: str, asked: Asked, wanted: Kind) -> None:
        self._explainer, self._network, self._image, self._asked = explainer, network, image, asked
        self.kind: Kind = "explanation"
        self.wanted = wanted
        self.first: Ticket[Explanation] = explainer.explain(network, image, asked)
        self.ticket: Ticket[Any] = self.first

    def steps(self) -> Iterator[Ticket[Any]]:
        """The map's ticket, and once that is made the ticket of what is wanted of it."""
        yield self.ticket
        if self.wanted != "explanation" and failed(self.first.future) is None:
            self.kind, self.ticket = self.wanted, self._next(self.first.future.result())
            yield self.ticket

    @property
    def progress(self) -> tuple[int, int]:
        return self._explainer.progress(self.kind, self._network, self._image, self._asked)

    def _next(self, found: Explanation) -> Ticket[Any]:
        try:
            return self._of(found)
        except ConvScopeError as error:  # there is no room in the queue: told as an event, the answer has begun
            future = Future[Any]()
            future.set_exception(error)
            return Ticket(future, lambda: None)

    def _of(self, found: Explanation) -> Ticket[Any]:
        about = (self._network, self._image, self._asked)
        if self.wanted == "sweep":
            return self._explainer.sweep(*about)
        make = self._explainer.cascade if self.wanted == "cascade" else self._explainer.faithfulness
        return make(*about, found)


async def _making(
    explainer: TheExplainer, network: TheNetwork, image: ImageId, asked: TheQuestion, of: Wanted = "explanation"
) -> AsyncIterator[Making]:
    making = Making(explainer, network, image, asked, of)
    try:
        yield making
    finally:
        making.ticket.release()


@router.get(
    f"{PLACE}/{{method}}/events",
    summary="How far an explanation is, as it is made",
    tags=TAGS,
    response_class=EventSourceResponse,
    openapi_extra=OWN,
)
async def events(request: Request, making: Annotated[Making, Depends(_making)]) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `progress` while it is made, at last `done`, or `error` with the usual body.

    Who asks while it is being made joins. When the last one hangs up it stops.
    """
    told: tuple[int, int] | None = None
    for ticket in making.steps():
        while not ticket.future.done() and not request.app.state.closing:
            now = making.progress
            if now != told:
                told = now
                yield ServerSentEvent(event="progress", data=ExplainingProgress(done=now[0], total=now[1]))
            await asyncio.sleep(POLL_S)
    yield _end(making)


def _end(making: Making) -> ServerSentEvent:
    failure = failed(making.ticket.future)
    if failure is not None:
        return ServerSentEvent(event="error", data=failure)
    found = making.first.future.result()
    return ServerSentEvent(event="done", data=ExplainingDone(min=found.min, max=found.max, note=found.note))


class ExplainingProgress(BaseModel):
    """The data of `progress` events."""

    done: int
    total: int = Field(description="Runs of the network; 0 while it waits for its turn.")


class ExplainingDone(BaseModel):
    """The data of the `done` event: the map is made, and its address answers at once."""

    min: float
    max: float
    note: str
