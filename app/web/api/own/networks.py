"""Own networks: opened by an upload, read another way, published and deleted."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Response
from pydantic import Field, JsonValue

from app.engine.own.networks import OwnNetwork, is_own
from app.errors import NotAvailable
from app.nets.card import Finding, InputSpec
from app.nets.head import HeadKind
from app.web.admin import ADMIN
from app.web.api.responses import GraphOutputInfo, Info
from app.web.deps import TheClient
from app.web.file_form import FORM
from app.web.links import TAG, pinned_id
from app.web.network_form import open_network

router = APIRouter(prefix="/api/v1")
EXAMPLE = "own-0123456789abcdef01234567"
FILE_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "array",
                            "items": {"type": "string", "format": "binary"},
                            "description": "The ONNX file, and the files beside it: external data, `config.json`, "
                            "`preprocessor_config.json`, `labels.txt`.",
                            "examples": ["net.onnx"],
                        },
                        "card": {
                            "type": "string",
                            "description": "JSON: any fields of a card; `input` may have some of its fields.",
                        },
                        "labels": {
                            "type": "string",
                            "description": "The names of the classes: a JSON list, or a name a line.",
                        },
                    },
                }
            }
        },
    }
}


class OwnModelInfo(Info):
    """A network that a user has opened. Whoever has its id has the network."""

    id: str = Field(description="A hash of the file, of what is known about it, and of the labels.", examples=[EXAMPLE])
    pinned: str = Field(description="Can replace `id` in any address; the responses can then be cached without limit.")
    name: str
    bytes: int = Field(description="Size of the ONNX file.")
    sha256: str
    published: bool = Field(description="Whether it is in the list of everyone; it does not expire then.")
    expires_at: datetime | None = Field(description="When it is deleted if it is not used; null if it is published.")
    input: InputSpec
    labels: list[str] = Field(description="The names of the classes; empty if none are known.")
    head: HeadKind = Field(description="What its output is.")
    outputs: list[GraphOutputInfo] = Field(description="What each of its outputs is, and how sure that is.")
    findings: list[Finding] = Field(description="The fields of `input`, or the labels, that are stated, and where.")
    assumed: list[str] = Field(description="The fields of `input` that nothing states: their values are a proposal.")
    remarks: list[str] = Field(description="What is not as one may expect, such as an input that is filled in.")


async def _own_id(
    client: TheClient,
    model: Annotated[str, Path(description="The id of an own network.")],
) -> str:
    identity = model.partition(TAG)[0]
    if not is_own(identity):
        name = (await client.network(identity)).card.name
        raise NotAvailable(f"{name} is not a network that a user has opened.")
    return identity


OwnId = Annotated[str, Depends(_own_id)]


@router.post(
    "/models", status_code=201, summary="Open a network of your own", tags=["own_networks"], openapi_extra=FILE_FORM
)
async def open_own_network(client: TheClient, response: Response) -> OwnModelInfo:
    """An ONNX file becomes a network as any other, for whoever has its id.

    The same files with the same description have the same id. What `assumed` lists is a proposal: `PUT .../input`
    sets it.
    """
    opened, _ = await open_network(client)
    response.headers["Location"] = f"models/{opened.network.id}"
    return own_model_info(opened)


@router.put("/models/{model}/input", status_code=201, summary="Prepare its input in another way", tags=["own_networks"])
async def set_input(
    client: TheClient,
    response: Response,
    model: OwnId,
    fields: Annotated[dict[str, JsonValue], Body(examples=[{"scale": 1 / 255, "mean": [0, 0, 0], "std": [1, 1, 1]}])],
) -> OwnModelInfo:
    """The same file with other values of some fields of its input: another network, with another id."""
    opened = await client.wait(client.engine.own_networks.with_input(model, fields))
    response.headers["Location"] = f"models/{opened.network.id}"
    return own_model_info(opened)


@router.get("/models/{model}/own", summary="What is known about an own network", tags=["own_networks"])
async def own_network(client: TheClient, model: OwnId) -> OwnModelInfo:
    return await _info(client.engine.own_networks.describe, model)


@router.delete("/models/{model}", status_code=204, summary="Delete an own network", tags=["own_networks"])
async def delete_own_network(client: TheClient, model: OwnId) -> None:
    """Delete a network, and its file with the last network of it. It may be opened again."""
    await asyncio.to_thread(client.engine.own_networks.delete, model)


@router.post(
    "/models/{model}/publication",
    summary="List an own network for everyone",
    tags=["own_networks"],
    dependencies=[ADMIN],
)
async def publish(client: TheClient, model: OwnId) -> OwnModelInfo:
    """The network is among `GET /models` and does not expire until the publication is taken back."""
    return await _info(client.engine.own_networks.publish, model)


@router.delete(
    "/models/{model}/publication",
    summary="List an own network no longer",
    tags=["own_networks"],
    dependencies=[ADMIN],
)
async def unpublish(client: TheClient, model: OwnId) -> OwnModelInfo:
    return await _info(client.engine.own_networks.unpublish, model)


async def _info(find: Callable[[str], OwnNetwork], model: str) -> OwnModelInfo:
    """What `find` gives, in a thread: it may have to read the file."""
    return await asyncio.to_thread(lambda: own_model_info(find(model)))


def own_model_info(opened: OwnNetwork) -> OwnModelInfo:
    network, expires_at = opened.network, opened.expires_at
    card = network.card
    return OwnModelInfo(
        id=network.id,
        pinned=pinned_id(network),
        name=card.name,
        bytes=network.nbytes,
        sha256=card.sha256,
        published=expires_at is None,
        expires_at=None if expires_at is None else datetime.fromtimestamp(int(expires_at), UTC),
        input=network.input_spec,
        labels=list(network.class_names),
        head=network.graph.head.kind,
        outputs=[GraphOutputInfo.model_validate(output) for output in network.outputs],
        findings=list(card.findings),
        assumed=list(card.assumed),
        remarks=list(network.graph.remarks),
    )
