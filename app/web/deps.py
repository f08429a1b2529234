"""What routes are given: the client that asks, with the engine behind it, and what the path of a request names."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Path, Request, Response

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.engine.own.networks import is_own
from app.errors import Cancelled, UnknownModel
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.edge.etags import cache_headers
from app.web.links import TAG, pinned_id
from app.work.job import JobHandle
from app.work.queue import CLIENT

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Client:
    """The client of one request, and the engine that answers it."""

    request: Request
    engine: Engine

    async def network(self, model: str) -> Network:
        """The network with this id; the graph of an own network may have to be read first, in a thread.

        Raises:
            UnknownModel: there is none.
            NetworkError: it can't be used.
        """
        find = self.engine.network
        return await asyncio.to_thread(find, model) if is_own(model) else find(model)

    async def pinned_network(self, model: str) -> Network:
        """The network with this id or this `pinned` one; raises as `network` does.

        Raises:
            UnknownModel: the network has another file or card than the one of the pinned id.
        """
        identity, tagged, _ = model.partition(TAG)
        network = await self.network(identity)
        if tagged and model != pinned_id(network):
            raise UnknownModel(
                f"{network.card.name} has another file or card now, or ConvScope another version.", known=[identity]
            )
        return network

    async def require_picture(self, image: str) -> None:
        """Note a use of a picture, in a thread unless that was done a moment ago; raises as `Pictures.require` does."""
        if not self.engine.pictures.is_in_use(image):
            await asyncio.to_thread(self.engine.pictures.require, image)

    async def picture_note(self, inference: Inference) -> str | None:
        """What a reader must know of the picture; raises as `Pictures.note` does."""
        return await self.wait(await asyncio.to_thread(self.engine.pictures.note, inference))

    async def wait(self, handle: JobHandle[T]) -> T:
        """The result of a job, without holding a thread. The job is released if the client goes away first.

        Raises:
            Cancelled: the client has gone.
            ConvScopeError: whatever the job ended in.
        """
        try:
            if handle.future.done():
                return handle.future.result()
            result = asyncio.wrap_future(handle.future)
            gone = asyncio.ensure_future(self._gone())
            either: set[asyncio.Future[Any]] = {result, gone}
            try:
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            finally:
                gone.cancel()
            if not result.done():
                result.cancel()  # this client's wrapper alone: the job ends when its last handle is released
                raise Cancelled("The client has gone.")
            return result.result()
        finally:
            handle.release()

    async def wait_to_the_end(self, handle: JobHandle[T]) -> T:
        """As `wait`, but a client that goes away first ends it only with the job: what that reads may be deleted then.

        Raises as `wait` does.
        """
        try:
            return await self.wait(handle)
        finally:
            if not handle.future.done():
                await asyncio.gather(asyncio.wrap_future(handle.future), return_exceptions=True)

    async def _gone(self) -> None:
        while (await self.request.receive())["type"] != "http.disconnect":
            pass


async def _client(request: Request) -> Client:
    CLIENT.set(request.client.host if request.client else "")
    return Client(request, request.app.state.engine)


TheClient = Annotated[Client, Depends(_client)]


async def _network(
    client: TheClient,
    model: Annotated[
        str,
        Path(
            description="A network's id, as `GET /models` lists. Its `pinned` id identifies this file and card: "
            "the response can then be cached without limit.",
            examples=["squeezenet1_1"],
        ),
    ],
) -> Network:
    return await client.pinned_network(model)


TheNetwork = Annotated[Network, Depends(_network)]


async def _layer(
    network: TheNetwork, layer: Annotated[str, Path(description="A layer's id, as the network lists.")]
) -> Layer:
    return network.layer(layer)


TheLayer = Annotated[Layer, Depends(_layer)]
ImagePath = Annotated[str, Path(alias="image", description="A picture's id, as `POST /images` returns it.")]


async def _image(client: TheClient, image: ImagePath) -> str:
    await client.require_picture(image)
    return image


ImageId = Annotated[str, Depends(_image)]


async def _inference(network: TheNetwork, image: ImageId) -> Inference:
    return Inference(network, image)


TheInference = Annotated[Inference, Depends(_inference)]


async def _pure_headers(request: Request, response: Response, client: TheClient, network: TheNetwork) -> dict[str, str]:
    if image := request.path_params.get("image"):  # an answer that the client has may outlive the picture
        await client.require_picture(image)
    headers = cache_headers(request, network.fingerprint, immutable=TAG in request.path_params["model"])
    response.headers.update(headers)
    return headers


# The headers of an answer that depends on its address alone. JSON gets them by PURE; an answer that is made as a
# `Response` must take them along.
PureHeaders = Annotated[dict[str, str], Depends(_pure_headers)]
PURE = Depends(_pure_headers)
