"""Answers as readers type them."""

import numpy as np
import pytest

from app.lessons.exercises.answer import MAX_SIDE, read_answer, read_number
from app.lessons.exercises.exercise import ChoiceForm, FieldsForm, MatrixForm, NumberForm, Sentence


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.67", 1.67),
        ("1,67", 1.67),
        (" −2,5 ", -2.5),
        ("-3", -3),
        ("+4", 4),
        (".5", 0.5),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("14 450 688", 14_450_688),
        ("2e3", 2000),
        ("1.2.3", None),
        ("4/3", None),
        ("", None),
        ("nan", None),
        ("1e999", None),
        ("9" * 50, None),
    ],
)
def test_a_number_has_a_decimal_point_or_comma(text: str, number: float | None) -> None:
    assert read_number(text, is_whole=False) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3,216", 3216),
        ("14.450.688", 14_450_688),
        ("−100.000", -100_000),
        ("3,2", 3.2),
        ("4.0", 4),
        ("0.500", 0.5),
        ("−0,250", -0.25),
        ("1,234.567", 1234.567),
    ],
)
def test_where_a_whole_number_is_asked_for_three_digits_are_thousands(text: str, number: float) -> None:
    assert read_number(text, is_whole=True) == number


@pytest.mark.parametrize("given", [True, None, [], {}, float("inf"), float("nan"), 10**400])
def test_what_is_sent_and_is_no_number(given: object) -> None:
    assert read_number(given, is_whole=False) is None


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ("1 2; 3 4", "no_matrix"),
        ([], "no_matrix"),
        ([[]], "no_matrix"),
        ([[1, 2], [3]], "no_matrix"),
        ([1, 2], "no_matrix"),
        ([[1] * (MAX_SIDE + 1)] * 2, "no_matrix"),
        ([[1] * 2] * (MAX_SIDE + 1), "no_matrix"),
        (4, "no_matrix"),
        ([["1", ""], ["3", "4"]], "incomplete"),
        ([["1", "x"], ["3", "4"]], "no_number"),
    ],
)
def test_what_is_no_matrix(given: object, key: str) -> None:
    answer = read_answer(MatrixForm((2, 3)), given)
    assert isinstance(answer, Sentence)
    assert answer.key == key
    assert answer.values == ({"rows": 2, "columns": 3} if key == "no_matrix" else answer.values)


def test_a_matrix_may_have_another_shape_up_to_a_limit() -> None:
    answer = read_answer(MatrixForm((2, 3)), [[1] * MAX_SIDE])
    assert isinstance(answer, np.ndarray)
    assert answer.shape == (1, MAX_SIDE)


def test_a_matrix_of_texts_and_numbers() -> None:
    answer = read_answer(MatrixForm((2, 2), 2), [["1,5", 2], ["−3", 4.0]])
    assert isinstance(answer, np.ndarray)
    assert answer.tolist() == [[1.5, 2], [-3, 4]]


@pytest.mark.parametrize("given", [4, -1, "x", "", None, 1.5])
def test_what_is_no_choice(given: object) -> None:
    answer = read_answer(ChoiceForm(statements=(Sentence("one"),) * 4), given)
    assert isinstance(answer, Sentence)
    assert (answer.key, dict(answer.values)) == ("no_choice", {"most": 3})


def test_fields_are_read_by_name() -> None:
    answer = read_answer(FieldsForm(("stride", "padding")), {"padding": "1", "stride": 2})
    assert isinstance(answer, np.ndarray)
    assert answer.tolist() == [2, 1]
    assert read_answer(FieldsForm(("stride",)), {}) == Sentence("empty")
    assert read_answer(FieldsForm(("stride", "padding")), {"padding": 1}) == Sentence("incomplete")
    assert isinstance(read_answer(FieldsForm(("stride",)), [2]), Sentence)


def test_an_empty_answer_is_not_zero() -> None:
    assert read_answer(NumberForm(), " ") == Sentence("empty")
