"""The address of the page of networks."""

import asyncio

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from app.web.deps import TheClient
from app.web.pages.language import site_for
from app.web.pages.networks.page import networks_page

router = APIRouter(include_in_schema=False)


@router.get("/networks", response_class=HTMLResponse)
async def list_networks(client: TheClient) -> HTMLResponse:
    """All networks as cards."""
    site = site_for(client.request)

    def render() -> HTMLResponse:
        page = networks_page(client.engine.catalog, site.texts.comparison.families.list)
        return site.render("networks/page.html", 200, {"page": page})

    return await asyncio.to_thread(render)
