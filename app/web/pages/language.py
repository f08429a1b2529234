"""The language of a page: what the reader chose, else what the browser asks for, else English."""

from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI, Form, Request, Response

from app.settings import Settings
from app.web.pages.site import Site, site_of
from app.web.pages.texts import FIRST_LANGUAGE, LANGUAGES
from app.web.pages.wording import LANGUAGE

COOKIE = "convscope_language"
COOKIE_S = 365 * 24 * 3600

router = APIRouter(include_in_schema=False)


def install_language(app: FastAPI, settings: Settings) -> None:
    """Give the app its site in every language, and the route that chooses one."""
    app.state.sites = {language: site_of(settings, language) for language in LANGUAGES}
    app.include_router(router)


def site_for(request: Request) -> Site:
    """The site in the reader's language. What is worded for this request from here on is in that language too."""
    language = read_language(request)
    LANGUAGE.set(language)
    site: Site = request.app.state.sites[language]
    return site


def read_language(request: Request) -> str:
    """The language for a request."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    wanted = _accepted(request.headers.get("accept-language", ""))
    return next((language for language in wanted if language in LANGUAGES), FIRST_LANGUAGE)


@router.post("/language")
async def choose_language(request: Request, language: Annotated[str, Form(max_length=20)]) -> Response:
    """Remember the reader's language, and go back to the page that has the form."""
    back = urlsplit(request.headers.get("referer", ""))
    target = f"/{back.path.lstrip('/')}"  # on this host, whatever the header says
    response = Response(status_code=303, headers={"Location": f"{target}?{back.query}" if back.query else target})
    if language in LANGUAGES:
        path = request.scope.get("root_path") or "/"
        response.set_cookie(COOKIE, language, max_age=COOKIE_S, path=path, httponly=True, samesite="lax")
    return response


def _accepted(header: str) -> Iterator[str]:
    """The primary languages of an Accept-Language header, the most wanted first (RFC 9110, section 12.5.4)."""
    ranges = []
    for place, part in enumerate(header.split(",")):
        tag, _, parameter = part.partition(";")
        quality = parameter.strip().removeprefix("q=") if parameter else "1"
        if quality.replace(".", "", 1).isdigit() and float(quality) > 0:
            ranges.append((-float(quality), place, tag.strip().split("-")[0].lower()))
    return (language for _, _, language in sorted(ranges))
