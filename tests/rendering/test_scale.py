"""Values to grey levels."""

from fractions import Fraction
from math import floor

import numpy as np
import pytest

from app.errors import InvalidRequest, NonFinite
from app.rendering.scale import Scale, quantise, scale_of

RNG = np.random.default_rng(5)


def exact_level(value: float, scale: Scale) -> int:
    """The nearest level in exact arithmetic, halves up."""
    share = (Fraction(value) - Fraction(scale.lo)) / (Fraction(scale.hi) - Fraction(scale.lo))
    return max(0, min(255, floor(share * 255 + Fraction(1, 2))))


def test_without_negative_values_the_scale_starts_at_zero() -> None:
    assert scale_of(np.array([[0.5, 2.0]]), "layer") == Scale(0.0, 2.0, "layer", signed=False)


def test_with_negative_values_the_scale_is_symmetric() -> None:
    assert scale_of(np.array([-3.0, 2.0])) == Scale(-3.0, 3.0, "channel", signed=True)
    assert scale_of(np.array([-1.0, 2.0])) == Scale(-2.0, 2.0, "channel", signed=True)


@pytest.mark.parametrize(
    "scale",
    [
        Scale(0, 3.7, "channel", signed=False),
        Scale(-2.1, 2.1, "layer", signed=True),
        Scale(1e6, 1e6 + 1, "fixed", signed=False),
        Scale(0, 1e-41, "channel", signed=False),
        Scale(-3e38, 3e38, "channel", signed=True),
        Scale(0, 1e39, "layer", signed=False),
        Scale(-1, 0.25, "fixed", signed=True),
    ],
)
def test_each_value_gets_the_nearest_level(scale: Scale) -> None:
    values = RNG.uniform(0, 1, 2000) * (scale.hi - scale.lo) + scale.lo
    levels = quantise(values, scale)
    exact = np.array([exact_level(value, scale) for value in values.tolist()])
    off = levels != exact
    # Only a value within single precision of the border between two levels may fall on its other side.
    assert off.mean() < 0.002
    assert np.abs(levels - exact)[off].max(initial=0) <= 1


def test_the_ends_and_zero_are_exact() -> None:
    for bound in RNG.uniform(1e-3, 1e3, 500).astype(np.float32):
        values = np.array([-bound, 0, bound], np.float32)
        assert quantise(values, scale_of(values)).tolist() == [0, 128, 255]
        assert quantise(np.abs(values), scale_of(np.abs(values))).tolist() == [255, 0, 255]


def test_the_numbers_of_float64_are_drawn_to_its_end() -> None:
    values = np.array([-1.7e308, 0, 0.85e308, 1.7e308])
    assert quantise(values, scale_of(values)).tolist() == [0, 128, 191, 255]
    assert not quantise(values[1:2] + 1e-310, Scale(0, 1e-310, "fixed", signed=False)).any()


def test_values_off_a_fixed_scale_are_drawn_at_its_ends() -> None:
    scale = Scale(0, 1, "fixed", signed=False)
    assert quantise(np.array([-5, 1.001, 3e38], np.float32), scale).tolist() == [0, 255, 255]
    assert quantise(np.array([3e38], np.float32), Scale(0, 1e-20, "fixed", signed=False)).tolist() == [255]


def test_a_constant_map_is_drawn_by_its_value() -> None:
    zero, one = np.zeros((2, 2)), np.ones((2, 2))
    assert quantise(zero, scale_of(zero)).max() == 0
    assert quantise(one, scale_of(one)).min() == 255
    assert np.unique(quantise(zero, scale_of(zero, signed=True))).tolist() == [128]


def test_each_channel_is_drawn_on_its_own_scale() -> None:
    activation = RNG.standard_normal((6, 4, 5)).astype(np.float32)
    activation[3] = 0
    scales = [scale_of(channel, signed=True) for channel in activation]
    together = quantise(activation, scales)
    for channel, scale, levels in zip(activation, scales, together, strict=True):
        np.testing.assert_array_equal(levels, quantise(channel, scale))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_are_refused(bad: float) -> None:
    values = np.array([[[0, 1], [bad, 2]]], np.float32)
    with pytest.raises(NonFinite):
        scale_of(values)
    with pytest.raises(NonFinite):
        quantise(values, Scale(0, 1, "fixed", signed=False))


def test_a_scale_has_finite_bounds_in_order() -> None:
    with pytest.raises(NonFinite):
        Scale(0, np.inf, "fixed", signed=False)
    with pytest.raises(InvalidRequest):
        Scale(1, 0, "fixed", signed=False)
