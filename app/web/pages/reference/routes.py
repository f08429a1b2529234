"""The API's reference at /docs: one page from the OpenAPI description, readable without scripts or the internet."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.web.pages.reference.openapi import groups, schemas
from app.web.pages.site import Site

router = APIRouter(include_in_schema=False)


@router.get("/docs", response_class=HTMLResponse)
async def docs(request: Request) -> HTMLResponse:
    site: Site = request.app.state.site
    openapi = request.app.openapi()
    context = {
        "title": openapi["info"]["title"],
        "version": openapi["info"]["version"],
        "description": openapi["info"].get("description", ""),
        "groups": groups(openapi, str(request.base_url)),
        "schemas": schemas(openapi),
    }
    return site.render("reference/page.html", 200, context)
