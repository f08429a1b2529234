"""The API's reference at /docs: one page from the OpenAPI description, without scripts, without the internet."""

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from app.web import reference

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

router = APIRouter(include_in_schema=False)


@router.get("/docs", response_class=HTMLResponse)
async def docs(request: Request) -> HTMLResponse:
    openapi = request.app.openapi()
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(), undefined=StrictUndefined
    )
    environment.filters["prose"] = prose
    page = environment.get_template("docs.html").render(
        title=openapi["info"]["title"],
        version=openapi["info"]["version"],
        description=openapi["info"].get("description", ""),
        groups=reference.groups(openapi, str(request.base_url)),
        schemas=reference.schemas(openapi),
    )
    return HTMLResponse(page)


def prose(text: str) -> Markup:
    """Text with its `code` marked as such; everything else is escaped."""
    pieces = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if index % 2 else piece for index, piece in enumerate(pieces)
    )
