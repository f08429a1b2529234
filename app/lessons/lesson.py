"""A lesson: its place in the book, its text in each language, its figures and exercises by name."""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.lessons.exercises.exercise import make_problem, read_options
from app.lessons.exercises.registry import KINDS, NETWORK_KINDS
from app.lessons.markdown import BlockKind, LessonText, read_text

FOLDER = re.compile(r"(\d+)-([a-z0-9-]+)")


@dataclass(frozen=True, slots=True)
class FigureSpec:
    """A figure of a lesson: its kind, the values that its state begins with, and those of each step of a lecture."""

    name: str
    kind: str
    values: Mapping[str, Any]
    steps: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ExerciseSpec:
    """An exercise of a lesson: its kind, and the options of its questions."""

    name: str
    kind: str
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One idea, in a named part of the book. `texts` has a text for each language that it is written in."""

    id: str
    number: int
    part: str
    figures: Mapping[str, FigureSpec]
    exercises: Mapping[str, ExerciseSpec]
    texts: Mapping[str, LessonText]

    def text(self, language: str) -> LessonText:
        """The text in a language; in English where it is not written in it."""
        return self.texts.get(language) or self.texts["en"]


def read_lesson(folder: Path) -> Lesson:
    """The lesson in a folder `NN-id`: `lesson.toml` with its figures and exercises, and a Markdown file a language.

    Raises:
        ValueError: the folder's name, a block of a text, or an entry of `lesson.toml` is not as it must be.
    """
    match = FOLDER.fullmatch(folder.name)
    if match is None:
        raise ValueError(f"{folder.name}: a lesson's folder is called by its number and its id, such as 03-sliding")
    entries = tomllib.loads((folder / "lesson.toml").read_text("utf-8"))
    if "part" not in entries:
        raise ValueError(f"{folder.name}: lesson.toml does not say to which part of the book the lesson belongs.")
    figures = {name: _figure(name, dict(entry)) for name, entry in entries.get("figures", {}).items()}
    exercises = {name: _exercise(name, dict(entry)) for name, entry in entries.get("exercises", {}).items()}
    texts = {path.stem: read_text(path.read_text("utf-8")) for path in sorted(folder.glob("*.md"))}
    lesson = Lesson(match[2], int(match[1]), entries["part"], figures, exercises, texts)
    _check_blocks(lesson)
    return lesson


def _figure(name: str, entry: dict[str, Any]) -> FigureSpec:
    kind, steps = entry.pop("kind"), entry.pop("steps", [])
    return FigureSpec(name, kind, entry, tuple(steps))


def _exercise(name: str, entry: dict[str, Any]) -> ExerciseSpec:
    kind = entry.pop("kind")
    if kind in KINDS:
        make_problem(KINDS[kind], read_options(KINDS[kind], entry), name)
    elif kind in NETWORK_KINDS:
        read_options(NETWORK_KINDS[kind], entry)
    else:
        raise ValueError(f"{name}: there is no exercise of the kind {kind}")
    return ExerciseSpec(name, kind, entry)


def _check_blocks(lesson: Lesson) -> None:
    """Every text shows each figure and each exercise once, and no other. Their names begin those of parameters."""
    if both := sorted(lesson.figures.keys() & lesson.exercises.keys()):
        raise ValueError(f"{lesson.id}: a figure and an exercise have the same name: {both}")
    for language, text in lesson.texts.items():
        names_by_kind: dict[BlockKind, Collection[str]] = {"figure": lesson.figures, "exercise": lesson.exercises}
        for kind, names in names_by_kind.items():
            placed = sorted(block.name for block in text.blocks(kind))
            if placed != sorted(names):
                raise ValueError(
                    f"{lesson.id}, {language}.md: its {kind}s are {placed}, in lesson.toml {sorted(names)}"
                )
