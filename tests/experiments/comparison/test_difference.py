"""The difference of two outputs, against NumPy by hand."""

import numpy as np
import pytest

from app.errors import NotAvailable
from app.experiments.comparison.difference import check_same_cells, difference_of
from app.nets.layer import Layer, ReceptiveField

GENERATOR = np.random.default_rng(5)


def layer_of(name: str, *shape: int) -> Layer:
    field, axes = ReceptiveField((1, 1), (1, 1), (0, 0)), ("channel", "height", "width")[: len(shape)]
    return Layer(name, name, "Conv", None, ("input",), "y", shape, 0, 0, field, {}, {}, axes, 0)


def test_the_figures_are_those_of_the_values_subtracted_one_by_one() -> None:
    values, reference = GENERATOR.normal(3, 2, (2, 4, 5, 7)).astype(np.float32)
    difference, exact = difference_of(values, reference), values.astype(np.float64) - reference
    assert difference.rms == pytest.approx(np.sqrt(np.mean(exact**2)), rel=1e-6)
    assert difference.relative == pytest.approx(np.linalg.norm(exact) / np.linalg.norm(reference), rel=1e-6)
    assert difference.cosine == pytest.approx(1 - 0.5 * np.sum((_unit(values) - _unit(reference)) ** 2), rel=1e-6)
    np.testing.assert_allclose(difference.channel_rms, np.sqrt((exact**2).mean(axis=(1, 2))), rtol=1e-4)
    np.testing.assert_allclose(difference.statistics.channels.min, exact.min(axis=(1, 2)), rtol=1e-6)


def test_the_channels_that_differ_most_come_first() -> None:
    values, reference = np.zeros((2, 3, 1, 2), np.float32)
    values[1], values[2] = (3, -3), 1
    assert difference_of(values, reference).order.tolist() == [1, 2, 0]


def test_there_is_no_angle_to_nothing() -> None:
    nothing = np.zeros((2, 3, 3), np.float32)
    difference = difference_of(nothing + 1, nothing)
    assert (difference.rms, difference.relative, difference.cosine) == (1.0, None, None)


def test_what_is_not_finite_is_counted_and_left_out() -> None:
    values = np.array([[[np.inf, 2]], [[np.nan, np.nan]]], np.float32)
    difference = difference_of(values, np.array([[[np.inf, 1]], [[0, 0]]], np.float32))
    assert (difference.rms, difference.statistics.layer.nan) == (1.0, 3)
    assert difference.order.tolist() == [0, 1]


def test_outputs_of_other_shapes_are_refused_with_both_shapes() -> None:
    with pytest.raises(NotAvailable, match=r"stem gives 4 × 5 × 6, fc gives 120\."):
        check_same_cells(layer_of("stem", 4, 5, 6), layer_of("fc", 120))


def test_a_vector_and_maps_of_one_cell_can_be_subtracted() -> None:
    check_same_cells(layer_of("pool", 120, 1, 1), layer_of("fc", 120))


def _unit(values: np.ndarray) -> np.ndarray:
    flat = values.astype(np.float64).ravel()
    return flat / np.linalg.norm(flat)
