"""Whole shipped networks: the gradient at the input and at a layer is PyTorch's in float64, for real photos."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import onnx
import pytest

pytest.importorskip("torch", reason="PyTorch, of the extra `training`, is not installed")

import torch

from app.gradients.call import Relu
from app.gradients.differentiable import Differentiable, GradientQuery
from app.gradients.targets import Logit
from app.nets.card import InputSpec, read_card
from app.nets.network import Network
from app.nets.runtime import Runtime
from app.nets.session import Tensor
from app.work.stop import Stop
from tests.training.gradients.in_torch import InTorch
from tests.training.gradients.rectifiers import RECTIFIERS

MODELS = Path(__file__).parents[3] / "models"
IDS = sorted(path.stem for path in MODELS.glob("*.onnx"))
NEAR = 1e-5
CLASS = 3


def theirs(path: Path, tensor: Tensor, layer: str, relu: str, seen: Mapping[str, Tensor]) -> list[Tensor]:
    model = onnx.load(path)
    softmax = model.graph.node.pop()
    assert softmax.op_type == "Softmax"
    model.graph.output[0].name = softmax.input[0]
    network = InTorch(model, relu, {name: torch.from_numpy(value.copy()) for name, value in seen.items()})
    there = torch.from_numpy(tensor).double().requires_grad_()
    score = network(there)[:, CLASS].sum()
    return [found.numpy() for found in torch.autograd.grad(score, [there, network.values[layer]])]


@pytest.mark.parametrize("relu", ["exact", *RECTIFIERS])
@pytest.mark.parametrize("model", IDS)
def test_gradients(model: str, relu: Relu, photos: Callable[[InputSpec], Tensor]) -> None:
    path = MODELS / f"{model}.onnx"
    card = read_card(path.with_suffix(".json"))
    network = Network(card, path, (), Runtime("cpu", "cpu", threads=2))
    graph, tensor = network.graph, photos(card.input)[:2]
    assert graph.last_map is not None
    layers = ("input", graph.last_map.id)
    query = GradientQuery(Logit(CLASS), layers, tuple(graph.by_id), relu)
    result = Differentiable(network).run(tensor, query, Stop())
    seen = {graph.by_id[name].output: value for name, value in result.outputs.items()}
    expected = theirs(path, tensor, graph.last_map.output, relu, seen)
    for name, wanted in zip(layers, expected, strict=True):
        assert np.abs(result.gradients[name] - wanted).max() / np.abs(wanted).max() < NEAR
