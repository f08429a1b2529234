"""Activations and softmax: gradients are what central differences in float64 say."""

import numpy as np
import pytest

from tests.gradients.probing import MAPS, chain, check, drawn, node

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
    "Sigmoid": node("Sigmoid"),
    "Tanh": node("Tanh"),
    "HardSwish": node("HardSwish"),
    "HardSigmoid": node("HardSigmoid"),
    "HardSigmoid, steep": node("HardSigmoid", alpha=0.7, beta=0.4),
    "Elu": node("Elu", alpha=1.3),
    "Softmax over channels": node("Softmax", axis=1),
    "Softmax over the last axis": node("Softmax"),
    "LogSoftmax": node("LogSoftmax", axis=2),
}


@pytest.mark.parametrize("settings", ACTIVATIONS)
def test_activation(settings: str) -> None:
    check(chain(ACTIVATIONS[settings], shape=MAPS))
