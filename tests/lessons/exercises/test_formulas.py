"""Numbers in formulas."""

import pytest

from app.lessons.exercises.formulas import added, products, written


@pytest.mark.parametrize(
    ("number", "text"), [(3.0, "3"), (-0.5, "−0.5"), (-0.00001, "0"), (1 / 3, "0.3333"), (14_450_688, "14450688")]
)
def test_a_number_has_four_decimals_at_most(number: float, text: str) -> None:
    assert written(number) == text


def test_sums_and_products() -> None:
    assert added([3, 0, -4]) == "3 + 0 − 4"
    assert products([1, -2], [3, -4]) == "1×3 + −2×(−4)"
