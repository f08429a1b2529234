"""pytorch-grad-cam and Captum, and the shipped networks as PyTorch modules for them."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import pytest
import torch
from onnx import numpy_helper
from PIL import Image
from torch import nn

from app.attribution.explain import explain, resolve_layer
from app.attribution.registry import METHODS
from app.attribution.target import Target
from app.attribution.task import AttributionTask
from app.gradients.differentiable import Differentiable
from app.nets.card import read_card
from app.nets.network import Network
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import view_of
from app.nets.runtime import Runtime
from app.work.stop import Stop
from benchmarks.comparison import imported

ROOT = Path(__file__).parents[3]
Array = npt.NDArray[np.float32]


def installed(name: str) -> Any:
    """A module of one of the two packages; the test is skipped where it is not installed."""
    try:
        return imported(name)
    except ModuleNotFoundError as missing:
        pytest.skip(str(missing))


def network_of(model: str) -> Network:
    card = read_card(ROOT / "models" / f"{model}.json")
    labels = tuple(str(number) for number in range(10))
    return Network(card, ROOT / "models" / f"{model}.onnx", labels, Runtime("cpu", "cpu", threads=2))


def in_torch(model: str, module: nn.Module) -> nn.Module:
    """The module with the shipped file's weights and without its softmax."""
    graph = onnx.load(ROOT / "models" / f"{model}.onnx").graph
    weights = {each.name.replace("/", "."): torch.tensor(numpy_helper.to_array(each)) for each in graph.initializer}
    missing = module.load_state_dict(weights, strict=False).missing_keys
    assert all(name.endswith("num_batches_tracked") for name in missing)
    module.softmax = nn.Identity()
    return module.eval()


def photo(network: Network, name: str = "cat") -> Array:
    """The input tensor of a sample, (C, H, W)."""
    picture = np.asarray(Image.open(ROOT / "static" / "samples" / f"{name}.jpg"))
    tensor: Array = tensor_of(view_of(picture, network.card.input), network.card.input)[0]
    return tensor


def ours(network: Network, tensor: Array, method: str, target: int, layer: str = "", **given: str) -> Array:
    chosen_target = Target(target)
    chosen = resolve_layer(network, METHODS[method], chosen_target, layer)
    task = AttributionTask(network, Differentiable(network), tensor, chosen_target, chosen, Stop())
    return explain(task, METHODS[method], METHODS[method].options(given)).values


def between_0_and_1(values: Array) -> Array:
    scaled: Array = (values - values.min()) / (values.max() - values.min())
    return scaled


@contextmanager
def quiet() -> Iterator[None]:
    """A context without their warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
