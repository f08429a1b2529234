"""The addresses of a drawn digit: the page, and the form without scripts that adds a photo of one."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse

from app.web.deps import Client, TheClient
from app.web.pages.components import Notice
from app.web.pages.experiments.digit.address import DigitAddress
from app.web.pages.experiments.digit.gather import gather_digit
from app.web.pages.experiments.digit.page import digit_page
from app.web.pages.language import site_for
from app.web.pages.picture_form import ThePictureForm

router = APIRouter(include_in_schema=False)
TheDigit = Annotated[DigitAddress, Query()]


@router.get("/experiments/digit", response_class=HTMLResponse)
async def get_digit(client: TheClient, address: TheDigit) -> HTMLResponse:
    """A pad to draw a digit on, and every layer of the network that receives it."""
    return await _page(client, address)


@router.post("/experiments/digit", response_class=HTMLResponse)
async def add_digit(client: TheClient, address: TheDigit, form: ThePictureForm) -> Response:
    """Add the picture of the form, then redirect to it."""
    return await form.add_to(address, lambda notice: _page(client, address, notice))


async def _page(client: Client, address: DigitAddress, picture_notice: Notice | None = None) -> HTMLResponse:
    site = site_for(client.request)
    data = await gather_digit(client, address)
    notice = picture_notice or data.notice

    def render() -> HTMLResponse:
        page = digit_page(site, client.engine, address, data, picture_notice)
        return site.render("experiments/digit.html", {"page": page}, notice)

    return await asyncio.to_thread(render)
