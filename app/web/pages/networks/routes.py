"""The address of the page of networks, whose cards alone are the content of the Explorer's dialog."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from app.web.deps import Client, TheClient
from app.web.pages.address import Address
from app.web.pages.components import Notice
from app.web.pages.language import site_for
from app.web.pages.networks.page import networks_page

router = APIRouter(include_in_schema=False)
NetworksPart = Literal["page", "groups"]
TEMPLATES: dict[NetworksPart, str] = {"page": "networks/page.html", "groups": "networks/_groups.html"}


@router.get("/networks", response_class=HTMLResponse)
async def list_networks(
    client: TheClient, view: Annotated[Address, Query()], part: NetworksPart = "page"
) -> HTMLResponse:
    """All networks as cards, which lead to the view with another network."""
    return await show_networks(client, view, part)


async def show_networks(
    client: Client, view: Address, part: NetworksPart = "page", notice: Notice | None = None
) -> HTMLResponse:
    """The page, or its cards alone."""
    site = site_for(client.request)

    def render() -> HTMLResponse:
        page = networks_page(client.engine.catalog, site.texts.comparison.families.list, view, notice)
        return site.render(TEMPLATES[part], {"page": page, "compact": part == "groups"}, notice)

    return await asyncio.to_thread(render)
