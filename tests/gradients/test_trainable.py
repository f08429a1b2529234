"""The gradient of a classifier's loss with respect to its weights, against central differences in float64."""

import numpy as np
import pytest

from app.gradients.small_networks import initial_weights, shapes_of, small_classifier
from app.gradients.trainable import Trainable
from app.images.drawn_digits import draw_digits
from app.nets.runtime import start_runtime
from app.work.stop import Stop
from tests.gradients.probing import Doubles

MODEL = small_classifier(14, 3, 10)
DIGITS = draw_digits(1, seed=5)
DISTANCE = 1e-6


def loss_by_hand(weights: dict[str, Doubles]) -> float:
    """The mean cross-entropy, in NumPy."""
    images = DIGITS.images[:, 0].astype(np.float64)
    windows = np.lib.stride_tricks.sliding_window_view(images, (3, 3), axis=(1, 2))
    maps = np.einsum("nyxij,oij->noyx", windows, weights["kernels"][:, 0]) + weights["bias"][:, np.newaxis, np.newaxis]
    pooled = np.maximum(maps, 0).reshape(10, 3, 6, 2, 6, 2).max((3, 5)).reshape(10, -1)
    logits = pooled @ weights["weights"].T + weights["offsets"]
    logarithms = np.log(np.exp(logits).sum(1)) - logits[np.arange(10), DIGITS.labels]
    return float(logarithms.mean())


@pytest.mark.parametrize("name", ["kernels", "bias", "weights", "offsets"])
def test_the_gradient_is_the_slope_of_the_loss(name: str) -> None:
    parameters = initial_weights(shapes_of(MODEL), seed=3)
    trainable = Trainable(MODEL, start_runtime("cpu", 1))
    found = trainable.batch_loss(parameters, DIGITS.images, DIGITS.labels, Stop())
    exact = {each: values.astype(np.float64) for each, values in parameters.items()}
    assert found.loss == pytest.approx(loss_by_hand(exact), rel=1e-5)
    places = np.random.default_rng(1).permutation(exact[name].size)[:30]
    for place in places:
        step = np.zeros(exact[name].size)
        step[place] = DISTANCE
        moved = [loss_by_hand(exact | {name: exact[name] + sign * step.reshape(exact[name].shape)}) for sign in (1, -1)]
        slope = (moved[0] - moved[1]) / (2 * DISTANCE)
        assert found.gradients[name].ravel()[place] == pytest.approx(slope, rel=1e-3, abs=1e-6)
