"""Gradient descent of one neuron, against central differences of its loss and its closed form."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.arithmetic.working import Doubles
from app.errors import InvalidRequest
from app.lessons.figures.kind import read_state
from app.lessons.figures.learning.gradient_step import GradientStepState, draw_gradient_step
from app.lessons.figures.matrix import FigureMatrix

DISTANCE = 1e-6


def numbers(matrix: FigureMatrix) -> list[list[float]]:
    return [[cell.value for cell in row] for row in matrix.rows]


def test_the_lecture_s_60_moves_towards_50() -> None:
    figure = draw_gradient_step(GradientStepState())
    assert numbers(figure.gradient) == [[10, 20, 30], [20, 0, 0], [70, 90, 10]]
    assert (figure.before.output, figure.before.loss) == (60, 50)
    assert (figure.after.output, figure.after.loss) == pytest.approx((57, 24.5))


@given(st.integers(0, 10_000))
def test_the_gradient_is_the_slope_of_the_loss(seed: int) -> None:
    random = np.random.default_rng(seed)
    patch, kernel = random.integers(-5, 6, (2, 2, 3)).astype(float)
    rows = ["; ".join(" ".join(map(str, row)) for row in values) for values in (patch, kernel)]
    figure = draw_gradient_step(GradientStepState(patch=rows[0], kernel=rows[1], bias=1, target=3))

    def loss(moved: Doubles, bias: float = 1) -> float:
        return float((np.sum(patch * moved) + bias - 3) ** 2 / 2)

    for row, column in np.ndindex(2, 3):
        step = np.zeros((2, 3))
        step[row, column] = DISTANCE
        slope = (loss(kernel + step) - loss(kernel - step)) / (2 * DISTANCE)
        assert figure.gradient.rows[row][column].value == pytest.approx(slope, abs=1e-4)
    assert figure.slope == pytest.approx((loss(kernel, 1 + DISTANCE) - loss(kernel, 1 - DISTANCE)) / (2 * DISTANCE))


@pytest.mark.parametrize(("rate", "step"), [(0.002, 5), (0.02, 3)])
def test_each_step_multiplies_the_error_by_the_same_factor(rate: float, step: int) -> None:
    figure = draw_gradient_step(GradientStepState(rate=rate, step=step))
    assert figure.after.output - 50 == pytest.approx(10 * (1 - rate * 150) ** (step + 1))


def test_the_sum_of_a_weight_is_written_out() -> None:
    figure = draw_gradient_step(GradientStepState())
    assert figure.changed.rows[0][0].working == "3 − 0.002 × 10 = 2.98"
    assert figure.changed.rows[0][0].links == ("kernel.0.0", "gradient.0.0")


@pytest.mark.parametrize(
    ("values", "reason"),
    [({"patch": "1 2"}, "They are 1 × 2 and 3 × 3"), ({"rate": 1, "step": 50}, "The steps are too large")],
)
def test_what_gives_no_step_is_refused(values: dict[str, str], reason: str) -> None:
    with pytest.raises(InvalidRequest, match=reason):
        draw_gradient_step(read_state(GradientStepState, values))
