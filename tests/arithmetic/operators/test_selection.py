"""Numbers that an operator reads, and where they are."""

import numpy as np

from app.arithmetic.operators.selection import broadcast_index, list_candidates, read_number, select, whole_axes
from app.arithmetic.working import Operation, Source
from tests.arithmetic.reference import floats, normal


def operation(x: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> Operation:
    return Operation("Op", 17, {}, (x,), x.shape)


def test_numbers_along_axes_and_their_places() -> None:
    x = normal(2, 3, 4)
    selection = select(operation(x), 0, whole_axes(operation(x), 0, [2]) | {0: [1, 0]}, (0, 2, 3))
    np.testing.assert_array_equal(selection.numbers, [*x[1, 2], *x[0, 2]])
    assert [x[selection.source(number).index] for number in range(8)] == selection.numbers.tolist()


def test_a_mean_and_a_variance() -> None:
    selection = select(operation(floats(1, 2, 6)), 0, {0: range(3)}, (0,))
    mean = selection.mean(2)
    assert (mean.value, mean.numbers) == (3, {"sum": 9, "count": 3})
    assert [(term.kind, term.value) for term in mean.terms[0].terms] == [("value", 6), ("value", 2), ("rest", 1)]
    variance = selection.variance(mean.value, 16)
    assert variance.value == (4 + 1 + 9) / 3
    assert [(term.value, term.numbers) for term in variance.terms[0].terms] == [
        (9, {"input": 6}),
        (4, {"input": 1}),
        (1, {"input": 2}),
    ]


def test_a_number_that_broadcasts() -> None:
    assert broadcast_index((0, 2, 5, 6), (3, 1, 1)) == (2, 0, 0)
    assert broadcast_index((0, 2), ()) == ()
    assert read_number(operation(floats([1], [2])), 0, (7, 1, 3)).source == Source(0, (1, 0))


def test_the_first_of_equal_candidates_is_chosen() -> None:
    selection = select(operation(floats(3, 7, 7, 1)), 0, {0: range(4)}, (0,))
    terms = list_candidates(selection, [1, 2, 0, 3], 3)
    assert [(term.kind, term.value, term.is_chosen) for term in terms] == [
        ("candidate", 7, True),
        ("tie", 7, False),
        ("candidate", 3, False),
        ("rest", 1, False),
    ]
