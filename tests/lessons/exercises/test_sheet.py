"""Sheets of exercises: their variants, limits and keys."""

from pathlib import Path

import pytest

from app.errors import InvalidRequest
from app.lessons.book import Book
from app.lessons.exercises.exercise import make_problem, read_options
from app.lessons.exercises.identity import find_exercise
from app.lessons.exercises.registry import KINDS
from app.lessons.exercises.sheet import (
    MAX_EACH,
    MAX_PROBLEMS,
    MAX_VARIANTS,
    Sheet,
    WrongKey,
    check_key,
    make_sheet,
    seed_of,
)
from tests.lessons.documented_fields import DOCUMENT
from tests.lessons.every_kind import LESSON, read_book_of_every_kind

SEED = "0123456789abcdef"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return read_book_of_every_kind(tmp_path)


def questions(sheet: Sheet, number: int) -> list[str]:
    """The numbers of a variant's problems."""
    texts = []
    for exercise in sheet.variant(number).exercises:
        kind = KINDS[exercise.spec.kind]
        problem = make_problem(kind, read_options(kind, {}), exercise.origin)
        texts.append(str((problem.question.values, problem.answer.tolist())))
    return texts


def test_a_variant_is_the_same_each_time_and_others_differ(book: Book) -> None:
    sheet = make_sheet(book, "1", 30, 12, SEED)
    assert questions(sheet, 1) == questions(make_sheet(book, "1", 2, 12, SEED), 1)
    assert questions(sheet, 1) != questions(sheet, 2)
    assert questions(sheet, 1) != questions(make_sheet(book, "1", 30, 12, SEED[::-1]), 1)
    assert len({sheet.code(number) for number in range(1, 31)}) == 30


def test_no_id_of_an_exercise_reaches_a_problem_of_a_sheet(book: Book) -> None:
    own = make_sheet(book, "1", 1, 1, SEED).variant(1).exercises[0]
    assert find_exercise(book, own.id).origin != own.origin
    assert "/" in own.origin
    assert all("/" not in find_exercise(book, f"{LESSON}.products.{seed}").origin for seed in ("1", "sheet"))


@pytest.mark.parametrize(
    ("lessons", "variants", "each", "seed"),
    [
        ("", 1, 1, SEED),
        ("2", 1, 1, SEED),
        ("1,x", 1, 1, SEED),
        ("1", 0, 1, SEED),
        ("1", 201, 1, SEED),
        ("1", 1, 0, SEED),
        ("1", 1, 13, SEED),
        ("1", 1, 1, "my-own-seed"),
    ],
)
def test_a_sheet_has_limits(book: Book, lessons: str, variants: int, each: int, seed: str) -> None:
    with pytest.raises(InvalidRequest):
        make_sheet(book, lessons, variants, each, seed)


def test_a_lesson_counts_once(book: Book) -> None:
    assert len(make_sheet(book, "1, 1", 200, 12, SEED).lessons) == 1


def test_only_the_key_of_the_seed_is_accepted() -> None:
    seed = seed_of("a word")
    check_key(seed, "a word")
    with pytest.raises(WrongKey):
        check_key(seed, "a Word")
    for wrong in ("", "x" * 201):
        with pytest.raises(InvalidRequest):
            seed_of(wrong)


def test_a_sheet_that_was_printed_has_the_same_answers_later(book: Book) -> None:
    seed = seed_of("a word")
    variant = make_sheet(book, "1", 1, 1, seed).variant(1)
    assert (seed, variant.code) == ("eec9bf3f2891a38a", "1-B58D")
    assert variant.exercises[0].origin == f"sheet/{seed}/1/{LESSON}.products.sheet"


def test_the_limits_of_a_sheet_are_those_that_are_documented() -> None:
    text = " ".join(DOCUMENT.read_text("utf-8").split())
    assert f"at most {MAX_VARIANTS} variants, {MAX_EACH} exercises of each lesson and {MAX_PROBLEMS:,} problems" in text
