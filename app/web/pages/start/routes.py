"""The address of the start page: that of the site, without parameters. With parameters it is the Explorer's."""

import asyncio

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from app.engine.engine import Engine
from app.web.deps import TheClient
from app.web.pages.language import site_for
from app.web.pages.start.examples import Examples
from app.web.pages.start.page import start_page
from app.web.texts import FIRST_LANGUAGE

PATIENCE_S = 0.4  # for runs of the examples, before the page is sent without them


class RouteWithoutParameters(APIRoute):
    """A route that leaves every address with a query to those after it."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return (Match.NONE, {}) if scope.get("query_string") else super().matches(scope)


router = APIRouter(include_in_schema=False, route_class=RouteWithoutParameters)


def install_start(app: FastAPI, engine: Engine) -> None:
    """Add the start page, before the Explorer and after the languages."""
    app.state.examples = Examples(engine, app.state.sites[FIRST_LANGUAGE].samples)
    app.include_router(router)


@router.get("/", response_class=HTMLResponse)
async def show_start(client: TheClient) -> HTMLResponse:
    """The example with what has run so far; while some runs are missing, the page asks again."""
    site = site_for(client.request)
    examples: Examples = client.request.app.state.examples
    ready = await examples.ready(PATIENCE_S)

    def render() -> HTMLResponse:
        page = start_page(site, client.engine.catalog, examples, ready)
        return site.render("start/page.html", {"page": page, "is_running": examples.is_running})

    return await asyncio.to_thread(render)
