"""An answer as it is typed or sent: numbers with a decimal point or comma, in the shape of the form."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.lessons.exercises.exercise import AnswerForm, ChoiceForm, FieldsForm, MatrixForm, NumberArray, Sentence, number

SPACES = re.compile(r"[\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}'’]")
GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}([.,])\d{3}(\1\d{3})*")  # 3,216 or 14.450.688, if a whole number is asked for
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?")
MAX_CHARACTERS = 40
MAX_SIDE = 64
LARGEST = 1e300
MINUS_SIGNS = str.maketrans(dict.fromkeys("\N{MINUS SIGN}\N{EN DASH}", "-"))


def read_answer(form: AnswerForm, given: Any) -> NumberArray | Sentence:
    """The numbers of an answer; where something in it is none, the sentence that says so.

    A number is a number or text, a matrix a list of rows, a choice its index, and fields are numbers by name.
    """
    if isinstance(form, FieldsForm):
        if not isinstance(given, Mapping):
            return Sentence("no_fields", {"names": ", ".join(form.names)})
        return _read_numbers([given.get(name, "") for name in form.names], form)
    if isinstance(form, MatrixForm):
        return _read_matrix(form, given)
    numbers = _read_numbers([given], form)
    if isinstance(numbers, Sentence):
        return Sentence("no_choice", {"most": form.count - 1}) if isinstance(form, ChoiceForm) else numbers
    if isinstance(form, ChoiceForm) and numbers[0] not in range(form.count):
        return Sentence("no_choice", {"most": form.count - 1})
    return number(numbers[0])


def _read_matrix(form: MatrixForm, given: Any) -> NumberArray | Sentence:
    if not _is_matrix(given):
        return Sentence("no_matrix", {"rows": form.shape[0], "columns": form.shape[1]})
    numbers = _read_numbers([each for row in given for each in row], form)
    return numbers if isinstance(numbers, Sentence) else numbers.reshape(len(given), -1)


def _is_matrix(given: Any) -> bool:
    """Whether it is a list of rows of one length."""
    if not _is_list(given) or not all(map(_is_list, given)):
        return False
    widths = {len(row) for row in given}
    return len(widths) == 1 and all(0 < length <= MAX_SIDE for length in (len(given), *widths))


def _is_list(given: Any) -> bool:
    return isinstance(given, Sequence) and not isinstance(given, str)


def _read_numbers(given: Sequence[Any], form: AnswerForm) -> NumberArray | Sentence:
    numbers = []
    for each in given:
        if each is None or (isinstance(each, str) and not each.strip()):
            return Sentence("empty" if len(given) == 1 else "incomplete")
        value = read_number(each, is_whole=not form.decimals)
        if value is None:
            return Sentence("no_number", {"text": str(each)[:MAX_CHARACTERS]})
        numbers.append(value)
    return np.array(numbers, np.float64)


def read_number(given: Any, *, is_whole: bool) -> float | None:
    """A finite number; None if it is none.

    Text may have a decimal comma, a true minus and spaces between thousands; where a whole number is asked for, a point
    or a comma before three digits separates thousands.
    """
    if isinstance(given, bool):
        return None
    if isinstance(given, int | float):
        return float(given) if abs(given) < LARGEST else None
    if not isinstance(given, str) or len(given) > MAX_CHARACTERS:
        return None
    text = SPACES.sub("", given).translate(MINUS_SIGNS).lower()
    if is_whole and GROUPED.fullmatch(text):
        text = re.sub("[.,]", "", text)
    last = max(text.rfind("."), text.rfind(","))
    if last >= 0:  # the last sign is the decimal one, others of another kind separate thousands
        whole, sign = text[:last], text[last]
        if sign in whole:
            return None
        text = f"{re.sub('[.,]', '', whole)}.{text[last + 1 :]}"
    return float(text) if NUMBER.fullmatch(text) and abs(float(text)) < LARGEST else None
