"""Lessons: their texts as HTML, and what is in them."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from app.lessons.lesson import Lesson
from app.lessons.markdown import Block, Section
from app.web.api.responses import Info
from app.web.deps import TheClient
from app.web.language import read_language
from app.web.problems import book_of
from app.web.texts import LANGUAGES

router = APIRouter(prefix="/api/v1")

Language = Annotated[
    str | None,
    Query(
        alias="lang", pattern=f"^({'|'.join(LANGUAGES)})$", description="The language; by default Accept-Language says."
    ),
]


class LessonExerciseInfo(Info):
    name: str
    kind: str
    id: str = Field(description="Of its first problem. Any other seed behind the last point gives another one.")


class LessonFigureInfo(Info):
    name: str
    kind: str
    href: str = Field(description="The figure by itself, as HTML; relative to the server.")


class LessonSummaryInfo(Info):
    id: str
    number: int
    title: str
    lead: str = Field(description="HTML.")
    minutes: int = Field(description="How long one reads.")
    href: str = Field(description="The page; relative to the server.")
    exercises: list[LessonExerciseInfo]


class LessonPartInfo(Info):
    """Text, or the place of a figure or an exercise with its caption."""

    kind: str = Field(description="`prose`, `figure` or `exercise`.")
    html: str
    name: str | None = Field(None, description="Of the figure or the exercise.")


class LessonSectionInfo(Info):
    heading: str
    parts: list[LessonPartInfo]


class LessonInfo(LessonSummaryInfo):
    figures: list[LessonFigureInfo]
    sections: list[LessonSectionInfo]


@router.get("/lessons", summary="All lessons in their order", tags=["lessons"], response_model=list[LessonSummaryInfo])
async def list_lessons(client: TheClient, language: Language = None) -> list[LessonSummaryInfo]:
    """What each lesson is about, and its exercises."""
    chosen = language or read_language(client.request)
    return [_summary(lesson, chosen) for lesson in book_of(client.request)]


@router.get("/lessons/{lesson}", summary="A lesson", tags=["lessons"], response_model=LessonInfo)
async def get_lesson(client: TheClient, lesson: str, language: Language = None) -> LessonInfo:
    """Its text as HTML with formulas in MathML; links in it are relative to `/learn/`."""
    chosen = language or read_language(client.request)
    read = book_of(client.request).lesson(lesson)
    figures = [
        LessonFigureInfo(name=each.name, kind=each.kind, href=f"learn/{read.id}/figures/{each.name}")
        for each in read.figures.values()
    ]
    sections = [
        LessonSectionInfo(heading=section.heading, parts=list(_parts(section)))
        for section in read.text(chosen).sections
    ]
    return LessonInfo(**_summary(read, chosen).model_dump(), figures=figures, sections=sections)


def _summary(lesson: Lesson, language: str) -> LessonSummaryInfo:
    text = lesson.text(language)
    return LessonSummaryInfo(
        id=lesson.id,
        number=lesson.number,
        title=text.title,
        lead=text.lead,
        minutes=text.minutes,
        href=f"learn/{lesson.id}",
        exercises=[
            LessonExerciseInfo(name=each.name, kind=each.kind, id=f"{lesson.id}.{each.name}.1")
            for each in lesson.exercises.values()
        ],
    )


def _parts(section: Section) -> Iterator[LessonPartInfo]:
    for part in section.parts:
        if isinstance(part, Block):
            yield LessonPartInfo(kind=part.kind, html=part.html, name=part.name)
        else:
            yield LessonPartInfo(kind="prose", html=part.html, name=None)
