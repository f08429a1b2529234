"""The address of the API's reference: one page from the OpenAPI description, without scripts or external files."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.web.pages.language import site_for
from app.web.pages.reference.openapi import group_views, schema_views

router = APIRouter(include_in_schema=False)


@router.get("/docs", response_class=HTMLResponse)
async def get_reference(request: Request) -> HTMLResponse:
    site = site_for(request)
    openapi = request.app.openapi()
    context = {
        "title": openapi["info"]["title"],
        "version": openapi["info"]["version"],
        "description": openapi["info"].get("description", ""),
        "groups": group_views(openapi, str(request.base_url)),
        "schemas": schema_views(openapi),
    }
    return site.render("reference/page.html", 200, context)
