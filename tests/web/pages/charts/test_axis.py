"""Round numbers on an axis."""

import pytest

from app.web.pages.charts.axis import round_values


@pytest.mark.parametrize(
    ("low", "high", "steps", "expected"),
    [
        (0, 1, 4, (0, 0.5, 1)),
        (-3, 2, 5, (-3, -2, -1, 0, 1, 2)),
        (0.13, 0.29, 4, (0.15, 0.2, 0.25)),
        (0.3, 0.9, 6, (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)),
        (0, 1000, 3, (0, 500, 1000)),
        (0, 4e-7, 4, (0, 1e-7, 2e-7, 3e-7, 4e-7)),
    ],
)
def test_values_are_round_and_include_round_ends(
    low: float, high: float, steps: int, expected: tuple[float, ...]
) -> None:
    assert round_values(low, high, steps) == expected
