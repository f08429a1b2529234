"""The address of the API's reference: one page from the OpenAPI description, without external files."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.web.deps import TheClient
from app.web.pages.language import site_for
from app.web.pages.reference.first_steps import first_steps
from app.web.pages.reference.openapi import group_views, schema_views

router = APIRouter(include_in_schema=False)


@router.get("/docs", response_class=HTMLResponse)
async def get_reference(request: Request, client: TheClient) -> HTMLResponse:
    site, base = site_for(request), str(request.base_url)
    openapi = request.app.openapi()
    context = {
        "version": openapi["info"]["version"],
        "steps": first_steps(client.engine.catalog, base),
        "groups": group_views(openapi, base),
        "schemas": schema_views(openapi),
    }
    return site.render("reference/page.html", context)
