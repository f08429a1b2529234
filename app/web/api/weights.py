"""The route that brings an original's weights, and tells as it goes; for whoever has the admin's token."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Path, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field

from app.errors import ConvScopeError
from app.nets.weights.download import Progress
from app.nets.weights.pull import Pull
from app.settings import Settings
from app.web.api.events import POLL_S, failed
from app.web.deps import TheEngine

router = APIRouter(prefix="/api/v1")
Token = Annotated[
    HTTPAuthorizationCredentials | None,
    Depends(HTTPBearer(auto_error=False, description="The server's CONVSCOPE_ADMIN_TOKEN.")),
]


class Forbidden(ConvScopeError):
    """Pulling is switched off here, or the token is missing or wrong."""

    status = 403
    code = "forbidden"


class PullProgress(BaseModel):
    """The data of `progress` events."""

    state: str = Field(description="`waiting` for another pull, `pulling` or `checking`.")
    received: int = Field(description="Bytes that are here.")
    total: int
    host: str = Field(description="The mirror that sends them.")


class PullDone(BaseModel):
    """The data of the `done` event."""

    model: str
    status: str


def install_pulling(app: FastAPI, settings: Settings) -> None:
    app.state.admin_token = settings.admin_token.get_secret_value()
    app.include_router(router)


async def _admin(request: Request, token: Token) -> None:
    expected: str = request.app.state.admin_token
    if not expected:
        raise Forbidden(
            "Pulling through the server is switched off. Run `convscope pull`, or set CONVSCOPE_ADMIN_TOKEN."
        )
    if token is None or not secrets.compare_digest(token.credentials.encode(), expected.encode()):
        raise Forbidden("This takes the admin's token, as `Authorization: Bearer TOKEN`.")


async def _pull(
    engine: TheEngine,
    model: Annotated[str, Path(description="An original's id, as `GET /models` lists.", examples=["vgg16"])],
) -> AsyncIterator[Pull]:
    pull = engine.pull(model)
    try:
        yield pull
    finally:
        pull.ticket.release()


@router.post(
    "/models/{model}/pull",
    summary="Bring the weights of an original",
    tags=["networks"],
    response_class=EventSourceResponse,
    dependencies=[Depends(_admin)],
)
async def pull(
    request: Request, model: str, pulling: Annotated[Pull, Depends(_pull)]
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `progress` while it goes on, at last `done`, or `error` with the usual body.

    Who asks while a pull is under way joins it. When the last one hangs up it stops; the next goes on from there.
    """
    told: Progress | None = None
    while not pulling.ticket.future.done() and not request.app.state.closing:
        now = pulling.progress()
        if now != told:
            told = now
            progress = PullProgress(state=now.state, received=now.received, total=now.total, host=now.host)
            yield ServerSentEvent(event="progress", data=progress)
        await asyncio.sleep(POLL_S)
    yield _end(model, pulling)


def _end(model: str, pulling: Pull) -> ServerSentEvent:
    failure = failed(pulling.ticket.future)
    if failure is not None:
        return ServerSentEvent(event="error", data=failure)
    return ServerSentEvent(event="done", data=PullDone(model=model, status="ready"))
