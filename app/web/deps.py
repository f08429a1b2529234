"""What routes are given: the engine, what their path names, and results waited for without holding a thread."""

import asyncio
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Path, Request

from app.engine.engine import Engine
from app.engine.explanations import Explainer
from app.errors import Cancelled, UnknownModel
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.edge.caching import pure
from app.web.links import TAG, pinned
from app.work.runner import Ticket

T = TypeVar("T")


async def _explainer(request: Request) -> Explainer:
    explainer: Explainer = request.app.state.explainer
    return explainer


TheExplainer = Annotated[Explainer, Depends(_explainer)]


async def _engine(request: Request) -> Engine:
    engine: Engine = request.app.state.engine
    return engine


TheEngine = Annotated[Engine, Depends(_engine)]


async def _network(
    engine: TheEngine,
    model: Annotated[
        str,
        Path(
            description="A network's id, as `GET /models` lists. Its `pinned` id stands for this very file: "
            "what is answered may be kept for ever.",
            examples=["squeezenet1_1"],
        ),
    ],
) -> Network:
    identity, tagged, _ = model.partition(TAG)
    network = engine.network(identity)
    if tagged and model != pinned(network):
        raise UnknownModel(f"{network.card.name} has another file now, or ConvScope another version.", known=[identity])
    return network


TheNetwork = Annotated[Network, Depends(_network)]


async def _layer(
    network: TheNetwork, layer: Annotated[str, Path(description="A layer's id, as the network lists.")]
) -> Layer:
    return network.layer(layer)


TheLayer = Annotated[Layer, Depends(_layer)]
ImageId = Annotated[str, Path(alias="image", description="A picture's id, as `POST /images` answers.")]


async def _pure_headers(request: Request, network: TheNetwork) -> dict[str, str]:
    return pure(request, network.sha256, for_ever=TAG in request.path_params["model"])


PureHeaders = Annotated[dict[str, str], Depends(_pure_headers)]


async def finished(request: Request, ticket: Ticket[T]) -> T:
    """Wait for a piece of work; give its place up if the client goes away first.

    Raises:
        Cancelled: the client has gone.
        ConvScopeError: whatever the work ended in.
    """
    try:
        if ticket.future.done():
            return ticket.future.result()
        result = asyncio.wrap_future(ticket.future)
        gone = asyncio.ensure_future(_gone(request))
        either: set[asyncio.Future[Any]] = {result, gone}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
        if not result.done():
            result.cancel()  # this asker's wrapper alone: the work is the ticket's to stop
            raise Cancelled("The client has gone.")
        return result.result()
    finally:
        ticket.release()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
