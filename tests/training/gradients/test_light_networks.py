"""Real graphs made by others, at their full size with fresh random weights: gradients are PyTorch's in float64."""

import numpy as np
import onnx
import pytest

pytest.importorskip("torch", reason="PyTorch, of the extra `training`, is not installed")

import torch

from app.nets.reading.operators import read_operators
from tests.gradients.probing import built, run
from tests.models.test_gradients import LIGHT_ONES, with_random_weights
from tests.training.gradients.in_torch import InTorch

pytestmark = pytest.mark.timeout(600)
SIDE = 224
NEAR = 1e-5
WITHOUT_SOFTMAX = {"densenet121"}


def decided(model: onnx.ModelProto) -> tuple[str, ...]:
    """The values that tell on which side of its kinks the network is: what is rectified, and what maxima are taken of.

    Rounding shall not decide: next to a kink the gradient jumps.
    """
    rectified = (node.output[0] for node in model.graph.node if node.op_type == "Relu")
    return (*rectified, *(node.input[0] for node in model.graph.node if node.op_type == "MaxPool"))


@pytest.mark.parametrize("name", LIGHT_ONES)
def test_gradients(name: str) -> None:
    model = with_random_weights(name, SIDE, cut=0 if name in WITHOUT_SOFTMAX else 1)
    source, answer = read_operators(model), model.graph.output[0].name
    rng = np.random.default_rng(0)
    x, seed = (rng.standard_normal(source.shape(value), dtype=np.float32) for value in (source.input, answer))
    graph = built(model, outputs=(answer, *decided(model)))
    found = run(graph.model, {source.input: x, graph.seed: seed})
    seen = {value: torch.from_numpy(found[value]) for value in decided(model)}
    there = torch.from_numpy(x).double().requires_grad_()
    y = InTorch(model, seen=seen)(there)
    (gradient,) = torch.autograd.grad((y * torch.from_numpy(seed)).sum(), [there])
    for ours, theirs in ((found[answer], y.detach()), (found[graph.gradients[source.input]], gradient)):
        assert np.abs(ours - theirs.numpy()).max() / np.abs(theirs.numpy()).max() < NEAR
