"""The addresses of the Explorer: a view, and the plain form that adds a picture."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, FastAPI, Query, Response
from fastapi.responses import HTMLResponse

from app.web.deps import Client, TheClient
from app.web.pages.address import EXPLANATION_PARTS, Address, Part
from app.web.pages.components import Notice
from app.web.pages.error import error_page
from app.web.pages.explorer.gather import gather_page
from app.web.pages.explorer.page import explorer_page
from app.web.pages.language import site_for
from app.web.pages.picture_form import ThePictureForm

router = APIRouter(include_in_schema=False)
TheAddress = Annotated[Address, Query()]
TEMPLATES: dict[Part, str] = {
    **dict.fromkeys(EXPLANATION_PARTS, "explanation/_part.html"),
    "page": "explorer/page.html",
    "picture": "explorer/_picture_part.html",
    "inspector": "explorer/_inspector_part.html",
}


def install_explorer(app: FastAPI) -> None:
    """Add the routes of the page, and the page for errors."""
    app.state.error_page = error_page
    app.include_router(router)


@router.get("/", response_class=HTMLResponse)
async def show(client: TheClient, address: TheAddress, part: Part = "page") -> HTMLResponse:
    """The view at the address, or one `part` of it."""
    return await _view(client, address, part)


@router.post("/", response_class=HTMLResponse)
async def add(client: TheClient, address: TheAddress, form: ThePictureForm) -> Response:
    """Add the picture of the form, then redirect to its view."""
    return await form.add_to(address, lambda notice: _view(client, address, "page", notice))


@router.post("/delete")
async def delete(client: TheClient, address: TheAddress) -> Response:
    """Delete the picture of the address, then redirect to the same view without it."""
    if address.image:
        await asyncio.to_thread(client.engine.pictures.delete, address.image)
    location = address.link(image=None, target=None, deleted=True)
    return Response(status_code=303, headers={"Location": f"./{location}"})


async def _view(client: Client, address: Address, part: Part, notice: Notice | None = None) -> HTMLResponse:
    site = site_for(client.request)
    data = await gather_page(client, address, part, notice)

    def render() -> HTMLResponse:
        page = explorer_page(site, client.engine.catalog, str(client.request.base_url), data)
        return site.render(TEMPLATES[part], {"page": page}, page.notice)

    response = await asyncio.to_thread(render)
    response.headers.update(data.headers)
    return response
