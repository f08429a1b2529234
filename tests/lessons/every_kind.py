"""A book with one lesson, which has an exercise of every kind, called as the kind is."""

from pathlib import Path

from app.lessons.book import Book, read_book
from app.lessons.exercises.registry import KINDS, NETWORK_KINDS

LESSON = "every-kind"


def read_book_of_every_kind(folder: Path) -> Book:
    """The book, written to a folder."""
    lesson = folder / f"01-{LESSON}"
    lesson.mkdir(parents=True)
    kinds = [*KINDS, *NETWORK_KINDS]
    entries = [f'[exercises.{kind}]\nkind = "{kind}"\n' for kind in kinds]
    (lesson / "lesson.toml").write_text("\n".join(['part = "windows"', *entries]))
    blocks = [f"::: exercise {kind}\n:::\n" for kind in kinds]
    (lesson / "en.md").write_text("\n".join(["# Every kind\n\nA lead.\n", *blocks]))
    return read_book(folder)
