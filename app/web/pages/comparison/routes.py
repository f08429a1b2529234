"""The comparison's page: all networks in figures, or a few on one picture; and its plain form."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, FastAPI, File, Form, Query, Response, UploadFile
from fastapi.responses import HTMLResponse

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.errors import ConvScopeError
from app.web.deps import Client, TheClient
from app.web.edge.errors import retry_after
from app.web.links import image_png_path
from app.web.pages.comparison.address import ComparisonAddress
from app.web.pages.comparison.side_by_side import OnPicture, Seen, choices, filled, first_choices, same_sizes, side
from app.web.pages.comparison.table import figures
from app.web.pages.components import Notice, colour_filters
from app.web.pages.site import Site

router = APIRouter(include_in_schema=False)
TheComparison = Annotated[ComparisonAddress, Query()]


def install_comparison(app: FastAPI) -> None:
    app.include_router(router)


@router.get("/compare", response_class=HTMLResponse)
async def show(client: TheClient, address: TheComparison) -> HTMLResponse:
    """All networks in figures, or with a picture or networks in the address those side by side."""
    if address.on_picture:
        return await _on_picture(client, address)
    return await _figures(client, address)


@router.post("/compare", response_class=HTMLResponse)
async def add(
    client: TheClient,
    address: TheComparison,
    file: Annotated[UploadFile | None, File()] = None,
    sample: Annotated[str | None, Form()] = None,
) -> Response:
    """The plain form: add the picture or the sample, then go to the networks on it."""
    site: Site = client.request.app.state.site
    try:
        upload = await client.wait(client.engine.pictures.add(site.reader(file, sample)))
    except ConvScopeError as error:
        return await _on_picture(client, address, Notice.of(error))
    return Response(status_code=303, headers={"Location": address.link(image=upload.stored.id)})


async def _figures(client: Client, address: ComparisonAddress) -> HTMLResponse:
    engine = client.engine
    site: Site = client.request.app.state.site
    notice, headers = None, {}
    if address.measure:
        try:
            for network in filter(lambda network: network.has_weights, engine.catalog):
                await client.wait(engine.timings.measure(network))
        except ConvScopeError as error:
            notice, headers = Notice.of(error), retry_after(error)

    def respond() -> HTMLResponse:
        page = figures(engine, address, site.texts.comparison, notice)
        status = notice.status if notice else 200
        return site.render("comparison/table.html", status, {"page": page})

    response = await asyncio.to_thread(respond)
    response.headers.update(headers)
    return response


async def _on_picture(client: Client, address: ComparisonAddress, notice: Notice | None = None) -> HTMLResponse:
    engine = client.engine
    site: Site = client.request.app.state.site
    address = address.model_copy(update={"models": filled(engine.catalog, address.models)})
    networks = [engine.network(model) for model in address.models]
    seen: list[Seen] = []
    headers: dict[str, str] = {}
    if address.image is not None and notice is None:
        try:
            await asyncio.to_thread(engine.pictures.get, address.image)
            seen = [await _seen(client, Inference(network, address.image)) for network in networks]
        except ConvScopeError as error:
            notice, headers = Notice.of(error), retry_after(error)

    def respond() -> HTMLResponse:
        page = _picture_page(site, engine, address, seen, notice)
        return site.render("comparison/side_by_side.html", notice.status if notice else 200, {"page": page})

    response = await asyncio.to_thread(respond)
    response.headers.update(headers)
    return response


async def _seen(client: Client, inference: Inference) -> Seen:
    """The network's run, or what kept it from running: one network's trouble leaves the others standing."""
    try:
        described = await client.wait(client.engine.layers.described(inference))
        note = await client.wait(client.engine.pictures.note(inference))
        await client.wait(client.engine.timings.measure(inference.network))
    except ConvScopeError as error:
        return Seen(inference.network, None, None, Notice.of(error))
    return Seen(inference.network, described, note)


def _picture_page(
    site: Site, engine: Engine, address: ComparisonAddress, seen: list[Seen], notice: Notice | None
) -> OnPicture:
    image = address.image or ""
    sides = tuple(side(engine, image, each) for each in seen)
    unsigned, signed = colour_filters("auto")
    return OnPicture(
        address=address,
        samples=site.samples,
        max_bytes=site.max_bytes,
        choices=choices(engine.catalog, address.models),
        sides=sides,
        sizes=same_sizes(image, seen),
        firsts=first_choices(sides),
        picture=image_png_path(image) if seen else None,
        picture_notice=notice,
        unsigned=unsigned,
        signed=signed,
    )
