"""The addresses of the form that makes a sheet, of the sheet, and of its answers."""

import asyncio
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Response
from fastapi.responses import HTMLResponse

from app.lessons.exercises.sheet import (
    LONGEST_KEY,
    MAX_EACH,
    MAX_VARIANTS,
    Sheet,
    check_key,
    make_sheet,
    seed_of,
    sheet_lessons,
)
from app.web.deps import Client, TheClient
from app.web.pages.language import site_for
from app.web.pages.lessons.sheets.page import sheet_variants
from app.web.problems import book_of, wording_for
from app.work.stop import Stop

router = APIRouter(include_in_schema=False)
PRIVATE = {"Cache-Control": "no-store"}
EACH, VARIANTS = 3, 30


@router.get("/exercises", response_class=HTMLResponse)
async def show_form(client: TheClient) -> HTMLResponse:
    """The form that makes a sheet."""
    return await _render_form(client, {"variants": VARIANTS, "each": EACH, "lessons": (), "sheet": "", "answers": ""})


@router.post("/exercises", response_class=HTMLResponse)
async def make_links(
    client: TheClient,
    key: Annotated[str, Form(max_length=LONGEST_KEY)],
    lessons: Annotated[list[str], Form(default_factory=list)],
    variants: Annotated[int, Form()] = VARIANTS,
    each: Annotated[int, Form()] = EACH,
) -> HTMLResponse:
    """The addresses of a sheet and of its answers. The key comes in the body, so that it stays out of the address."""
    seed = await asyncio.to_thread(seed_of, key)
    make_sheet(book_of(client.request), ",".join(lessons), variants, each, seed)
    query = {"lessons": ",".join(lessons), "variants": variants, "each": each, "seed": seed}
    links = {
        "sheet": f"exercises/sheet?{urlencode(query)}",
        "answers": f"exercises/answers?{urlencode(query | {'key': key})}",
    }
    response = await _render_form(client, {"variants": variants, "each": each, "lessons": tuple(lessons), **links})
    response.headers.update(PRIVATE)
    return response


async def _sheet(
    client: TheClient,
    lessons: Annotated[str, Query(max_length=200)],
    seed: Annotated[str, Query(max_length=64)],
    variants: int = 1,
    each: int = MAX_EACH,
) -> Sheet:
    return make_sheet(book_of(client.request), lessons, variants, each, seed)


TheSheet = Annotated[Sheet, Depends(_sheet)]


@router.get("/exercises/sheet", response_class=HTMLResponse)
async def show_sheet(client: TheClient, sheet: TheSheet) -> Response:
    """A sheet to be printed: a page for each variant."""
    return await _render_sheet(client, "sheet", sheet)


@router.get("/exercises/answers", response_class=HTMLResponse)
async def show_answers(
    client: TheClient, sheet: TheSheet, key: Annotated[str, Query(max_length=LONGEST_KEY)]
) -> Response:
    """The answers of every variant, for whoever has the key."""
    await asyncio.to_thread(check_key, sheet.seed, key)
    return await _render_sheet(client, "answers", sheet)


async def _render_sheet(client: Client, template: str, sheet: Sheet) -> HTMLResponse:
    """The sheet, made in the queue: a large one takes seconds."""
    site, wording = site_for(client.request), wording_for(client.request)

    def render(stop: Stop) -> HTMLResponse:
        context = {"sheet": sheet, "variants": sheet_variants(sheet, wording, stop)}
        return site.render(f"lessons/sheets/{template}.html", context)

    response = await client.wait(client.engine.results.drawing.submit(object(), render))
    response.headers.update(PRIVATE)
    return response


async def _render_form(client: Client, context: dict[str, Any]) -> HTMLResponse:
    site = site_for(client.request)
    lessons = [(lesson, lesson.text(site.language)) for lesson in sheet_lessons(book_of(client.request))]
    limits = {"most_variants": MAX_VARIANTS, "most_each": MAX_EACH, "longest_key": LONGEST_KEY}
    template = "lessons/sheets/form.html"
    return await asyncio.to_thread(site.render, template, {"choices": lessons, **limits, **context})
