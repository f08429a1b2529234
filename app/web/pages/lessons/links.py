"""The lessons as links, in the order of the book."""

from dataclasses import dataclass

from app.lessons.book import Book
from app.lessons.lesson import Lesson
from app.lessons.markdown import LessonText


@dataclass(frozen=True, slots=True)
class LessonLink:
    """A lesson in a list, with its text in the reader's language. `href` is relative to the folder of the lessons."""

    lesson: Lesson
    text: LessonText
    href: str
    is_current: bool = False


def lesson_links(book: Book, language: str, query: str = "", current: Lesson | None = None) -> list[LessonLink]:
    """All lessons as links with a query."""
    return [
        LessonLink(lesson, lesson.text(language), f"{lesson.id}{'?' if query else ''}{query}", lesson is current)
        for lesson in book
    ]
