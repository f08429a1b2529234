"""The route that tells how far a slow explanation is."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from app.attribution.explain import Explanation
from app.nets.runner import Ticket
from app.web.deps import ImageId, TheNetwork
from app.web.explaining import OWN, PLACE, TAGS, TheExplainer, TheQuestion
from app.web.explaining_schemas import ExplainingDone, ExplainingProgress
from app.web.pulling import POLL_S, failed

router = APIRouter(prefix="/api/v1")


async def _making(
    explainer: TheExplainer, network: TheNetwork, image: ImageId, asked: TheQuestion
) -> AsyncIterator[Ticket[Explanation]]:
    ticket = explainer.explain(network, image, asked)
    try:
        yield ticket
    finally:
        ticket.release()


@router.get(
    f"{PLACE}/{{method}}/events",
    summary="How far an explanation is, as it is made",
    tags=TAGS,
    response_class=EventSourceResponse,
    openapi_extra=OWN,
)
async def events(
    request: Request,
    explainer: TheExplainer,
    network: TheNetwork,
    image: ImageId,
    asked: TheQuestion,
    making: Annotated[Ticket[Explanation], Depends(_making)],
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `progress` while it is made, at last `done`, or `error` with the usual body.

    Who asks while it is being made joins. When the last one hangs up it stops.
    """
    told: tuple[int, int] | None = None
    while not making.future.done() and not request.app.state.closing:
        now = explainer.progress(network, image, asked)
        if now != told:
            told = now
            yield ServerSentEvent(event="progress", data=ExplainingProgress(done=now[0], total=now[1]))
        await asyncio.sleep(POLL_S)
    yield _end(making)


def _end(making: Ticket[Explanation]) -> ServerSentEvent:
    failure = failed(making.future)
    if failure is not None:
        return ServerSentEvent(event="error", data=failure)
    found = making.future.result()
    return ServerSentEvent(event="done", data=ExplainingDone(min=found.min, max=found.max, note=found.note))
