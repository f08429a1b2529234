"""The addresses of the camera: its page, and the form without scripts that adds a photo."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse

from app.web.deps import Client, TheClient
from app.web.pages.components import Notice
from app.web.pages.experiments.webcam.address import WebcamAddress
from app.web.pages.experiments.webcam.gather import gather_webcam
from app.web.pages.experiments.webcam.page import webcam_page
from app.web.pages.language import site_for
from app.web.pages.picture_form import ThePictureForm

router = APIRouter(include_in_schema=False)
TheWebcam = Annotated[WebcamAddress, Query()]


@router.get("/experiments/webcam", response_class=HTMLResponse)
async def get_webcam(client: TheClient, address: TheWebcam) -> HTMLResponse:
    """A camera, or first a photo, with the prediction and one layer of a network."""
    return await _page(client, address)


@router.post("/experiments/webcam", response_class=HTMLResponse)
async def add_photo(client: TheClient, address: TheWebcam, form: ThePictureForm) -> Response:
    """Add the picture of the form, then redirect to it."""
    return await form.add_to(address, lambda notice: _page(client, address, notice))


async def _page(client: Client, address: WebcamAddress, picture_notice: Notice | None = None) -> HTMLResponse:
    site = site_for(client.request)
    data = await gather_webcam(client, address)
    notice = picture_notice or data.notice

    def render() -> HTMLResponse:
        page = webcam_page(site, client.engine, address, data, picture_notice)
        return site.render("experiments/webcam.html", {"page": page}, notice)

    return await asyncio.to_thread(render)
