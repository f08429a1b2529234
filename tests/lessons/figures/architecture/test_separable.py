"""The work of a depthwise separable convolution."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lessons.figures.architecture.separable import SeparableState, draw_separable

COUNTS = st.integers(1, 300)


@given(COUNTS, COUNTS, st.integers(1, 9), COUNTS)
def test_the_ratio_is_1_over_n_plus_1_over_k_squared(channels: int, filters: int, kernel: int, side: int) -> None:
    figure = draw_separable(SeparableState(channels=channels, filters=filters, kernel=kernel, side=side))
    assert figure.ratio == pytest.approx(1 / filters + 1 / kernel**2)
    assert figure.depthwise + figure.pointwise == pytest.approx(figure.ratio * figure.full)
