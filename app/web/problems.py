"""The problems of exercises as requests name them, and their wording in the reader's language."""

import asyncio

from fastapi import FastAPI, Request

from app.lessons.book import Book
from app.lessons.exercises.exercise import Problem, make_problem, read_options
from app.lessons.exercises.identity import ExerciseIdentity
from app.lessons.exercises.registry import KINDS
from app.lessons.exercises.wording import ProblemWording
from app.web.deps import Client
from app.web.language import read_language
from app.web.texts import LANGUAGES, read_catalogue


def install_problems(app: FastAPI, book: Book) -> None:
    """Give the app the book whose exercises it poses, and their wording in every language."""
    app.state.book = book
    app.state.wordings = {each: ProblemWording(read_catalogue("problems", each)) for each in LANGUAGES}


def book_of(request: Request) -> Book:
    """The book of lessons."""
    book: Book = request.app.state.book
    return book


def wording_for(request: Request, language: str | None = None) -> ProblemWording:
    """The wording of problems in a language, by default the reader's."""
    wordings: dict[str, ProblemWording] = request.app.state.wordings
    return wordings.get(language or "") or wordings[read_language(request)]


async def find_problem(client: Client, exercise: ExerciseIdentity) -> Problem:
    """The problem of an exercise."""
    kind = KINDS[exercise.spec.kind]
    options = read_options(kind, exercise.spec.options)
    return await asyncio.to_thread(make_problem, kind, options, exercise.origin)
