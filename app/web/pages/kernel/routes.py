"""The address of the page of a kernel."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from app.web.deps import TheClient
from app.web.pages.kernel.address import KernelAddress
from app.web.pages.kernel.gather import gather_kernel
from app.web.pages.kernel.page import kernel_page
from app.web.pages.language import site_for

router = APIRouter(include_in_schema=False)


@router.get("/kernel", response_class=HTMLResponse)
async def get_kernel(client: TheClient, address: Annotated[KernelAddress, Query()]) -> HTMLResponse:
    """A form with the numbers of a kernel, the photo and its response."""
    site = site_for(client.request)
    data = await gather_kernel(client, address)

    def render() -> HTMLResponse:
        page = kernel_page(data)
        return site.render("kernel/page.html", {"page": page}, page.notice)

    return await asyncio.to_thread(render)
