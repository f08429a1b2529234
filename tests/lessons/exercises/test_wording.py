"""Sentences and numbers in the words of a language."""

from app.lessons.exercises.checking import AnswerVerdict
from app.lessons.exercises.exercise import Sentence
from app.lessons.exercises.wording import ProblemWording
from app.web.texts import read_catalogue

ENGLISH, GERMAN = (ProblemWording(read_catalogue("problems", language)) for language in ("en", "de"))


def test_formulas_have_the_decimal_sign_and_the_groups_of_the_language() -> None:
    formula = "max(0.5, 14450688) / 0.12345 = 3216.5"
    assert ENGLISH.localize(formula) == "max(0.5, 14\u202f450\u202f688) / 0.12345 = 3\u202f216.5"
    assert GERMAN.localize(formula) == "max(0,5; 14\u202f450\u202f688) / 0,12345 = 3\u202f216,5"


def test_wrong_cells_stand_behind_the_message() -> None:
    worded = ENGLISH.verdict("relu", AnswerVerdict(False, Sentence("some_cells", {"count": 2}), (), ((0, 1), (2, 0))))
    assert worded.message == ("Not all right yet. Wrong cells: 2. Counted from 0: row 0, column 1; row 2, column 0.")


def test_a_kind_may_word_a_mistake_of_its_own() -> None:
    verdict = AnswerVerdict(False, Sentence("mistake"), ("added",))
    assert ENGLISH.verdict("products", verdict).hints != ENGLISH.verdict("fully-connected-parameters", verdict).hints
