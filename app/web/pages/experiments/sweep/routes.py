"""The address of the page of a sweep, and the form that adds a picture to it."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse

from app.web.deps import Client, TheClient
from app.web.pages.components import Notice
from app.web.pages.experiments.sweep.address import SweepAddress
from app.web.pages.experiments.sweep.gather import gather_sweep
from app.web.pages.experiments.sweep.page import sweep_page
from app.web.pages.language import site_for
from app.web.pages.picture_form import ThePictureForm

router = APIRouter(include_in_schema=False)
TheSweepAddress = Annotated[SweepAddress, Query()]


@router.get("/experiments/sweep", response_class=HTMLResponse)
async def get_sweep_page(client: TheClient, address: TheSweepAddress) -> HTMLResponse:
    """A change of the picture that grows, and what networks answer."""
    return await _page(client, address)


@router.post("/experiments/sweep", response_class=HTMLResponse)
async def add_sweep_picture(client: TheClient, address: TheSweepAddress, form: ThePictureForm) -> Response:
    """Add the picture of the form, then redirect to its sweep."""
    return await form.add_to(address, lambda notice: _page(client, address, notice))


async def _page(client: Client, address: SweepAddress, picture_notice: Notice | None = None) -> HTMLResponse:
    site = site_for(client.request)
    data = await gather_sweep(client, address)
    notice = picture_notice or data.notice

    def render() -> HTMLResponse:
        page = sweep_page(site, client.engine, data, picture_notice)
        return site.render("experiments/sweep.html", {"page": page, "id": "sweep"}, notice)

    return await asyncio.to_thread(render)
