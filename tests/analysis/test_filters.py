"""Statistics and similarity of filters, against plain NumPy in double precision."""

from typing import Any

import numpy as np
import pytest

from app.analysis.filters import MAX_PAIRS, filter_statistics, nearest_filters, similar_filters
from app.errors import NotAvailable

RNG = np.random.default_rng(9)


def cosines(weights: np.ndarray) -> np.ndarray:
    flat = weights.reshape(len(weights), -1).astype(np.float64)
    return flat @ flat.T / np.outer(np.linalg.norm(flat, axis=1), np.linalg.norm(flat, axis=1))


def test_the_statistics_of_one_filter() -> None:
    found = filter_statistics(np.array([[3, -4], [0, 0.03]], np.float32))
    assert (found.weights, found.min, found.max) == (4, -4, 3)
    assert found.l1 == pytest.approx(7.03)
    assert found.l2 == pytest.approx(np.sqrt(25 + 0.0009))
    assert found.mean == pytest.approx(-0.2425)
    assert found.std == pytest.approx(np.std([3, -4, 0, 0.03]))
    assert found.near_zero == 0.5  # 0 and 0.03, both less than a hundredth of 4
    assert filter_statistics(np.zeros((2, 2), np.float32)).near_zero == 1


def test_the_nearest_filters_have_the_largest_cosine() -> None:
    weights = RNG.standard_normal((20, 3, 3, 3)).astype(np.float32)
    weights[7] = 5 * weights[2]
    found = nearest_filters(weights, 2, 4)
    exact = cosines(weights)[2]
    assert [each.other for each in found] == [at for at in np.argsort(-exact) if at != 2][:4]
    assert [each.cosine for each in found] == pytest.approx(exact[[each.other for each in found]], abs=1e-6)
    assert found[0].other == 7
    assert found[0].cosine == pytest.approx(1)


def test_a_filter_of_zeros_is_similar_to_none() -> None:
    weights = RNG.standard_normal((4, 2, 1, 1)).astype(np.float32)
    weights[1] = 0
    assert nearest_filters(weights, 1, 3) == ()
    assert 1 not in [each.other for each in nearest_filters(weights, 0, 3)]
    assert 1 not in {number for pair in similar_filters(weights, 0.01).pairs for number in (pair.one, pair.other)}


@pytest.mark.parametrize("filters", [1, 12, 256, 300, 600])
def test_all_pairs_above_the_threshold_are_found_also_across_blocks(filters: int) -> None:
    weights = RNG.standard_normal((filters, 6, 1, 1)).astype(np.float32)
    exact = cosines(weights)[np.triu_indices(filters, 1)]
    found = similar_filters(weights, 0.9)
    assert abs(found.count - (exact >= 0.9).sum()) <= (np.abs(exact - 0.9) < 1e-6).sum()
    assert [pair.cosine for pair in found.pairs] == pytest.approx(np.sort(exact)[::-1][: len(found.pairs)], abs=1e-6)
    assert len(found.pairs) == min(found.count, MAX_PAIRS)
    assert all(pair.one < pair.other for pair in found.pairs)


def test_filters_in_float16_are_compared_as_precisely_as_others() -> None:
    weights: Any = (40 * RNG.standard_normal((6, 64, 1, 1))).astype(
        np.float16
    )  # whose squares add up to more than 65504
    weights[4] = weights[1] / 2
    exact = cosines(weights)
    assert [each.other for each in nearest_filters(weights, 1, 1)] == [4]
    assert nearest_filters(weights, 1, 1)[0].cosine == pytest.approx(exact[1, 4], abs=1e-6)
    (pair,) = similar_filters(weights, 0.9).pairs
    assert (pair.one, pair.other) == (1, 4)
    assert pair.cosine == pytest.approx(exact[1, 4], abs=1e-6)


def test_too_many_filters_to_compare_are_refused() -> None:
    with pytest.raises(NotAvailable):
        similar_filters(np.broadcast_to(np.float32(0), (20_000, 64)))
