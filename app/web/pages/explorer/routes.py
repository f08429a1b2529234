"""The page: one address whose query says all, the plain form that adds a picture, and errors as people read them."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, FastAPI, File, Form, Query, Response, UploadFile
from fastapi.responses import HTMLResponse

from app.engine.activations import DescribedActivations
from app.engine.engine import Engine
from app.engine.inference import Inference
from app.errors import ConvScopeError, InvalidRequest
from app.nets.layer import INPUT
from app.nets.network import Network
from app.settings import Settings
from app.web.deps import Client, TheClient
from app.web.edge.errors import retry_after
from app.web.pages.address import EXPLANATION_PARTS, Address, Part
from app.web.pages.components import Notice
from app.web.pages.error import error_page
from app.web.pages.explanation.gather import gather_explanation
from app.web.pages.explorer.gather import Seen, find_numbers
from app.web.pages.explorer.input import find_scores, prepared
from app.web.pages.explorer.page import _context
from app.web.pages.explorer.picture import shown_picture
from app.web.pages.prediction import has_finite_scores
from app.web.pages.site import Site, site_of

router = APIRouter(include_in_schema=False)
TheAddress = Annotated[Address, Query()]
WITH_PICTURE: frozenset[Part] = frozenset(("page", "picture"))
TEMPLATES: dict[Part, str] = {
    **dict.fromkeys(EXPLANATION_PARTS, "explanation/_part.html"),
    "page": "explorer/page.html",
    "picture": "explorer/_picture_part.html",
    "inspector": "explorer/_inspector.html",
}


def install_pages(app: FastAPI, settings: Settings) -> None:
    """The page's routes, and its way of telling errors to people."""
    app.state.site = site_of(settings)
    app.state.error_page = error_page
    app.include_router(router)


@router.get("/", response_class=HTMLResponse)
async def show(client: TheClient, address: TheAddress, part: Part = "page") -> HTMLResponse:
    """The view that the address names; with `part` only its first or its third place."""
    return await _page(client, address, part)


@router.post("/", response_class=HTMLResponse)
async def add(
    client: TheClient,
    address: TheAddress,
    file: Annotated[UploadFile | None, File()] = None,
    sample: Annotated[str | None, Form()] = None,
) -> Response:
    """The plain form: add the picture or the sample, then go to its view."""
    site: Site = client.request.app.state.site
    try:
        upload = await client.wait(client.engine.pictures.add(site.reader(file, sample)))
    except ConvScopeError as error:
        return await _page(client, address, "page", Notice.of(error))
    return Response(status_code=303, headers={"Location": address.link(image=upload.stored.id)})


async def _page(client: Client, address: Address, part: Part, notice: Notice | None = None) -> HTMLResponse:
    engine = client.engine
    site: Site = client.request.app.state.site
    network = engine.network(address.model) if address.model else _first(engine)
    run: DescribedActivations | None = None
    shown, fed, explanation, headers = None, None, None, {}
    if address.image is not None:
        try:
            picture = await asyncio.to_thread(engine.pictures.get, address.image)
            inference = Inference(network, address.image)
            if network.has_weights:
                run = await client.wait(engine.layers.described(inference))
            scores = run.activations.scores if run else None
            if part in WITH_PICTURE:
                shown = await asyncio.to_thread(shown_picture, network, address, picture, scores)
            if run and address.layer == INPUT:
                fits = await find_scores(client, inference)
                fed = await asyncio.to_thread(prepared, network, address.image, picture, fits, address)
            finite = scores if scores and has_finite_scores(scores) else None
            explanation = await gather_explanation(client, inference, address, part, finite)
        except ConvScopeError as error:
            notice = notice or Notice.of(error)
            headers = retry_after(error)
    found = await find_numbers(client, network, address, run)
    seen = Seen(run, shown, fed, found, explanation, notice)

    def respond() -> HTMLResponse:
        page = _context(client, network, address, part, seen)
        return site.render(TEMPLATES[part], page.status, {"page": page})

    response = await asyncio.to_thread(respond)
    response.headers.update(headers)
    return response


def _first(engine: Engine) -> Network:
    """The network to begin with: the one that knows the most; raises InvalidRequest if there is none to be run."""
    ready = [network for network in engine.catalog if network.has_weights]
    if not ready:
        raise InvalidRequest("There are no networks here. Put an ONNX file and its card into the models folder.")
    return max(ready, key=lambda network: len(network.labels))
