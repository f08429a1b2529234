"""Layers against each other: figures by hand, and where two runs are alike again."""

import numpy as np
import pytest
import scipy

from app.experiments.comparison.difference import Distance
from app.experiments.depth import LayerDistance, alike_from, farthest, layer_distance


@pytest.mark.parametrize("shape", [(16, 5, 7), (30,)])
def test_the_figures_of_a_layer_are_scipys(shape: tuple[int, ...]) -> None:
    random = np.random.default_rng(1)
    values, reference = (random.standard_normal(shape, np.float32) for _ in range(2))
    own = layer_distance("conv", values, reference)
    assert own.distance.cosine == pytest.approx(
        1 - scipy.spatial.distance.cosine(values.ravel(), reference.ravel()), abs=1e-6
    )
    norms = np.linalg.norm(values - reference), np.linalg.norm(reference)
    assert own.distance.relative == pytest.approx(norms[0] / norms[1], rel=1e-6)
    means = [array.reshape(shape[0], -1).mean(axis=1) for array in (values, reference)]
    assert own.rank_correlation == pytest.approx(scipy.stats.spearmanr(*means).statistic, abs=1e-9)


def test_an_output_of_zeros_or_of_one_channel_has_no_such_figures() -> None:
    own = layer_distance("relu", np.zeros((1, 2, 2), np.float32), np.ones((1, 2, 2), np.float32))
    assert (own.distance.cosine, own.rank_correlation) == (None, None)
    assert own.distance.relative == 1


@pytest.mark.parametrize(
    ("cosines", "alike", "least"),
    [
        ([0.5, 0.99, 0.9, 0.96, 0.97], "3", "0"),
        ([0.99, 0.4], None, "1"),
        ([1.0, 1.0], "0", "0"),
        ([0.9, None], None, "0"),
        ([], None, None),
    ],
)
def test_layers_are_alike_from_where_all_deeper_ones_are(
    cosines: list[float | None], alike: str | None, least: str | None
) -> None:
    distances = [LayerDistance(str(place), Distance(0, 0, each), None) for place, each in enumerate(cosines)]
    assert (alike_from(distances), farthest(distances)) == (alike, least)
