"""Activations and softmax: gradients agree with central differences in float64."""

import numpy as np
import pytest

from tests.gradients.probing import MAPS, built, chain, check, drawn, floats, node, run

ACTIVATIONS = {
    "Relu": node("Relu"),
    "LeakyRelu": node("LeakyRelu", alpha=0.3),
    "LeakyRelu by default": node("LeakyRelu"),
    "PRelu of one slope": node("PRelu", drawn(1)),
    "PRelu of a slope for each channel": node("PRelu", drawn(4, 1, 1)),
    "Clip": node("Clip", np.float32(-1.2), np.float32(2.2)),
    "Clip from 0 to 6": node("Clip", np.float32(0), np.float32(2.2)),
    "Clip from below": node("Clip", np.float32(-1.2)),
    "Clip from above": node("Clip", "", np.float32(1.2)),
    "Clip without bounds": node("Clip"),
    "Clip from 0 to infinity": node("Clip", np.float32(0), np.float32(np.inf)),
    "Clip from minus infinity": node("Clip", np.float32(-np.inf), np.float32(1.2)),
    "Sigmoid": node("Sigmoid"),
    "Tanh": node("Tanh"),
    "HardSigmoid": node("HardSigmoid"),
    "HardSigmoid, steep": node("HardSigmoid", alpha=0.7, beta=0.4),
    "Elu": node("Elu", alpha=1.3),
    "Selu": node("Selu"),
    "Selu with a slope of its own": node("Selu", alpha=1.2, gamma=0.8),
    "Celu": node("Celu", alpha=0.7),
    "Softsign": node("Softsign"),
    "ThresholdedRelu": node("ThresholdedRelu", alpha=0.7),
    "Shrink": node("Shrink", lambd=0.7, bias=0.2),
    "Softplus": node("Softplus"),
    "Softmax over channels": node("Softmax", axis=1),
    "Softmax over the last axis": node("Softmax"),
    "LogSoftmax": node("LogSoftmax", axis=2),
    "PRelu of a slope for each cell": node("PRelu", drawn(4, 5, 6)),
}


@pytest.mark.parametrize("settings", ACTIVATIONS)
def test_activation(settings: str) -> None:
    check(chain(ACTIVATIONS[settings], shape=MAPS))


@pytest.mark.parametrize("op", ["Sigmoid", "Tanh", "Softmax", "LogSoftmax", "Elu", "Softplus"])
def test_the_gradient_far_from_zero_is_small_and_never_nan(op: str) -> None:
    graph = built(chain(node(op), shape=(1, 2, 3), opset=20))
    x = floats(-300, -80, -20, 20, 80, 300, shape=(1, 1, 2, 3))
    gradient = run(graph.model, {"x": x, graph.seed: np.ones_like(x)})[graph.gradients["x"]]
    assert np.isfinite(gradient).all()
    if op in ("Sigmoid", "Tanh"):
        slope = np.exp(-np.abs(x.astype(np.float64))) if op == "Sigmoid" else 1 / np.cosh(x.astype(np.float64)) ** 2
        np.testing.assert_allclose(gradient, slope, rtol=1e-3, atol=1e-37)
