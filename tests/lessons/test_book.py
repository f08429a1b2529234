"""The book."""

from pathlib import Path

import pytest

from app.lessons.book import UnknownLesson, read_book

FOLDERS = ("02-products", "01-numbers", "10-softmax")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FOLDERS:
        (tmp_path / name).mkdir()
        (tmp_path / name / "lesson.toml").write_text('part = "windows"', "utf-8")
        (tmp_path / name / "en.md").write_text(f"# {name}\n\nLead.\n", "utf-8")
    return tmp_path


def test_lessons_stand_in_the_order_of_their_numbers(folder: Path) -> None:
    assert [lesson.id for lesson in read_book(folder)] == ["numbers", "products", "softmax"]


def test_a_lesson_is_found_by_its_id(folder: Path) -> None:
    assert read_book(folder).lesson("softmax").number == 10


def test_an_unknown_lesson_is_refused_with_the_known_ones(folder: Path) -> None:
    with pytest.raises(UnknownLesson) as caught:
        read_book(folder).lesson("pooling")
    assert caught.value.details == {"known": ["numbers", "products", "softmax"]}


def test_neighbours_are_the_lessons_before_and_after(folder: Path) -> None:
    book = read_book(folder)
    numbers, products, softmax = book
    assert book.neighbours(numbers) == (None, products)
    assert book.neighbours(products) == (numbers, softmax)
    assert book.neighbours(softmax) == (products, None)


def test_two_lessons_of_one_number_are_refused(folder: Path) -> None:
    (folder / "02-products").rename(folder / "01-products")
    with pytest.raises(ValueError, match="same number"):
        read_book(folder)
