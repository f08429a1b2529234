"""The data of the pages of the lessons: the list, and a lesson with its figures as the address has them."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlencode

from app.lessons.book import Book
from app.lessons.lesson import Lesson
from app.lessons.markdown import LessonText
from app.web.deps import Client
from app.web.pages.lessons.figure import FigurePlace, LessonParameters, LiveFigure, figure_view


@dataclass(frozen=True, slots=True)
class LessonLink:
    """A lesson in a list, with its text in the reader's language."""

    lesson: Lesson
    text: LessonText
    href: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class LessonPage:
    """A lesson; `figures` by name. The links keep the photo and the network of the address."""

    lesson: Lesson
    text: LessonText
    figures: dict[str, LiveFigure]
    contents: tuple[LessonLink, ...]
    before: LessonLink | None
    after: LessonLink | None


def lesson_links(
    book: Book, language: str, parameters: LessonParameters, current: Lesson | None = None
) -> list[LessonLink]:
    """All lessons as links; they are relative to the folder of the lessons."""
    query = urlencode(parameters.page())
    return [
        LessonLink(lesson, lesson.text(language), f"{lesson.id}{'?' if query else ''}{query}", lesson is current)
        for lesson in book
    ]


async def lesson_page(
    client: Client, book: Book, lesson: Lesson, language: str, parameters: LessonParameters
) -> LessonPage:
    """The page of a lesson in a language."""
    text = lesson.text(language)
    blocks = list(text.blocks("figure"))
    places = [FigurePlace.in_lesson(lesson, block) for block in blocks]
    views = await asyncio.gather(*(figure_view(client, place, parameters) for place in places))
    links = lesson_links(book, language, parameters, lesson)
    before, after = book.neighbours(lesson)
    by_id = {link.lesson.id: link for link in links}
    return LessonPage(
        lesson=lesson,
        text=text,
        figures={view.name: view for view in views},
        contents=tuple(links),
        before=by_id[before.id] if before else None,
        after=by_id[after.id] if after else None,
    )
