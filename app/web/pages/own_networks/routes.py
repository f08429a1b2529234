"""The addresses of the pages of one's own networks."""

import asyncio

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from app.web.deps import TheClient, TheNetwork
from app.web.pages.language import site_for
from app.web.pages.own_networks.choice import choice_page
from app.web.photo import photo_of

router = APIRouter(include_in_schema=False)


@router.get("/networks/{model}/input", response_class=HTMLResponse)
async def show_input(client: TheClient, network: TheNetwork, image: str = "") -> HTMLResponse:
    """How the input of the network is prepared, on the picture of the address or on a sample."""
    site = site_for(client.request)
    photo = await photo_of(client, image)

    def render() -> HTMLResponse:
        return site.render("own_networks/input.html", 200, {"page": choice_page(network, photo)})

    return await asyncio.to_thread(render)
