"""The data of the page of a lesson, with its figures as the address has them."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlencode

from app.lessons.book import Book
from app.lessons.exercises.identity import exercise_of
from app.lessons.lesson import Lesson
from app.lessons.markdown import LessonText
from app.web.deps import Client
from app.web.pages.lessons.exercise import ExercisePlace, LiveExercise, UnavailableExercise, exercise_view
from app.web.pages.lessons.figure import FigurePlace, LessonParameters, LiveFigure, figure_view
from app.web.pages.lessons.glossary import explain_terms
from app.web.pages.lessons.links import LessonLink, lesson_links
from app.web.pages.site import Site


@dataclass(frozen=True, slots=True)
class LessonPage:
    """A lesson; its figures and exercises by name. The links keep the photo and the network of the address.

    `photo_query` is the query to which a photo is sent, with all other parameters; None where no figure shows a photo.
    """

    lesson: Lesson
    text: LessonText
    figures: dict[str, LiveFigure]
    exercises: dict[str, LiveExercise | UnavailableExercise]
    photo_query: str | None
    contents: tuple[LessonLink, ...]
    before: LessonLink | None
    after: LessonLink | None


async def lesson_page(client: Client, site: Site, lesson: Lesson, parameters: LessonParameters) -> LessonPage:
    """The page of a lesson in the language of the site."""
    book: Book = client.request.app.state.book
    text = explain_terms(lesson.text(site.language), vars(site.texts.glossary.terms))
    places = [FigurePlace.in_lesson(lesson, block) for block in text.blocks("figure")]
    views = await asyncio.gather(*(figure_view(client, place, parameters) for place in places))
    exercises = await asyncio.gather(*(exercise_view(client, each) for each in _exercises(lesson, parameters)))
    links = lesson_links(book, site.language, urlencode(parameters.page()), lesson)
    before, after = book.neighbours(lesson)
    by_id = {link.lesson.id: link for link in links}
    return LessonPage(
        lesson=lesson,
        text=text,
        figures={view.name: view for view in views},
        exercises={view.name: view for view in exercises},
        photo_query=urlencode(parameters.all) if any("image" in view.values for view in views) else None,
        contents=tuple(links),
        before=by_id[before.id] if before else None,
        after=by_id[after.id] if after else None,
    )


def _exercises(lesson: Lesson, parameters: LessonParameters) -> list[ExercisePlace]:
    return [ExercisePlace.of(exercise_of(lesson, name), parameters.all) for name in lesson.exercises]
