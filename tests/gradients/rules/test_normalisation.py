"""Normalisation: gradients agree with central differences in float64."""

import numpy as np
import pytest

from app.errors import NotDifferentiable
from tests.gradients.probing import MAPS, Doubles, after, built, chain, check, drawn, node


def test_batch_normalisation() -> None:
    statistics = drawn(4), drawn(4), drawn(4), np.abs(drawn(4))
    check(chain(node("BatchNormalization", *statistics, epsilon=0.01), shape=MAPS))


@pytest.mark.parametrize("size", [1, 3, 9])
def test_normalisation_by_neighbours(size: int) -> None:
    def by_hand(x: Doubles) -> Doubles:
        squares = np.pad(x**2, ((0, 0), (size // 2, size // 2), (0, 0), (0, 0)))
        total = sum(squares[:, first : first + x.shape[1]] for first in range(size))
        return np.asarray(x / (1.5 + 0.3 / size * total) ** 0.6)

    check(chain(node("LRN", size=size, alpha=0.3, beta=0.6, bias=1.5), shape=MAPS), by=by_hand)


def test_statistics_that_depend_on_the_input_have_no_gradient() -> None:
    mean = after("ReduceMean", "x", np.array([0, 2, 3]), keepdims=0)
    norm = after("BatchNormalization", "x", drawn(4), drawn(4), "y0", np.abs(drawn(4)))
    with pytest.raises(NotDifferentiable, match="statistics depend on the input"):
        built(chain(mean, norm, shape=MAPS))
