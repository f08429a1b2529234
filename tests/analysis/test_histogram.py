"""Histograms, counted again bin by bin."""

from itertools import pairwise

import numpy as np
import pytest

from app.analysis.histogram import histogram, round_step
from app.errors import NonFinite

RNG = np.random.default_rng(3)


@pytest.mark.parametrize("scale", [1e-20, 3e-4, 1, 77.7, 1e12])
@pytest.mark.parametrize("rectified", [False, True])
def test_every_value_is_counted_once_between_its_edges(scale: float, rectified: bool) -> None:
    values = RNG.standard_normal((28, 28)).astype(np.float32) * np.float32(scale)
    values = np.maximum(values, 0) if rectified else values
    found = histogram(values)
    told = values[values != 0].astype(np.float64)
    edges = np.array(found.edges)
    by_hand = [((told >= low) & (told < high)).sum() for low, high in pairwise(edges)]
    assert np.abs(np.array(by_hand) - found.counts).max() <= 1  # an edge may be rounded across a value
    assert sum(found.counts) == told.size
    assert found.zeros == (values == 0).sum()
    assert 10 <= len(found.counts) <= 34


def test_zero_is_an_edge_and_edges_are_round() -> None:
    found = histogram(np.linspace(-1, 2, 1000))
    assert 0 in found.edges
    assert found.step == 0.1
    assert found.edges[:3] == (-1.0, -0.9, -0.8)


@pytest.mark.parametrize(
    ("values", "counts", "zeros"), [([0, 0], (), 2), ([5, 5, 0], (2,), 1), ([-3], (1,), 0)], ids=str
)
def test_equal_values(values: list[float], counts: tuple[int, ...], zeros: int) -> None:
    found = histogram(np.array(values))
    assert (found.counts, found.zeros) == (counts, zeros)


@pytest.mark.parametrize(("least", "step"), [(1, 1), (1.01, 2), (0.03, 0.05), (6, 10), (4e-9, 5e-9), (1e-305, 1e-300)])
def test_steps_are_round(least: float, step: float) -> None:
    assert round_step(least) == pytest.approx(step, rel=1e-9, abs=0)


def test_values_that_are_not_finite_are_refused() -> None:
    with pytest.raises(NonFinite):
        histogram(np.array([1, np.nan]))


def test_edges_of_large_numbers_are_whole() -> None:
    for step in (10, 20, 50, 1000):
        edges = histogram(np.arange(-3 * step, 29 * step + 1, step)).edges
        assert edges == tuple(step * round(edge / step) for edge in edges)
