"""The address of the list of experiments."""

import asyncio

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from app.web.deps import TheClient
from app.web.pages.language import site_for
from app.web.photo import photo_of

router = APIRouter(include_in_schema=False)

# In the order of the list; each has a page, and its words in `experiments/list.json`.
EXPERIMENTS = (
    "picture",
    "sweep",
    "depth",
    "compare",
    "digit",
    "webcam",
    "switch-off",
    "paint",
    "fool",
    "folder",
    "layers",
    "report",
)


@router.get("/experiments", response_class=HTMLResponse)
async def list_experiments(client: TheClient) -> HTMLResponse:
    """All experiments as cards. Their pictures are computed from the photo of a sample."""
    site, sample = site_for(client.request), await photo_of(client, "")
    context = {"experiments": EXPERIMENTS, "sample": sample}
    return await asyncio.to_thread(site.render, "experiments/list.html", context)
