"""The address of what layers tell apart, and the form that adds a picture to it."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse

from app.images.collections import UnknownCollection
from app.web.deps import Client, TheClient
from app.web.pages.components import Notice
from app.web.pages.experiments.layers.address import ACTION, LayersAddress
from app.web.pages.experiments.layers.gather import LayersData, gather_layers
from app.web.pages.experiments.layers.page import layers_page
from app.web.pages.language import site_for
from app.web.pages.picture_form import ThePictureForm

router = APIRouter(include_in_schema=False)
TheLayers = Annotated[LayersAddress, Query()]


@router.get(f"/{ACTION}", response_class=HTMLResponse)
async def get_layers(client: TheClient, address: TheLayers) -> HTMLResponse:
    """A layer as colours, what probes of each layer answer, the channels two classes share, and damage."""
    return await _page(client, address)


@router.post(f"/{ACTION}", response_class=HTMLResponse)
async def add_picture(client: TheClient, address: TheLayers, form: ThePictureForm) -> Response:
    """Add the picture of the form, then redirect to the layers for it."""
    return await form.add_to(address, lambda notice: _page(client, address, notice))


async def _page(client: Client, address: LayersAddress, picture: Notice | None = None) -> HTMLResponse:
    site = site_for(client.request)
    data = await gather_layers(client, address)
    notice = picture or data.notice or data.damage_notice or _missing_collection(data)

    def render() -> HTMLResponse:
        page = layers_page(site, client.engine, address, data, picture)
        return site.render("experiments/layers.html", {"id": "layers", "page": page}, notice)

    return await asyncio.to_thread(render)


def _missing_collection(data: LayersData) -> Notice | None:
    """That there is no such collection; one whose photos can't train a probe is no error of the address."""
    notice = data.folders.notice if data.folders else None
    return notice if notice and notice.code == UnknownCollection.code else None
