"""The addresses of the comparison: all networks in figures, or some on one picture, and the form that adds it."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, FastAPI, Query, Response
from fastapi.responses import HTMLResponse

from app.errors import ConvScopeError
from app.web.deps import Client, TheClient
from app.web.edge.errors import retry_after
from app.web.pages.comparison.address import ComparisonAddress
from app.web.pages.comparison.architectures import architectures_view
from app.web.pages.comparison.gather import NetworkRun, gather_runs, measure_times
from app.web.pages.comparison.side_by_side import complete_choice, offered_networks, side_by_side_view
from app.web.pages.comparison.table import table_view
from app.web.pages.components import Notice
from app.web.pages.language import site_for
from app.web.pages.picture_form import ThePictureForm

router = APIRouter(include_in_schema=False)
TheComparison = Annotated[ComparisonAddress, Query()]


def install_comparison(app: FastAPI) -> None:
    """Add the comparison's routes to the app."""
    app.include_router(router)


@router.get("/compare", response_class=HTMLResponse)
async def get_comparison(client: TheClient, address: TheComparison) -> HTMLResponse:
    """All networks in figures; those of the address side by side, on a picture or by their architectures."""
    if address.by_architecture:
        return await _architectures(client, address)
    if address.on_picture:
        return await _side_by_side(client, address)
    return await _table(client, address)


@router.post("/compare", response_class=HTMLResponse)
async def add_picture(client: TheClient, address: TheComparison, form: ThePictureForm) -> Response:
    """Add the picture of the form, then redirect to the networks on it."""
    return await form.add_to(address, lambda notice: _side_by_side(client, address, notice))


async def _table(client: Client, address: ComparisonAddress) -> HTMLResponse:
    site = site_for(client.request)
    notice, headers = None, {}
    if address.measure:
        try:
            await measure_times(client)
        except ConvScopeError as error:
            notice, headers = Notice.of(error), retry_after(error)

    def render() -> HTMLResponse:
        page = table_view(client.engine, address, site.texts.comparison, notice)
        return site.render("comparison/table.html", {"page": page}, notice)

    response = await asyncio.to_thread(render)
    response.headers.update(headers)
    return response


async def _architectures(client: Client, address: ComparisonAddress) -> HTMLResponse:
    site = site_for(client.request)
    offered = await asyncio.to_thread(offered_networks, client.engine, address.models)
    address = address.model_copy(update={"models": complete_choice(offered, address.models)})
    networks = [await client.network(model) for model in address.models]

    def render() -> HTMLResponse:
        page = architectures_view(offered, networks, address)
        return site.render("comparison/architectures.html", {"page": page})

    return await asyncio.to_thread(render)


async def _side_by_side(client: Client, address: ComparisonAddress, notice: Notice | None = None) -> HTMLResponse:
    engine = client.engine
    site = site_for(client.request)
    offered = await asyncio.to_thread(offered_networks, engine, address.models)
    address = address.model_copy(update={"models": complete_choice(offered, address.models)})
    networks = [await client.network(model) for model in address.models]
    runs: list[NetworkRun] = []
    headers: dict[str, str] = {}
    if address.image is not None and notice is None:
        try:
            runs = await gather_runs(client, address.image, networks)
        except ConvScopeError as error:
            notice, headers = Notice.of(error), retry_after(error)

    def render() -> HTMLResponse:
        page = side_by_side_view(site, engine, address, runs, notice)
        return site.render("comparison/side_by_side.html", {"page": page}, notice)

    response = await asyncio.to_thread(render)
    response.headers.update(headers)
    return response
