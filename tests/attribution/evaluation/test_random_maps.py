"""Random maps of a given smoothness."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from app.attribution.evaluation.random_maps import blur, random_map, smoothness


@pytest.mark.parametrize("deviation", [2.0, 4.0, 8.0])
def test_the_smoothness_of_blurred_noise_is_the_blur(deviation: float) -> None:
    noise = np.random.default_rng(0).standard_normal((256, 256))
    assert smoothness(gaussian_filter(noise, deviation).astype(np.float32)) == deviation  # of quarters of an octave


@pytest.mark.parametrize("deviation", [0.0, 2.0, 8.0])
def test_a_random_map_has_the_requested_smoothness(deviation: float) -> None:
    found = [smoothness(random_map(200, 160, deviation, seed)) for seed in range(5)]
    assert np.mean(found) == pytest.approx(deviation, rel=0.2)


def test_noise_has_smoothness_zero_and_a_constant_map_the_highest() -> None:
    assert smoothness(np.random.default_rng(1).standard_normal((64, 64)).astype(np.float32)) == 0
    assert smoothness(np.ones((64, 48), np.float32)) == 12


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e-30, 3e38])
def test_numbers_that_differ_in_their_last_digit_alone_are_no_constant(value: float) -> None:
    values = np.full((49, 97), value, np.float32)
    assert smoothness(values) == 49 / 4
    values[20] = np.nextafter(values[20], np.float32(0))
    assert 0 < smoothness(values) < 49 / 4


def test_the_gaussian_is_scipys() -> None:
    values = np.random.default_rng(2).standard_normal((40, 30))
    np.testing.assert_allclose(blur(values, 3), gaussian_filter(values, 3, mode="nearest", truncate=4), atol=1e-4)


@pytest.mark.parametrize("shape", [(20, 30), (7, 40), (64, 1), (33, 100)])
@pytest.mark.parametrize("deviation", [0.0, 0.6, 2.0, 5.0])
def test_a_random_map_has_the_size_of_the_view_and_no_edges(shape: tuple[int, int], deviation: float) -> None:
    maps = np.stack([random_map(*shape, deviation, seed) for seed in range(200)])
    assert maps.shape == (200, *shape)
    spread = maps.std(axis=0)
    edges = np.concatenate([spread[0], spread[-1], spread[:, 0], spread[:, -1]])
    assert edges.mean() == pytest.approx(spread.mean(), rel=0.15)  # edge values that were repeated would spread more


def test_a_random_map_depends_on_its_seed_alone() -> None:
    np.testing.assert_array_equal(random_map(20, 30, 2, 1), random_map(20, 30, 2, 1))
    assert not np.array_equal(random_map(20, 30, 2, 1), random_map(20, 30, 2, 2))
