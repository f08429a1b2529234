"""The address of a folder of pictures, and the form that adds one."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse

from app.errors import ConvScopeError
from app.web.collection_form import add_collection
from app.web.deps import Client, TheClient
from app.web.pages.components import Notice
from app.web.pages.experiments.folder.address import ACTION, FolderAddress
from app.web.pages.experiments.folder.gather import gather_folder
from app.web.pages.experiments.folder.page import folder_page
from app.web.pages.language import site_for

router = APIRouter(include_in_schema=False)
TheFolder = Annotated[FolderAddress, Query()]


@router.get(f"/{ACTION}", response_class=HTMLResponse)
async def get_folder(client: TheClient, address: TheFolder) -> HTMLResponse:
    """A network on the pictures of a collection: computed at once if the address says so, else by the page's script."""
    return await _page(client, address)


@router.post(f"/{ACTION}", response_class=HTMLResponse)
async def add_folder(client: TheClient, address: TheFolder) -> Response:
    """Add the pictures of the form, then redirect to the network on them."""
    try:
        collection = await add_collection(client)
    except ConvScopeError as error:
        return await _page(client, address, Notice.of(error))
    return Response(status_code=303, headers={"Location": address.link(collection=collection.id)})


async def _page(client: Client, address: FolderAddress, refusal: Notice | None = None) -> HTMLResponse:
    site = site_for(client.request)
    data = await gather_folder(client, address)
    notice = refusal or data.notice or data.effects.notice

    def render() -> HTMLResponse:
        page = folder_page(client.engine, address, data, refusal)
        return site.render("experiments/folder.html", {"id": "folder", "page": page}, notice)

    return await asyncio.to_thread(render)
