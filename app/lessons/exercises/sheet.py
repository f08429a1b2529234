"""A sheet of exercises: for each student a variant with numbers of its own, all drawn from one seed.

The seed is a hash of a key that the lecturer chooses: whoever has the key gets the answers, and the server keeps
nothing. The problems are drawn from a space of their own, so that no lesson and no address of the API gives one.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import ConvScopeError, InvalidRequest
from app.lessons.book import Book
from app.lessons.exercises.identity import ExerciseIdentity
from app.lessons.exercises.registry import KINDS
from app.lessons.lesson import Lesson

MAX_VARIANTS = 200
MAX_EACH = 12  # exercises of a lesson
MAX_PROBLEMS = 4000
LONGEST_KEY = 200
SALT, COST = b"convscope exercise sheet", 2**12
SEED = re.compile(r"[0-9a-f]{16}")
CODE_DIGITS = 4


class WrongKey(ConvScopeError):
    """The key is not the one that the sheet was made with."""

    status = 403
    code = "wrong_key"


@dataclass(frozen=True, slots=True)
class Variant:
    """The exercises of one student."""

    number: int
    code: str
    exercises: tuple[ExerciseIdentity, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Lessons, how many variants, at most how many exercises of each lesson, and the seed."""

    lessons: tuple[Lesson, ...]
    variants: int
    each: int
    seed: str

    def variant(self, number: int) -> Variant:
        """The exercises of a variant; the first is 1."""
        space = f"sheet/{self.seed}/{number}/"
        exercises = [
            ExerciseIdentity(lesson.id, spec, "sheet", space)
            for lesson in self.lessons
            for spec in [spec for spec in lesson.exercises.values() if spec.kind in KINDS][: self.each]
        ]
        return Variant(number, self.code(number), tuple(exercises))

    def code(self, number: int) -> str:
        """What tells a variant from those of other sheets."""
        digest = hashlib.sha256(f"{self.seed}/{number}".encode()).hexdigest()
        return f"{number}-{digest[:CODE_DIGITS].upper()}"


def make_sheet(book: Book, numbers: str, variants: int, each: int, seed: str) -> Sheet:
    """The sheet of some lessons by their numbers, with commas between.

    Raises:
        InvalidRequest: a number is that of no lesson, there are too many of something, or there is nothing to solve.
    """
    by_number = {str(lesson.number): lesson for lesson in book}
    chosen = list(dict.fromkeys(part.strip() for part in numbers.split(",") if part.strip()))
    if unknown := [number for number in chosen if number not in by_number]:
        raise InvalidRequest(f"There is no lesson {unknown[0][:20]}.", known=list(by_number))
    if not 1 <= variants <= MAX_VARIANTS:
        raise InvalidRequest(f"A sheet may have 1 to {MAX_VARIANTS} variants.", most=MAX_VARIANTS)
    if not 1 <= each <= MAX_EACH:
        raise InvalidRequest(f"A sheet may have 1 to {MAX_EACH} exercises of each lesson.", most=MAX_EACH)
    if not SEED.fullmatch(seed):
        raise InvalidRequest("The seed of a sheet is made from a key: 16 digits from 0 to f.")
    sheet = Sheet(tuple(by_number[number] for number in chosen), variants, each, seed)
    count = len(sheet.variant(1).exercises)
    if not count:
        raise InvalidRequest("These lessons have no exercises for a sheet.")
    if count * variants > MAX_PROBLEMS:
        raise InvalidRequest(f"These are {count * variants:,} problems; at most {MAX_PROBLEMS:,}.", most=MAX_PROBLEMS)
    return sheet


def seed_of(key: str) -> str:
    """The seed of a key. It is slow to compute on purpose: nobody finds the key by trying."""
    if not key or len(key) > LONGEST_KEY:
        raise InvalidRequest(f"A key has 1 to {LONGEST_KEY} characters.", most=LONGEST_KEY)
    return hashlib.scrypt(key.encode(), salt=SALT, n=COST, r=8, p=1, dklen=8).hex()


def check_key(seed: str, key: str) -> None:
    """Raises WrongKey if the seed is not that of the key."""
    if seed_of(key) != seed:
        raise WrongKey("This is not the key that the sheet was made with.")


def sheet_lessons(book: Book) -> Sequence[Lesson]:
    """The lessons that have exercises for a sheet."""
    return [lesson for lesson in book if any(spec.kind in KINDS for spec in lesson.exercises.values())]
