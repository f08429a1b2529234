"""The ids of exercises, and the seeds in them."""

from pathlib import Path

import pytest

from app.lessons.book import Book
from app.lessons.exercises.identity import UnknownExercise, exercise_at, find_exercise, next_seed, with_seed
from tests.lessons.every_kind import LESSON, read_book_of_every_kind


def test_an_id_has_the_lesson_the_exercise_and_the_seed(tmp_path: Path) -> None:
    exercise = find_exercise(read_book_of_every_kind(tmp_path), f"{LESSON}.relu.abc7")
    assert (exercise.spec.kind, exercise.seed, exercise.id) == ("relu", "abc7", f"{LESSON}.relu.abc7")


@pytest.mark.parametrize("name", ["", "relu", "relu.", "relu.a-b", "relu.1.2", "no.1", f"relu.{'1' * 13}"])
def test_what_is_no_id_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnknownExercise):
        find_exercise(read_book_of_every_kind(tmp_path), f"{LESSON}.{name}")


def test_a_kind_a_name_and_an_id_are_addresses(tmp_path: Path) -> None:
    book = read_book_of_every_kind(tmp_path)
    assert exercise_at(book, "relu").lesson == ""
    assert exercise_at(book, f"{LESSON}.relu").id == f"{LESSON}.relu.1"
    assert exercise_at(book, f"{LESSON}.relu.x7").id == f"{LESSON}.relu.x7"
    with pytest.raises(UnknownExercise):
        exercise_at(book, "nothing")


def test_a_seed_that_can_be_none_is_ignored() -> None:
    exercise = exercise_at(Book(()), "relu")
    assert with_seed(exercise, "x1").seed == "x1"
    assert with_seed(exercise, "/../") == exercise


@pytest.mark.parametrize(
    ("seed", "after"), [("1", "2"), ("9", "10"), ("abc", "abc2"), ("abc9", "abc10"), ("abcdefghijkl", "abcdefghijk2")]
)
def test_the_next_seed_is_another_one(seed: str, after: str) -> None:
    assert next_seed(seed) == after


def test_the_next_seed_is_never_too_long() -> None:
    assert len(next_seed("9" * 12)) <= 12
    assert len(next_seed("a99999999999")) <= 12
