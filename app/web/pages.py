"""The page: one address whose query says all, the plain form that adds a picture, and errors as people read them."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, FastAPI, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app import __version__
from app.engine import Engine
from app.errors import ConvScopeError, InvalidRequest, UnknownChannel, UnknownLayer
from app.nets.network import Activations, Network
from app.settings import Settings
from app.web import overview, wording
from app.web.addresses import Address
from app.web.contexts import ErrorContext, LayerContext, Notice, Page, Sample, Shown
from app.web.deps import TheEngine, finished
from app.web.errors import Failure
from app.web.inspectors import layer_context
from app.web.overview import LayerStatisticsById, read_samples

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "static" / "samples"
LANGUAGE = "en"
UNCACHED = {"Cache-Control": "no-cache", "Vary": "Accept"}

router = APIRouter(include_in_schema=False)
TheAddress = Annotated[Address, Query()]


@dataclass(frozen=True, slots=True)
class Site:
    """What every page needs: the templates with their texts, the samples and the largest upload in bytes."""

    templates: Environment
    samples: tuple[Sample, ...]
    max_bytes: int

    def render(self, template: str, status: int, context: Mapping[str, Any]) -> HTMLResponse:
        return HTMLResponse(self.templates.get_template(template).render(context), status, UNCACHED)


@dataclass(frozen=True, slots=True)
class Run:
    """What a picture gave when it was run through the network."""

    activations: Activations
    statistics: LayerStatisticsById


def install_pages(app: FastAPI, settings: Settings) -> None:
    """The page's routes, and its way of telling errors to people."""
    templates = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names = ("counted", "short", "three", "percent", "shape_of", "byte_size", "manner")
    templates.filters |= {name: getattr(wording, name) for name in names}
    catalogue = (ROOT / "templates" / "texts" / f"{LANGUAGE}.json").read_text("utf-8")
    texts = json.loads(catalogue, object_hook=lambda entries: SimpleNamespace(**entries))
    templates.globals |= {"t": texts, "language": LANGUAGE, "version": __version__}
    app.state.site = Site(templates, read_samples(SAMPLES / "samples.json"), settings.max_upload_bytes)
    app.state.error_page = error_page
    app.include_router(router)


@router.get("/", response_class=HTMLResponse)
async def show(
    request: Request, engine: TheEngine, address: TheAddress, part: Literal["page", "inspector"] = "page"
) -> HTMLResponse:
    """The view that the address names; with `part=inspector` only its third place."""
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
        read = _sample(site, sample).read_bytes if sample else _chosen(file).file.read
        upload = await finished(request, engine.add_image(read))
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
    request: Request,
    engine: Engine,
    address: Address,
    part: Literal["page", "inspector"],
    notice: Notice | None = None,
) -> HTMLResponse:
    site: Site = request.app.state.site
    network = engine.network(address.model) if address.model else _first(engine)
    run, shown, headers = None, None, {}
    if address.image is not None:
        try:
            picture = await asyncio.to_thread(engine.picture, address.image)
            run = await _run(request, engine, network, address.image) if network.ready else None
            scores = run.activations.scores if run else None
            shown = await asyncio.to_thread(overview.shown, network, address.image, picture, scores)
        except ConvScopeError as error:
            notice = notice or Notice.of(error)
            headers = _retry_after(error)

    def respond() -> HTMLResponse:
        page = _context(site, engine, network, address, part, run, shown, notice)
        return site.render("_inspector.html" if part == "inspector" else "page.html", page.status, {"page": page})

    response = await asyncio.to_thread(respond)
    response.headers.update(headers)
    return response


def _first(engine: Engine) -> Network:
    """The network to begin with; raises InvalidRequest if there is none that can be run."""
    for network in engine.catalog:
        if network.ready:
            return network
    raise InvalidRequest("There are no networks here. Put an ONNX file and its card into the models folder.")


async def _run(request: Request, engine: Engine, network: Network, image: str) -> Run:
    activations = await finished(request, engine.activations(network, image))
    return Run(activations, await finished(request, engine.statistics(network, image, activations)))


def _context(
    site: Site,
    engine: Engine,
    network: Network,
    address: Address,
    part: Literal["page", "inspector"],
    run: Run | None,
    shown: Shown | None,
    picture_notice: Notice | None,
) -> Page:
    inspected, layer_notice = _inspected(network, address, run)
    unsigned, signed = overview.colour_filters(address.colormap)
    return Page(
        address=address,
        part=part,
        samples=site.samples,
        network=overview.network_context(engine.catalog, network, address, run.statistics if run else None),
        shown=shown,
        inspected=inspected,
        picture_notice=picture_notice,
        layer_notice=layer_notice,
        colormaps=overview.colormap_choices(address),
        unsigned=unsigned,
        signed=signed,
        max_bytes=site.max_bytes,
    )


def _inspected(network: Network, address: Address, run: Run | None) -> tuple[LayerContext | None, Notice | None]:
    """The layer that is looked at; where the channel or the layer is unknown, what there is and a word about it."""
    if address.layer is None:
        return None, None
    try:
        layer = network.layer(address.layer)
    except UnknownLayer as error:
        return None, Notice.of(error)
    found = (run.activations, run.statistics[layer.id]) if run else None
    try:
        return layer_context(network, layer, address, found), None
    except UnknownChannel as error:
        return layer_context(network, layer, address.model_copy(update={"channel": None}), found), Notice.of(error)


def _retry_after(error: ConvScopeError) -> dict[str, str]:
    wait = error.details.get("retry_after_s")
    return {} if wait is None else {"Retry-After": str(wait)}


def _chosen(file: UploadFile | None) -> UploadFile:
    if file is None or not file.filename:
        raise InvalidRequest("No file was chosen.")
    return file


def _sample(site: Site, name: str) -> Path:
    files = {sample.id: sample.file for sample in site.samples}
    if name not in files:
        raise InvalidRequest(f"There is no such sample. There are {', '.join(files)}.", known=[*files])
    return SAMPLES / files[name]
