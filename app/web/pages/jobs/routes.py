"""The address of the page of jobs, and its forms: start a job, cancel it, go on, open one of its photos."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Query, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.errors import ConvScopeError
from app.web.collection_form import add_data_set
from app.web.deps import Client, TheClient
from app.web.pages.address import Address
from app.web.pages.components import Notice
from app.web.pages.jobs.address import ACTION, JobAddress
from app.web.pages.jobs.gather import gather_job
from app.web.pages.jobs.page import job_page
from app.web.pages.language import site_for

router = APIRouter(include_in_schema=False)
TheJobAddress = Annotated[JobAddress, Query()]
JobField = Annotated[str, Form(alias="job", max_length=200)]


@router.get(f"/{ACTION}", response_class=HTMLResponse)
async def get_job(client: TheClient, address: TheJobAddress) -> HTMLResponse:
    return await _page(client, address)


@router.post(f"/{ACTION}", response_class=HTMLResponse)
async def start(client: TheClient, address: TheJobAddress) -> Response:
    """Add the photos of the form and start a job of its network on them, then redirect to the job."""
    try:
        data_set, fields = await add_data_set(client)
        network = await client.network(fields.get("network", "")[:200])
        record = await asyncio.to_thread(client.engine.jobs.start, network, data_set)
    except ConvScopeError as error:
        return await _page(client, address, Notice.of(error))
    return _redirect(JobAddress(job=record.id).link())


@router.post(f"/{ACTION}/cancel", response_class=HTMLResponse)
async def cancel(client: TheClient, job: JobField) -> Response:
    await asyncio.to_thread(client.engine.jobs.cancel, job)
    return _redirect(f"../{JobAddress(job=job).link()}")


@router.post(f"/{ACTION}/resume", response_class=HTMLResponse)
async def resume(client: TheClient, job: JobField) -> Response:
    """Let a job that was cancelled, or has failed, go on."""
    request = (await asyncio.to_thread(client.engine.jobs.get, job)).request
    network = await client.network(request.network)
    await asyncio.to_thread(client.engine.jobs.start, network, request.data_set, request.strongest)
    return _redirect(f"../{JobAddress(job=job).link()}")


@router.post(f"/{ACTION}/photo", response_class=HTMLResponse)
async def open_photo(
    client: TheClient,
    job: JobField,
    photo: Annotated[int, Form(ge=0)],
    layer: Annotated[str, Form(max_length=200)],
    channel: Annotated[int, Form(ge=0)],
) -> Response:
    """Store a photo of the job's data set as a picture, and redirect to the channel for it in the Explorer."""
    request = (await asyncio.to_thread(client.engine.jobs.get, job)).request
    data_sets = client.engine.data_sets
    upload = await client.wait(client.engine.pictures.add(lambda: data_sets.read(request.data_set, photo)))
    view = Address(model=request.network, image=upload.stored.id, layer=layer, channel=channel)
    return _redirect(f"../{view.link()}")


def _redirect(place: str) -> RedirectResponse:
    return RedirectResponse(place, status_code=303)


async def _page(client: Client, address: JobAddress, refusal: Notice | None = None) -> HTMLResponse:
    site = site_for(client.request)
    data = await gather_job(client, address)
    notice = refusal or data.notice

    def render() -> HTMLResponse:
        page = job_page(client.engine, address, data, refusal)
        return site.render("jobs/page.html", {"page": page}, notice)

    return await asyncio.to_thread(render)
