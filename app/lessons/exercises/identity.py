"""Which problem: the lesson, the exercise in it, and the seed."""

import re
from dataclasses import dataclass, replace

from app.errors import NotFound
from app.lessons.book import Book
from app.lessons.exercises.registry import KINDS, NETWORK_KINDS
from app.lessons.lesson import ExerciseSpec, Lesson

SEED = "[A-Za-z0-9]{1,12}"
IDENTITY = re.compile(rf"([a-z0-9-]+)\.([a-z0-9-]+)(?:\.({SEED}))?")
FIRST_SEED = "1"
LONGEST_SEED = 12


class UnknownExercise(NotFound):
    """There is no exercise with this id, or no such kind."""

    code = "unknown_exercise"


@dataclass(frozen=True, slots=True)
class ExerciseIdentity:
    """A problem. `lesson` is the id of its lesson, empty for a kind by itself.

    `space` is empty for those of the lessons; the problems of sheets are drawn from a space of their own.
    """

    lesson: str
    spec: ExerciseSpec
    seed: str
    space: str = ""

    @property
    def id(self) -> str:
        return f"{self.lesson}.{self.spec.name}.{self.seed}"

    @property
    def origin(self) -> str:
        """What the problem is drawn from."""
        return f"{self.space}{self.id}"


def find_exercise(book: Book, identity: str) -> ExerciseIdentity:
    """The exercise with an id; raises UnknownExercise, or UnknownLesson."""
    match = IDENTITY.fullmatch(identity)
    if match is None or match[3] is None:
        raise UnknownExercise("An exercise is LESSON.NAME.SEED, such as sliding.output-size.1.")
    return exercise_of(book.lesson(match[1]), match[2], match[3])


def exercise_at(book: Book, address: str) -> ExerciseIdentity:
    """The exercise at an address of its own: a kind by itself, LESSON.NAME or LESSON.NAME.SEED.

    Raises:
        UnknownExercise, UnknownLesson: there is none.
    """
    if match := IDENTITY.fullmatch(address):
        return exercise_of(book.lesson(match[1]), match[2], match[3] or FIRST_SEED)
    if address not in KINDS and address not in NETWORK_KINDS:
        raise UnknownExercise("There is no such kind of exercise.", known=[*KINDS, *NETWORK_KINDS])
    return ExerciseIdentity("", ExerciseSpec("", address, {}), FIRST_SEED)


def exercise_of(lesson: Lesson, name: str, seed: str = FIRST_SEED) -> ExerciseIdentity:
    """An exercise of a lesson; raises UnknownExercise."""
    if name not in lesson.exercises:
        raise UnknownExercise("The lesson has no such exercise.", known=list(lesson.exercises))
    return ExerciseIdentity(lesson.id, lesson.exercises[name], seed)


def with_seed(exercise: ExerciseIdentity, seed: str) -> ExerciseIdentity:
    """The exercise with another seed; unchanged if it can't be one."""
    return replace(exercise, seed=seed) if re.fullmatch(SEED, seed) else exercise


def next_seed(seed: str) -> str:
    """Another seed: the number at its end, one higher."""
    number = re.search(r"\d*$", seed)
    digits = number[0] if number else ""
    raised = str(int(digits or 1) + 1)
    return seed[: len(seed) - len(digits)][: LONGEST_SEED - len(raised)] + raised[-LONGEST_SEED:]
