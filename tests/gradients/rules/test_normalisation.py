"""Normalisation: gradients are what central differences in float64 say."""

import numpy as np

from tests.gradients.probing import MAPS, Doubles, chain, check, drawn, node


def test_batch_normalisation() -> None:
    statistics = drawn(4), drawn(4), drawn(4), np.abs(drawn(4))
    check(chain(node("BatchNormalization", *statistics, epsilon=0.01), shape=MAPS))


def test_normalisation_by_neighbours() -> None:
    def by_hand(x: Doubles) -> Doubles:
        squares = np.pad(x**2, ((0, 0), (1, 1), (0, 0), (0, 0)))
        return np.asarray(x / (1.5 + 0.3 / 3 * (squares[:, :-2] + squares[:, 1:-1] + squares[:, 2:])) ** 0.6)

    check(chain(node("LRN", size=3, alpha=0.3, beta=0.6, bias=1.5), shape=MAPS), by=by_hand)
