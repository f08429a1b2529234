"""Self-gated activations: gradients agree with central differences in float64."""

from math import erf

import numpy as np
import pytest
from onnx import helper

from tests.gradients.probing import MAPS, Doubles, after, built, chain, check, floats, node, run


def test_hard_swish() -> None:
    check(chain(node("HardSwish"), shape=MAPS))


def test_mish() -> None:
    check(chain(node("Mish"), shape=MAPS))


def gelu(x: Doubles) -> Doubles:
    return np.asarray(x * (1 + np.vectorize(erf)(x * 0.5**0.5)) / 2)


def test_gelu() -> None:
    check(chain(node("Gelu"), shape=MAPS, opset=20), by=gelu)
    check(chain(node("Gelu", approximate="tanh"), shape=MAPS, opset=20))


def test_gelu_written_out() -> None:
    share = [node("Mul", np.float32(0.5**0.5)), after("Erf", "y0"), after("Add", "y1", np.float32(1))]
    check(chain(*share, after("Mul", "x", "y2"), after("Mul", "y3", np.float32(0.5)), shape=MAPS), by=gelu)


def test_softplus_and_tanh_are_mish() -> None:
    check(chain(node("Softplus"), after("Tanh", "y0"), after("Mul", "x", "y1"), shape=MAPS))


def test_swish_of_onnxruntime() -> None:
    model = chain(node("QuickGelu", alpha=1.3), shape=MAPS)
    model.graph.node[0].domain = "com.microsoft"
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    check(model, by=lambda x: np.asarray(x / (1 + np.exp(-1.3 * x))))


@pytest.mark.parametrize("op", ["Gelu", "Mish"])
def test_the_gradient_far_from_zero_is_never_nan(op: str) -> None:
    graph = built(chain(node(op), shape=(1, 2, 3), opset=20))
    x = floats(-300, -80, -20, 20, 80, 300, shape=(1, 1, 2, 3))
    assert np.isfinite(run(graph.model, {"x": x, graph.seed: np.ones_like(x)})[graph.gradients["x"]]).all()
