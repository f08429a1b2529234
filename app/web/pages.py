"""The page: one address whose query says all, the plain form that adds a picture, and errors as people read them."""

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, FastAPI, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import HTMLResponse

from app.engine import Engine
from app.errors import ConvScopeError, InvalidRequest, UnknownChannel, UnknownLayer
from app.nets.layer import INPUT
from app.nets.network import Activations, Network
from app.settings import Settings
from app.web import overview
from app.web.addresses import Address
from app.web.answered import Prepared
from app.web.answering import has_answer
from app.web.contexts import ErrorContext, Notice, Shown
from app.web.deps import TheEngine, finished
from app.web.errors import Failure
from app.web.inspected import LayerContext
from app.web.inspecting import Found, find_numbers
from app.web.inspectors import layer_context
from app.web.overview import LayerStatisticsById
from app.web.page import WHY_PARTS, Page, Part
from app.web.preparing import find_scores, prepared
from app.web.site import Site, retry_after, site_of
from app.web.takeaway import TakeAway, take_away
from app.web.why_finding import WhyFound, find_why
from app.web.why_view import why_view

router = APIRouter(include_in_schema=False)
TheAddress = Annotated[Address, Query()]
WITH_PICTURE: frozenset[Part] = frozenset(("page", "picture"))
TEMPLATES: dict[Part, str] = {
    **dict.fromkeys(WHY_PARTS, "_why_part.html"),
    "page": "page.html",
    "picture": "_first_place.html",
    "inspector": "_inspector.html",
}


@dataclass(frozen=True, slots=True)
class Run:
    """What a picture gave when it was run through the network."""

    activations: Activations
    statistics: LayerStatisticsById


@dataclass(frozen=True, slots=True)
class Seen:
    """All that was waited for to show a view; None where it was not asked for or there is none."""

    run: Run | None
    shown: Shown | None
    prepared: Prepared | None
    found: Found
    why: WhyFound | None
    notice: Notice | None


def install_pages(app: FastAPI, settings: Settings) -> None:
    """The page's routes, and its way of telling errors to people."""
    app.state.site = site_of(settings)
    app.state.error_page = error_page
    app.include_router(router)


@router.get("/", response_class=HTMLResponse)
async def show(request: Request, engine: TheEngine, address: TheAddress, part: Part = "page") -> HTMLResponse:
    """The view that the address names; with `part` only its first or its third place."""
    return await _page(request, engine, address, part)


@router.post("/", response_class=HTMLResponse)
async def add(
    request: Request,
    engine: TheEngine,
    address: TheAddress,
    file: Annotated[UploadFile | None, File()] = None,
    sample: Annotated[str | None, Form()] = None,
) -> Response:
    """The plain form: add the picture or the sample, then go to its view."""
    site: Site = request.app.state.site
    try:
        upload = await finished(request, engine.add_image(site.reader(file, sample)))
    except ConvScopeError as error:
        return await _page(request, engine, address, "page", Notice.of(error))
    return Response(status_code=303, headers={"Location": address.to(image=upload.stored.id)})


def error_page(request: Request, failure: Failure) -> Response:
    """What a browser is shown for a failure that no view is left to tell of."""
    site: Site = request.app.state.site
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    error = ErrorContext(
        status=failure.status,
        notice=Notice(failure.code, failure.message, failure.status),
        root="../" * (path.count("/") - 1) or "./",
        known=tuple(failure.details.get("known", ())) if failure.code == "unknown_model" else (),
    )
    response = site.render("error.html", failure.status, {"error": error})
    response.headers.update(failure.headers)
    return response


async def _page(
    request: Request, engine: Engine, address: Address, part: Part, notice: Notice | None = None
) -> HTMLResponse:
    site: Site = request.app.state.site
    network = engine.network(address.model) if address.model else _first(engine)
    run, shown, fed, why, headers = None, None, None, None, {}
    if address.image is not None:
        try:
            picture = await asyncio.to_thread(engine.picture, address.image)
            run = await _run(request, engine, network, address.image) if network.ready else None
            scores = run.activations.scores if run else None
            if part in WITH_PICTURE:
                shown = await asyncio.to_thread(overview.shown, network, address, picture, scores)
            if run and address.layer == INPUT:
                fits = await find_scores(request, engine, network, address.image)
                fed = await asyncio.to_thread(prepared, network, address.image, picture, fits, address)
            why = await find_why(
                request, engine, network, address, part, scores if scores and has_answer(scores) else None
            )
        except ConvScopeError as error:
            notice = notice or Notice.of(error)
            headers = retry_after(error)
    found = await find_numbers(request, engine, network, address, (run.activations, run.statistics) if run else None)
    seen = Seen(run, shown, fed, found, why, notice)

    def respond() -> HTMLResponse:
        page = _context(request, network, address, part, seen)
        return site.render(TEMPLATES[part], page.status, {"page": page})

    response = await asyncio.to_thread(respond)
    response.headers.update(headers)
    return response


def _first(engine: Engine) -> Network:
    """The network to begin with: the one that knows the most; raises InvalidRequest if there is none to be run."""
    ready = [network for network in engine.catalog if network.ready]
    if not ready:
        raise InvalidRequest("There are no networks here. Put an ONNX file and its card into the models folder.")
    return max(ready, key=lambda network: len(network.labels))


async def _run(request: Request, engine: Engine, network: Network, image: str) -> Run:
    activations = await finished(request, engine.activations(network, image))
    return Run(activations, await finished(request, engine.statistics(network, image, activations)))


def _context(request: Request, network: Network, address: Address, part: Part, seen: Seen) -> Page:
    site: Site = request.app.state.site
    engine: Engine = request.app.state.engine
    statistics = seen.run.statistics if seen.run else None
    inspected, layer_notice = _inspected(network, address, seen.found)
    unsigned, signed = overview.colour_filters(address.colormap)
    return Page(
        address=address,
        part=part,
        samples=site.samples,
        network=overview.network_context(engine.catalog, network, address, statistics, listed=part == "page"),
        shown=seen.shown,
        inspected=inspected,
        prepared=seen.prepared,
        why=why_view(network, address, seen.why) if seen.why else None,
        takeaway=_takeaway(request, network, address, seen),
        picture_notice=seen.notice,
        layer_notice=layer_notice,
        colormaps=overview.colormap_choices(address),
        unsigned=unsigned,
        signed=signed,
        max_bytes=site.max_bytes,
    )


def _takeaway(request: Request, network: Network, address: Address, seen: Seen) -> TakeAway:
    """What can be taken away of what is shown: nothing of a picture or an explanation where there is none."""
    if seen.run is None:
        address = address.model_copy(update={"image": None})
    if seen.why is not None and seen.why.notice is not None:
        address = address.model_copy(update={"why": None})
    effective = seen.found.effective is not None and address.why is None
    return take_away(network, address, str(request.base_url), effective=effective)


def _inspected(network: Network, address: Address, found: Found) -> tuple[LayerContext | None, Notice | None]:
    """The layer that is looked at; where the channel or the layer is unknown, what there is and a word about it."""
    if address.layer is None or address.layer == INPUT:
        return None, None
    try:
        layer = network.layer(address.layer)
    except UnknownLayer as error:
        return None, Notice.of(error)
    try:
        return layer_context(network, layer, address, found), found.notice
    except UnknownChannel as error:
        return layer_context(network, layer, address.model_copy(update={"channel": None}), found), Notice.of(error)
