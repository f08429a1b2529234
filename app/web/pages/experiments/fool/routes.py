"""The address of an attack, and the form that adds a picture to it."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse

from app.web.deps import Client, TheClient
from app.web.pages.components import Notice
from app.web.pages.experiments.fool.address import ACTION, FoolAddress
from app.web.pages.experiments.fool.gather import gather_fool
from app.web.pages.experiments.fool.page import fool_page
from app.web.pages.language import site_for
from app.web.pages.picture_form import ThePictureForm

router = APIRouter(include_in_schema=False)
TheFool = Annotated[FoolAddress, Query()]


@router.get(f"/{ACTION}", response_class=HTMLResponse)
async def get_fool(client: TheClient, address: TheFool) -> HTMLResponse:
    """The attack on a picture: computed at once if the address says so, else by the script of the page."""
    return await _page(client, address)


@router.post(f"/{ACTION}", response_class=HTMLResponse)
async def add_picture(client: TheClient, address: TheFool, form: ThePictureForm) -> Response:
    """Add the picture of the form, then redirect to the attack on it."""
    return await form.add_to(address, lambda notice: _page(client, address, notice))


async def _page(client: Client, address: FoolAddress, picture: Notice | None = None) -> HTMLResponse:
    site = site_for(client.request)
    data = await gather_fool(client, address)
    notice = picture or data.notice

    def render() -> HTMLResponse:
        page = fool_page(site, client.engine, address, data, picture)
        return site.render("experiments/fool.html", {"id": "fool", "page": page}, notice)

    return await asyncio.to_thread(render)
