"""The address of the page that switches channels off, and the form that adds a picture to it."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse

from app.web.deps import Client, TheClient
from app.web.pages.components import Notice
from app.web.pages.experiments.switch_off.address import PATH, SwitchOffAddress
from app.web.pages.experiments.switch_off.gather import gather_switch_off
from app.web.pages.experiments.switch_off.page import switch_off_page
from app.web.pages.language import site_for
from app.web.pages.picture_form import ThePictureForm

router = APIRouter(include_in_schema=False)
TheSwitchOff = Annotated[SwitchOffAddress, Query()]


@router.get(f"/{PATH}", response_class=HTMLResponse)
async def get_switch_off(client: TheClient, address: TheSwitchOff) -> HTMLResponse:
    """The sheet of a layer with a switch for each channel, and what follows from those that are off."""
    return await _page(client, address)


@router.post(f"/{PATH}", response_class=HTMLResponse)
async def add_picture(client: TheClient, address: TheSwitchOff, form: ThePictureForm) -> Response:
    """Add the picture of the form, then redirect to the page with it."""
    return await form.add_to(address, lambda notice: _page(client, address, notice))


async def _page(client: Client, address: SwitchOffAddress, picture_notice: Notice | None = None) -> HTMLResponse:
    site = site_for(client.request)
    data = await gather_switch_off(client, address)
    notice = picture_notice or data.notice

    def render() -> HTMLResponse:
        page = switch_off_page(site, client.engine, data, picture_notice)
        return site.render("experiments/switch-off.html", {"id": "switch-off", "page": page}, notice)

    return await asyncio.to_thread(render)
