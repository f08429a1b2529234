"""The page that collects views for a report, and the resource that makes the report of them."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from app.web.deps import Client, TheClient
from app.web.pages.experiments.report.document import report_document
from app.web.pages.experiments.report.gather import gather_report
from app.web.pages.experiments.report.views import LONGEST_ADDRESS, MAX_VIEWS, CollectedView
from app.web.pages.experiments.routes import EXPERIMENTS
from app.web.pages.language import site_for

router = APIRouter()
FILE = "convscope-report.html"


class ReportRequest(BaseModel):
    """What `POST /reports` is given."""

    views: list[CollectedView] = Field(min_length=1, max_length=MAX_VIEWS)


@router.get("/experiments/report", response_class=HTMLResponse, include_in_schema=False)
async def get_collection(client: TheClient) -> HTMLResponse:
    """The views that the reader has added, which are in the browser alone, and a form that makes a report of them."""
    site = site_for(client.request)
    context = {"id": "report", "most": MAX_VIEWS}
    return await asyncio.to_thread(site.render, "experiments/report.html", context)


@router.get("/api/v1/reports", summary="Views as one HTML file", tags=["experiments"], response_class=HTMLResponse)
async def get_report(
    client: TheClient,
    view: Annotated[
        list[Annotated[str, Field(max_length=LONGEST_ADDRESS)]],
        Query(
            min_length=1,
            max_length=MAX_VIEWS,
            description="The address of a view of the Explorer or of an experiment; one or several.",
            examples=["?model=lenet5&image=...&layer=conv_c1"],
        ),
    ],
) -> HTMLResponse:
    """Pictures, figures, settings, versions, and what repeats them. The file needs no network and has no scripts."""
    addresses = [line for each in view for line in each.splitlines() if line.strip()]
    return await _report(client, [CollectedView(address=address.strip()) for address in addresses], "inline")


@router.post("/api/v1/reports", summary="Views with notes as one HTML file", tags=["experiments"],
             response_class=HTMLResponse)  # fmt: skip
async def make_report(client: TheClient, request: ReportRequest) -> HTMLResponse:
    """As `GET`, with a note at each view."""
    return await _report(client, request.views, "attachment")


async def _report(client: Client, views: list[CollectedView], disposition: str) -> HTMLResponse:
    site = site_for(client.request)
    gathered = await gather_report(client, views, EXPERIMENTS)
    runtime = client.engine.status().runtime_version

    def render() -> HTMLResponse:
        report = report_document(gathered, str(client.request.base_url), runtime)
        response = site.render("experiments/report/document.html", {"report": report})
        response.headers["Content-Security-Policy"] = f"{report.policy}; frame-ancestors 'none'"
        response.headers["Content-Disposition"] = f'{disposition}; filename="{FILE}"'
        return response

    return await asyncio.to_thread(render)
