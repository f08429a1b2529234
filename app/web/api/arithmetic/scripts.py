"""Scripts: Python that computes a cell or its layer from arrays of this API."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.arithmetic.cell import check_place
from app.arithmetic.scripts.arrays import ArraySource
from app.arithmetic.scripts.script import write_script
from app.arithmetic.scripts.snippet import Extent, Library
from app.errors import NotAvailable
from app.nets.layer import INPUT, CellPlace
from app.web.api.params import CELL, UNIT, ThePlace, TheUnit
from app.web.deps import Client, PureHeaders, TheClient, TheInference
from app.web.links import model_path

router = APIRouter(prefix="/api/v1")
ScriptExtent = Annotated[Extent, Query(alias="of", description="The `cell` alone, or the whole `layer` that it is in.")]


class PythonScript(Response):
    """A Python script, under the name that OpenAPI gives it."""

    media_type = "text/x-python"


async def _source(
    inference: TheInference,
    library: Annotated[Library, Query(alias="as", description="The library that the script uses.")] = "numpy",
) -> ArraySource:
    return ArraySource(inference.network, inference.image, library)


TheSource = Annotated[ArraySource, Depends(_source)]


@router.get(
    f"{CELL}/code",
    summary="A script that computes a cell, or its layer",
    tags=["activations"],
    response_class=PythonScript,
)
async def cell_script(
    client: TheClient, source: TheSource, place: ThePlace, headers: PureHeaders, extent: ScriptExtent = "cell"
) -> PythonScript:
    """It downloads the `.npy` files that it needs and prints the number. Given a folder, it reads them from there."""
    return await _script(client, source, place, extent, headers)


@router.get(
    f"{UNIT}/code",
    summary="A script that computes a number of a vector, or its layer",
    tags=["activations"],
    response_class=PythonScript,
)
async def unit_script(
    client: TheClient, source: TheSource, place: TheUnit, headers: PureHeaders, extent: ScriptExtent = "cell"
) -> PythonScript:
    """As for a cell."""
    return await _script(client, source, place, extent, headers)


async def _script(
    client: Client, source: ArraySource, place: CellPlace, extent: Extent, headers: dict[str, str]
) -> PythonScript:
    if place.layer == INPUT:
        raise NotAvailable("The input tensor is prepared from the picture: no operator computes it.")
    source.network.require_weights()
    source.network.layer(place.layer)
    check_place(source.network.graph, place)
    server = f"{client.request.base_url}{model_path(client.request.path_params['model'])}/"
    script = await asyncio.to_thread(write_script, source, place, extent, server)
    named = {"Content-Disposition": f'attachment; filename="{script.name}"'}
    return PythonScript(script.text, headers=headers | named)
