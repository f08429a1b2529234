"""The API's reference at /docs: one page from the OpenAPI description, readable without scripts or the internet."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.web import reference
from app.web.site import Site

router = APIRouter(include_in_schema=False)


@router.get("/docs", response_class=HTMLResponse)
async def docs(request: Request) -> HTMLResponse:
    site: Site = request.app.state.site
    openapi = request.app.openapi()
    context = {
        "title": openapi["info"]["title"],
        "version": openapi["info"]["version"],
        "description": openapi["info"].get("description", ""),
        "groups": reference.groups(openapi, str(request.base_url)),
        "schemas": reference.schemas(openapi),
    }
    return site.render("docs.html", 200, context)
