"""Statistics and similarity of filters, against plain NumPy in double precision."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.analysis.filters import (
    MAX_PAIRS,
    colour_planes,
    filter_statistics,
    layer_filters,
    nearest_filters,
    similar_filters,
)
from app.errors import NotAvailable
from app.nets.card import read_card
from app.nets.network import Network
from app.nets.runtime import Runtime
from tests.nets.models_folder import place
from tests.nets.onnx_text import parse_network

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


def test_the_filters_of_a_layer_have_their_own_statistics_and_their_near_duplicates() -> None:
    weights = np.random.default_rng(5).standard_normal((6, 3, 3, 3)).astype(np.float32)
    weights[4] = 2 * weights[1]
    layer = layer_filters(weights)
    assert layer.statistics == tuple(map(filter_statistics, weights))
    assert layer.alike == similar_filters(weights)
    assert [(pair.one, pair.other) for pair in layer.alike.pairs] == [(1, 4)]


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


def test_filters_are_near_duplicates_from_a_cosine_of_nine_tenths() -> None:
    angles = np.arccos([1, 0.91, -0.89])
    found = similar_filters(np.stack((np.cos(angles), np.sin(angles)), axis=1).astype(np.float32))
    assert [(pair.one, pair.other) for pair in found.pairs] == [(0, 1)]


FILTERS = "w = Constant<value = float[3, 3, 1, 1] {1, 0, 0, 0, 1, 0, 0, 0, 1}>()"
SEPARATE = "v = Constant<value = float[3, 1, 1, 1] {1, 2, 3}>()"
CHANNELS_LAST = "float[N, 8, 8, 3]"


@pytest.mark.parametrize(
    ("body", "op", "changes", "expected"),
    [
        ("c = Conv(x, w)", "Conv", {}, (0, 1, 2)),
        ("c = Conv(x, w)", "Conv", {"channels": "BGR"}, (2, 1, 0)),
        ("t = Transpose<perm = [0, 3, 1, 2]>(x) c = Conv(t, w)", "Conv", {"x": CHANNELS_LAST}, (0, 1, 2)),
        ("a = Relu(x) c = Conv(a, w)", "Conv", {}, None),
        ("c = Relu(x)", "Relu", {}, None),
        ("c = Conv<group = 3>(x, v)", "Conv", {}, None),
    ],
    ids=["RGB", "BGR", "channels last", "not of the input", "no convolution", "a colour each"],
)
def test_the_planes_of_colours_are_those_of_convolutions_of_the_input(
    tmp_path: Path, body: str, op: str, changes: dict[str, str], expected: tuple[int, ...] | None
) -> None:
    spec = dict(changes)
    model = parse_network(
        f"{FILTERS} {SEPARATE} {body} y = ReduceMean<axes = [2, 3], keepdims = 0>(c)",
        x=spec.pop("x", "float[N, 3, 8, 8]"),
    )
    path = place(tmp_path, "colours", model, ["a", "b", "c"], **spec)
    network = Network(read_card(path.with_suffix(".json")), path, (), Runtime("cpu", "cpu", threads=1))
    assert colour_planes(network, next(layer for layer in network.graph.layers if layer.op == op)) == expected


def test_a_cosine_is_at_most_one() -> None:
    weights = np.repeat(RNG.standard_normal((200, 27)).astype(np.float32), 2, axis=0)
    found = similar_filters(weights, 0.9)
    assert found.count == 200
    assert max(pair.cosine for pair in found.pairs) <= 1


def test_the_nearest_of_opposite_filters_has_a_cosine_of_minus_one() -> None:
    (pair,) = nearest_filters(np.array([[3, 0], [-2, 0]], np.float32), 0, 2)
    assert (pair.one, pair.other, pair.cosine) == (0, 1, -1)


def test_filters_at_the_threshold_count() -> None:
    found = similar_filters(np.repeat(np.eye(3, dtype=np.float32), 2, axis=0), 1.0)
    assert [(pair.one, pair.other, pair.cosine) for pair in found.pairs] == [(0, 1, 1), (2, 3, 1), (4, 5, 1)]
