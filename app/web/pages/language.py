"""The sites of all languages, and the routes that choose a language and translate a message into it."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI, Form, Query, Request, Response
from fastapi.responses import PlainTextResponse

from app.engine.engine import Engine
from app.settings import Settings
from app.web.language import COOKIE, read_language
from app.web.pages.site import UNCACHED, Site, site_of
from app.web.pages.wording import LANGUAGE
from app.web.texts import LANGUAGES

COOKIE_S = 365 * 24 * 3600
LONGEST_MESSAGE = 4000

router = APIRouter(include_in_schema=False)


def install_language(app: FastAPI, settings: Settings, engine: Engine) -> None:
    """Give the app its site in every language, and its routes."""
    app.state.sites = {language: site_of(settings, language, engine.pictures.formats) for language in LANGUAGES}
    app.include_router(router)


def site_for(request: Request) -> Site:
    """The site in the reader's language. What is worded for this request from here on is in that language too."""
    language = read_language(request)
    LANGUAGE.set(language)
    site: Site = request.app.state.sites[language]
    return site


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


@router.get("/translation", response_class=PlainTextResponse)
async def translate_message(request: Request, text: Annotated[str, Query(max_length=LONGEST_MESSAGE)]) -> Response:
    """A message of the API in the reader's language, for the scripts; no content where it has no translation."""
    site = site_for(request)
    translated = site.translation.find(text)
    headers = UNCACHED | {"Content-Language": site.language}
    return Response(status_code=204) if translated is None else PlainTextResponse(translated, headers=headers)
