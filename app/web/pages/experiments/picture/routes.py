"""The addresses of a changed picture: the page, the form that adds a photo, and the one that stores the result."""

import asyncio
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse

from app.web.deps import Client, TheClient
from app.web.pages.components import Notice
from app.web.pages.experiments.picture.address import PictureAddress
from app.web.pages.experiments.picture.gather import gather_picture
from app.web.pages.experiments.picture.page import picture_page
from app.web.pages.experiments.subject import gather_subject
from app.web.pages.language import site_for
from app.web.pages.picture_form import ThePictureForm

router = APIRouter(include_in_schema=False)
ThePicture = Annotated[PictureAddress, Query()]
PagePart = Literal["page", "result"]
TEMPLATES: dict[PagePart, str] = {
    "page": "experiments/picture.html",
    "result": "experiments/picture/result.html",
}


@router.get("/experiments/picture", response_class=HTMLResponse)
async def get_picture(client: TheClient, address: ThePicture, part: PagePart = "page") -> Response:
    """A picture before and after its changes; an edit of their list leads to the address of the new list."""
    settled, error = address.settled()
    if part == "page" and address.is_edit and error is None:
        return Response(status_code=303, headers={"Location": settled.link()})
    return await _page(client, address, part)


@router.post("/experiments/picture", response_class=HTMLResponse)
async def add_picture(client: TheClient, address: ThePicture, form: ThePictureForm) -> Response:
    """Add the photo of the form, then redirect to the same changes of it."""
    return await form.add_to(address, lambda notice: _page(client, address, "page", notice))


@router.post("/experiments/picture/stored")
async def store_picture(
    client: TheClient, address: ThePicture, to: Literal["explorer", "compare", "depth"] = "explorer"
) -> Response:
    """Store the changed picture, then redirect to it in the Explorer, or to a comparison of one or all layers."""
    settled, error = address.settled()
    if error is not None:
        raise error
    subject = await gather_subject(client, address.model, address.image)
    upload = await client.wait(client.engine.pictures.change(subject.image, settled.changes))
    query = {"model": subject.network.id} | ({"layer": address.layer} if address.layer else {})
    if to == "compare":
        target = f"../compare?{urlencode(query | {'image': subject.image, 'other_image': upload.stored.id})}"
    elif to == "depth":
        changes = {"image": subject.image, "change": settled.change}
        target = f"../depth?{urlencode({'model': subject.network.id} | changes, doseq=True, safe=':,')}"
    else:
        target = f"../../?{urlencode(query | {'image': upload.stored.id})}"
    return Response(status_code=303, headers={"Location": target})


async def _page(
    client: Client, address: PictureAddress, part: PagePart, picture_notice: Notice | None = None
) -> HTMLResponse:
    site = site_for(client.request)
    data = await gather_picture(client, address)
    notice = picture_notice or data.notice

    def render() -> HTMLResponse:
        page = picture_page(site, client.engine, data, picture_notice)
        return site.render(TEMPLATES[part], {"id": "picture", "page": page}, notice)

    return await asyncio.to_thread(render)
