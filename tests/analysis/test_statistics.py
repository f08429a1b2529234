"""Statistics of activations, against numpy in double precision."""

import numpy as np
import pytest
from numpy.typing import NDArray

from app.analysis.statistics import (
    LARGE_CELLS,
    ChannelStatistics,
    channel_order,
    channel_statistics,
    layer_statistics,
    rank,
    statistics_of_all,
)

RNG = np.random.default_rng(7)
SHAPES = [(3, 5, 7), (64, 56, 56), (5, 224, 224), (2, 300, 301), (9, 180, 190), (700, 7, 7), (4, 1, 1), (1, 1, 2)]


def relu_like(shape: tuple[int, ...]) -> NDArray[np.float32]:
    return np.maximum(RNG.standard_normal(shape, dtype=np.float32), 0)


def agree(statistics: ChannelStatistics, activation: NDArray[np.float32]) -> None:
    exact = activation.astype(np.float64).reshape(len(activation), -1)
    std = exact.std(axis=1)
    np.testing.assert_array_equal(statistics.min, exact.min(axis=1))
    np.testing.assert_array_equal(statistics.max, exact.max(axis=1))
    np.testing.assert_allclose(statistics.zeros, (exact == 0).mean(axis=1))
    np.testing.assert_allclose(statistics.std, std, rtol=1e-4)
    assert (np.abs(statistics.mean - exact.mean(axis=1)) <= 1e-4 * std).all()


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_every_channel_agrees_with_double_precision(shape: tuple[int, ...]) -> None:
    activation = relu_like(shape)
    agree(channel_statistics(activation), activation)


@pytest.mark.parametrize("shift", [1e3, -1e4, 1e5])
@pytest.mark.parametrize("shape", [(6, 28, 28), (2, 224, 224), (1, 1000, 1000)], ids=str)
def test_the_standard_deviation_is_exact_with_a_mean_far_from_zero(shape: tuple[int, ...], shift: float) -> None:
    activation = (RNG.standard_normal(shape) + shift).astype(np.float32)
    agree(channel_statistics(activation), activation)


@pytest.mark.parametrize("factor", [1e-42, 1e-30, 1e30, 1e38])
def test_squares_beyond_single_precision(factor: float) -> None:
    activation = (RNG.uniform(-1, 1, (3, 20, 20)) * factor).astype(np.float32)
    agree(channel_statistics(activation), activation)


def test_one_spike_in_a_flat_map() -> None:
    activation = np.full((1, 224, 224), 1e-3, np.float32)
    activation[0, 0, 0] = 1e4
    agree(channel_statistics(activation), activation)


def test_every_unit_of_a_vector_is_a_channel() -> None:
    statistics = channel_statistics(np.array([0, -2.5, 3], np.float32))
    assert statistics.cells == 1
    for row in (statistics.min, statistics.max, statistics.mean):
        assert row.tolist() == [0, -2.5, 3]
    assert statistics.std.tolist() == [0, 0, 0]
    assert statistics.zeros.tolist() == [1, 0, 0]


@pytest.mark.parametrize("value", [-2.5, -1, 0, 0.1, 7.3])
def test_a_constant_channel_has_its_value_as_the_mean_and_a_standard_deviation_of_zero(value: float) -> None:
    statistics = channel_statistics(np.full((1, 200, 200), value, np.float32))
    assert statistics.mean[0] == pytest.approx(np.float32(value), rel=1e-7)
    assert statistics.std[0] <= 1e-6 * abs(value)


def test_nan_and_infinity_are_counted_and_excluded() -> None:
    activation = np.arange(32, dtype=np.float32).reshape(2, 4, 4)
    activation[0, 0, :3] = np.nan, np.inf, -np.inf
    activation[0, 3, 3] = 0
    statistics = channel_statistics(activation)
    finite = activation[0][np.isfinite(activation[0])]
    assert statistics.nan.tolist() == [1, 0]
    assert statistics.inf.tolist() == [2, 0]
    assert (statistics.min[0], statistics.max[0]) == (0, 14)
    assert statistics.mean[0] == pytest.approx(finite.mean())
    assert statistics.std[0] == pytest.approx(finite.std())
    assert statistics.zeros[0] == 1 / 16
    assert statistics.mean[1] == activation[1].mean()


def test_a_channel_without_a_finite_cell_has_no_mean() -> None:
    activation = np.array([[[np.nan, np.inf]], [[1, 2]]], np.float32)
    channels = channel_statistics(activation)
    layer = layer_statistics(channels)
    assert np.isnan([channels.min[0], channels.max[0], channels.mean[0], channels.std[0]]).all()
    assert (layer.min, layer.max, layer.mean, layer.std) == (1, 2, 1.5, 0.5)
    assert (layer.nan, layer.inf) == (1, 1)
    assert [strong.channel for strong in layer.strongest] == [1]


def test_a_layer_without_a_finite_cell_has_no_mean() -> None:
    layer = layer_statistics(channel_statistics(np.full((2, 3, 3), np.nan, np.float32)))
    assert np.isnan([layer.min, layer.max, layer.mean, layer.std]).all()
    assert (layer.nan, layer.strongest) == (18, ())


@pytest.mark.parametrize("shape", [(40, 60, 60), (1000,), (3, 150, 150)], ids=str)
def test_the_statistics_of_a_layer_are_those_of_all_its_cells(shape: tuple[int, ...]) -> None:
    activation = relu_like(shape) + np.float32(0.5) * (np.arange(shape[0]) % 3).reshape(-1, *[1] * (len(shape) - 1))
    activation = activation.astype(np.float32)
    activation[[0, 2]] = 0
    layer = layer_statistics(channel_statistics(activation))
    exact = activation.astype(np.float64)
    assert (layer.channels, layer.min, layer.max) == (shape[0], exact.min(), exact.max())
    assert layer.mean == pytest.approx(exact.mean(), rel=1e-6)
    assert layer.std == pytest.approx(exact.std(), rel=1e-4)
    assert layer.zeros == pytest.approx((exact == 0).mean())
    assert layer.dead == (exact.reshape(shape[0], -1) == 0).all(axis=1).sum()


def test_the_strongest_channels_come_first_and_are_eight_at_most() -> None:
    means = np.array([3, 9, 1, 9, 0, 5, 7, 2, 8, 6, 4], np.float32)
    activation = means[:, None, None] * np.array([[0.5, 1.5]], np.float32)
    layer = layer_statistics(channel_statistics(activation))
    assert [strong.channel for strong in layer.strongest] == [1, 3, 8, 6, 9, 5, 10, 0]
    assert (layer.strongest[2].mean, layer.strongest[2].max) == (8, 12)


def test_an_order_is_falling_with_ties_by_index() -> None:
    channels = channel_statistics(np.array([[[1, 1]], [[0, 3]], [[2, 2]], [[1, 1]]], np.float32))
    assert channel_order(channels, "index").tolist() == [0, 1, 2, 3]
    assert channel_order(channels, "mean").tolist() == [2, 1, 0, 3]
    assert channel_order(channels, "max").tolist() == [1, 2, 0, 3]
    assert channel_order(channels, "std").tolist() == [1, 0, 2, 3]
    assert channel_order(channels, "zeros").tolist() == [1, 0, 2, 3]


def test_channels_without_a_finite_number_come_last() -> None:
    channels = channel_statistics(np.array([np.nan, 1, 2], np.float32))
    assert channel_order(channels, "mean").tolist() == [2, 1, 0]


def test_layers_computed_in_parallel_keep_their_order() -> None:
    shapes = {"small": (3, 5, 7), "large": (22, 224, 224), "vector": (10,), "larger": (30, 224, 224)}
    layers = {name: relu_like(shape) for name, shape in shapes.items()}
    assert [name for name, each in layers.items() if each.size >= LARGE_CELLS] == ["large", "larger"]
    found = statistics_of_all(layers, threads=2)
    assert list(found) == list(layers)
    for name, activation in layers.items():
        agree(found[name].channels, activation)
        assert found[name].layer.max == activation.max()


def test_the_rank_of_a_channel_is_one_more_than_how_many_have_a_larger_mean() -> None:
    activation = np.array([2, 5, 5, -1], np.float32).reshape(4, 1, 1) * np.ones((1, 3, 3), np.float32)
    statistics = statistics_of_all({"layer": activation}, threads=1)["layer"]
    assert [rank(statistics, channel) for channel in range(4)] == [3, 1, 1, 4]
