"""The address of the page of depth, and the form that adds a picture to it."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse

from app.web.deps import Client, TheClient
from app.web.pages.components import Notice
from app.web.pages.experiments.depth.address import DepthAddress
from app.web.pages.experiments.depth.gather import gather_depth
from app.web.pages.experiments.depth.page import depth_page
from app.web.pages.language import site_for
from app.web.pages.picture_form import ThePictureForm

router = APIRouter(include_in_schema=False)
TheDepthAddress = Annotated[DepthAddress, Query()]


@router.get("/experiments/depth", response_class=HTMLResponse)
async def get_depth_page(client: TheClient, address: TheDepthAddress) -> HTMLResponse:
    """How far the layers part when the photo changes."""
    return await _page(client, address)


@router.post("/experiments/depth", response_class=HTMLResponse)
async def add_depth_picture(client: TheClient, address: TheDepthAddress, form: ThePictureForm) -> Response:
    """Add the picture of the form, then redirect to it with the same changes."""
    return await form.add_to(address, lambda notice: _page(client, address, notice))


async def _page(client: Client, address: DepthAddress, picture_notice: Notice | None = None) -> HTMLResponse:
    site = site_for(client.request)
    data = await gather_depth(client, address)
    notice = picture_notice or data.notice

    def render() -> HTMLResponse:
        page = depth_page(site, client.engine, data, picture_notice)
        return site.render("experiments/depth.html", {"page": page, "id": "depth"}, notice)

    return await asyncio.to_thread(render)
