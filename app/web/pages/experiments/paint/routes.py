"""The address of the page that paints on a map, and the form that adds a picture to it."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse

from app.web.deps import Client, TheClient
from app.web.pages.components import Notice
from app.web.pages.experiments.paint.address import PATH, PaintAddress
from app.web.pages.experiments.paint.gather import gather_paint
from app.web.pages.experiments.paint.page import paint_page
from app.web.pages.language import site_for
from app.web.pages.picture_form import ThePictureForm

router = APIRouter(include_in_schema=False)
ThePaint = Annotated[PaintAddress, Query()]


@router.get(f"/{PATH}", response_class=HTMLResponse)
async def get_paint(client: TheClient, address: ThePaint) -> HTMLResponse:
    """A map of one channel to paint on, and what follows from what is painted."""
    return await _page(client, address)


@router.post(f"/{PATH}", response_class=HTMLResponse)
async def add_picture(client: TheClient, address: ThePaint, form: ThePictureForm) -> Response:
    """Add the picture of the form, then redirect to the page with it."""
    return await form.add_to(address, lambda notice: _page(client, address, notice))


async def _page(client: Client, address: PaintAddress, picture_notice: Notice | None = None) -> HTMLResponse:
    site = site_for(client.request)
    data = await gather_paint(client, address)
    notice = picture_notice or data.notice

    def render() -> HTMLResponse:
        page = paint_page(site, client.engine, data, picture_notice)
        return site.render("experiments/paint.html", {"id": "paint", "page": page}, notice)

    return await asyncio.to_thread(render)
