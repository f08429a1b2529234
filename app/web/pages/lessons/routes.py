"""The addresses of the lessons, of a lesson, of one of its figures, and of a figure by itself."""

import asyncio
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import HTMLResponse

from app.errors import ConvScopeError
from app.lessons.book import Book
from app.lessons.exercises.identity import exercise_at
from app.lessons.lesson import FigureSpec
from app.web.deps import Client, TheClient
from app.web.edge.security import CONTENT_SECURITY_POLICY
from app.web.pages.components import Notice, colour_filters
from app.web.pages.language import site_for
from app.web.pages.lessons.exercise import ExercisePlace, UnavailableExercise, exercise_view
from app.web.pages.lessons.figure import FigurePlace, LessonParameters, LiveFigure, figure_view
from app.web.pages.lessons.glossary import glossary_entries
from app.web.pages.lessons.kinds import UnknownFigure, state_of
from app.web.pages.lessons.links import lesson_links
from app.web.pages.lessons.page import lesson_page
from app.web.pages.lessons.sheets import routes as sheets
from app.web.pages.picture_form import ThePictureForm
from app.web.problems import book_of, install_problems

# A figure by itself changes nothing on the server, so any page may have it in a frame.
IN_ANY_FRAME = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'self'", "frame-ancestors *")

router = APIRouter(include_in_schema=False)


def install_lessons(app: FastAPI, book: Book) -> None:
    """Add the lessons of a book to the app."""
    install_problems(app, book)
    app.include_router(sheets.router)  # first: its addresses look like those of kinds of exercises
    app.include_router(router)


@router.get("/learn", response_class=HTMLResponse)
async def list_lessons(client: TheClient) -> HTMLResponse:
    """All lessons in their order."""
    site = site_for(client.request)
    links = lesson_links(book_of(client.request), site.language, urlencode(_parameters(client).page()))
    return await _render(client, "lessons/list.html", {"links": links})


@router.get("/learn/glossary", response_class=HTMLResponse)
async def show_glossary(client: TheClient) -> HTMLResponse:
    """All terms with their meanings, and the lessons that use them."""
    site = site_for(client.request)
    entries = glossary_entries(vars(site.texts.glossary.terms), book_of(client.request), site.language)
    return await _render(client, "lessons/glossary.html", {"entries": entries})


@router.get("/learn/{lesson}", response_class=HTMLResponse)
async def show_lesson(client: TheClient, lesson: str) -> HTMLResponse:
    """A lesson with its figures as the address has them."""
    site, chosen = site_for(client.request), book_of(client.request).lesson(lesson)
    page = await lesson_page(client, site, chosen, _parameters(client))
    return await _render(client, "lessons/lesson.html", {"page": page, "photo_notice": None})


@router.post("/learn/{lesson}", response_class=HTMLResponse)
async def add_photo(client: TheClient, lesson: str, form: ThePictureForm) -> Response:
    """Store the photo of the form, then redirect to the lesson on it. What is no photo becomes a notice."""
    site, chosen = site_for(client.request), book_of(client.request).lesson(lesson)
    try:
        image = await form.store()
    except ConvScopeError as error:
        page = await lesson_page(client, site, chosen, _parameters(client))
        notice = Notice.of(error)
        return await _render(client, "lessons/lesson.html", {"page": page, "photo_notice": notice}, notice)
    query = urlencode({**_parameters(client).all, "image": image})
    return Response(status_code=303, headers={"Location": f"{chosen.id}?{query}"})


@router.get("/learn/{lesson}/figures/{figure}", response_class=HTMLResponse)
async def show_lesson_figure(client: TheClient, lesson: str, figure: str) -> HTMLResponse:
    """One figure of a lesson, as the script of the lesson fetches it."""
    site, chosen = site_for(client.request), book_of(client.request).lesson(lesson)
    if figure not in chosen.figures:
        raise UnknownFigure("The lesson has no such figure.", known=list(chosen.figures))
    blocks = {block.name: block for block in chosen.text(site.language).blocks("figure")}
    view = await figure_view(client, FigurePlace.in_lesson(chosen, blocks[figure]), _parameters(client))
    return await _render_figure(client, view)


@router.get("/figures/{kind}", response_class=HTMLResponse)
async def show_figure(client: TheClient, kind: str) -> HTMLResponse:
    """A figure by itself, for a frame in a page of somebody else's."""
    state_of(kind)
    view = await figure_view(client, FigurePlace(FigureSpec("", kind, {}, ()), kind), _parameters(client))
    response = await _render_figure(client, view)
    response.headers["Content-Security-Policy"] = IN_ANY_FRAME
    return response


@router.get("/exercises/{exercise}", response_class=HTMLResponse)
async def show_exercise(client: TheClient, exercise: str) -> HTMLResponse:
    """An exercise by itself, for the script of a lesson, and for a frame or a link in somebody else's page."""
    place = ExercisePlace.of(exercise_at(book_of(client.request), exercise), _parameters(client).all)
    site_for(client.request)  # chooses the language of what follows
    view = await exercise_view(client, place)
    notice = view.notice if isinstance(view, UnavailableExercise) else None
    response = await _render(client, "lessons/exercise.html", {"exercise": view}, notice)
    response.headers["Content-Security-Policy"] = IN_ANY_FRAME
    return response


def _parameters(client: Client) -> LessonParameters:
    return LessonParameters(dict(client.request.query_params))


async def _render_figure(client: Client, view: LiveFigure) -> HTMLResponse:
    return await _render(client, "lessons/figure.html", {"figure": view}, view.notice)


async def _render(client: Client, template: str, context: dict[str, Any], notice: Notice | None = None) -> HTMLResponse:
    site = site_for(client.request)
    shared = {"colours": colour_filters("auto"), "samples": site.samples}
    return await asyncio.to_thread(site.render, template, {**context, **shared}, notice)
