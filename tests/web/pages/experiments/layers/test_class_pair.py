"""Two classes of a layer whose strongest channels are chosen by hand."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from app.web.pages.experiments.layers.address import LayersAddress
from app.web.pages.experiments.layers.class_pair import ClassPair, class_pair

MEANS = np.array([[9, 8, 1, 0], [0, 8, 9, 1], [0, 1, 8, 9]])  # the two strongest: 0 and 1, 2 and 1, 3 and 2


def pair_of(one: str = "", other: str = "", channels: int = 4) -> ClassPair:
    network = SimpleNamespace(id="net", fingerprint="0" * 16, classes=3, labels=["a", "b", "c"])
    data: Any = SimpleNamespace(
        subject=SimpleNamespace(network=network, image="1"),
        layer=SimpleNamespace(id="conv", channels=channels, has_maps=True),
        scores=SimpleNamespace(scores=np.array([0.7, 0.1, 0.2])),
    )
    probing: Any = SimpleNamespace(probes=SimpleNamespace(layers={"conv": SimpleNamespace(class_means=MEANS)}))
    return cast(ClassPair, class_pair(LayersAddress(one=one, other=other), data, probing))


def test_the_class_that_is_answered_and_the_one_that_shares_most_with_it() -> None:
    pair = pair_of()
    assert (pair.one, pair.other, pair.jaccard) == (0, 1, 1 / 3)
    shown = [[tile.channel for tile in tiles] for tiles in (pair.shared, pair.only_one, pair.only_other)]
    assert shown == [[1], [0], [2]]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("2", "0", (2, 0)), ("2", "", (2, 1)), ("0", "2", (0, 2)), ("3", "3", (0, 1)), ("-1", "²", (0, 1))],
)
def test_other_classes_by_their_number(one: str, other: str, expected: tuple[int, int]) -> None:
    pair = pair_of(one, other)
    assert (pair.one, pair.other) == expected


@pytest.mark.parametrize(("channels", "count"), [(1, 1), (4, 2), (5, 2), (64, 10)])
def test_half_of_the_channels_are_compared_at_most(channels: int, count: int) -> None:
    assert pair_of(channels=channels).count == count
