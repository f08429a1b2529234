"""The book: all lessons in their order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from app.errors import NotFound
from app.lessons.lesson import Lesson, read_lesson


class UnknownLesson(NotFound):
    """There is no lesson with this id."""

    code = "unknown_lesson"


@dataclass(frozen=True)
class Book:
    """The lessons, the first one first."""

    lessons: tuple[Lesson, ...]

    def __iter__(self) -> Iterator[Lesson]:
        return iter(self.lessons)

    def lesson(self, identity: str) -> Lesson:
        """The lesson with an id; raises UnknownLesson."""
        if identity not in self._by_id:
            raise UnknownLesson("There is no lesson with this id.", known=list(self._by_id))
        return self._by_id[identity]

    def neighbours(self, lesson: Lesson) -> tuple[Lesson | None, Lesson | None]:
        """The lesson before and the lesson after another one."""
        place = self.lessons.index(lesson)
        before = self.lessons[place - 1] if place else None
        return before, self.lessons[place + 1] if place + 1 < len(self.lessons) else None

    @cached_property
    def _by_id(self) -> Mapping[str, Lesson]:
        return {lesson.id: lesson for lesson in self.lessons}


def read_book(folder: Path) -> Book:
    """The lessons in the folders of a folder; raises ValueError where one is not as it must be."""
    lessons = sorted((read_lesson(each) for each in folder.iterdir() if each.is_dir()), key=lambda each: each.number)
    if len({lesson.number for lesson in lessons}) < len(lessons) or len({lesson.id for lesson in lessons}) < len(
        lessons
    ):
        raise ValueError("Two lessons have the same number or the same id.")
    return Book(tuple(lessons))
