"""The score of each class that an answer may be."""

from collections.abc import Callable

import numpy as np
import pytest

from app.errors import NonFinite
from app.experiments.class_scores import class_scores, possible_scores
from app.nets.outputs import Scores
from app.nets.session import Tensor


def of(*numbers: float) -> Scores:
    values = np.array(numbers, np.float32)
    return Scores(values, values, 0.0, "binary" if len(numbers) == 1 else "softmax")


@pytest.mark.parametrize("read", [class_scores, possible_scores])
def test_one_unit_has_two_sides(read: Callable[[Scores], Tensor]) -> None:
    np.testing.assert_array_equal(read(of(0.25)), [0.75, 0.25])
    np.testing.assert_array_equal(read(of(0.25, 0.5, 0.25)), [0.25, 0.5, 0.25])


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_what_is_no_number_is_an_error_only_where_all_must_be(number: float) -> None:
    scores = of(0.25, number)
    assert possible_scores(scores).shape == (2,)
    with pytest.raises(NonFinite):
        class_scores(scores)
