"""The address of the comparison of two layers, and the form that adds a photo to it."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse

from app.errors import ConvScopeError
from app.web.deps import Client, TheClient
from app.web.pages.components import Notice
from app.web.pages.experiments.compare.address import PATH, LayerPairAddress
from app.web.pages.experiments.compare.gather import gather_pair
from app.web.pages.experiments.compare.page import layer_pair_page
from app.web.pages.language import site_for
from app.web.pages.picture_form import ThePictureForm

router = APIRouter(include_in_schema=False)
ThePairAddress = Annotated[LayerPairAddress, Query()]


@router.get(f"/{PATH}", response_class=HTMLResponse)
async def get_pair(client: TheClient, address: ThePairAddress) -> HTMLResponse:
    """Two layers side by side on one scale, with their difference."""
    return await _page(client, address)


@router.post(f"/{PATH}", response_class=HTMLResponse)
async def add_picture(client: TheClient, address: ThePairAddress, form: ThePictureForm) -> Response:
    """Add the photo of the form to one of the sides, then redirect to the comparison with it."""
    try:
        image = await form.store()
    except ConvScopeError as error:
        return await _page(client, address, Notice.of(error))
    changes = {address.adds: image, "adds": "image"}
    return Response(status_code=303, headers={"Location": address.link(**changes).removeprefix("experiments/")})


async def _page(client: Client, address: LayerPairAddress, refusal: Notice | None = None) -> HTMLResponse:
    site = site_for(client.request)
    pair = await gather_pair(client, address)

    def render() -> HTMLResponse:
        page = layer_pair_page(site, client.engine, pair, refusal)
        notice = refusal or next(iter(page.notices), None)
        return site.render("experiments/compare.html", {"id": "compare", "page": page}, notice)

    response = await asyncio.to_thread(render)
    response.headers.update(pair.headers)
    return response
