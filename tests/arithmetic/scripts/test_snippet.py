"""Numbers as a script writes them."""

from math import inf, nan

import numpy as np
import pytest

from app.arithmetic.scripts.snippet import literal


@pytest.mark.parametrize("numbers", [0.1, -inf, nan, [1e-30, -2.5, inf], [[nan, 1.0], [-inf, 0.0]]], ids=str)
def test_python_reads_what_is_written(numbers: float | list[float]) -> None:
    np.testing.assert_array_equal(eval(literal(numbers)), numbers)  # noqa: S307  # what is written has no names
