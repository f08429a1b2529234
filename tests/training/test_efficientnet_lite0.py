"""The shipped EfficientNet-Lite0 against the PyTorch program that its weights belong to, run on real photos."""

import importlib
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import pytest

pytest.importorskip("torch", reason="PyTorch, of the extra `training`, is not installed")

import torch

from app.nets.card import InputSpec, read_card
from training.efficientnet_lite0 import PACKAGE, WEIGHTS, EfficientNetLite0, read_weights, with_weights
from training.export import export
from training.packages import Package

ARCHITECTURE = Package(
    name="efficientnet_lite_pytorch",
    version="0.1.0",
    archive="efficientnet_lite_pytorch-0.1.0-py3-none-any.whl",
    sha256="ce0fe869b0e829aceafc32f84275a40c0e3418d19216401b03f695f5f20cbc41",
)
Tensor = npt.NDArray[np.float32]


@pytest.fixture
def source(archive: Callable[[Package], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The package's own network, which ends in the scores."""
    for package in (PACKAGE, ARCHITECTURE):
        with zipfile.ZipFile(archive(package)) as wheel:
            wheel.extractall(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module(ARCHITECTURE.name)
    yield module.EfficientNet.from_pretrained("efficientnet-lite0", weights_path=str(tmp_path / WEIGHTS)).eval()
    for name in [name for name in sys.modules if name.partition(".")[0] == ARCHITECTURE.name]:
        del sys.modules[name]


def test_logits_are_the_packages(
    source: Any,
    photos: Callable[[InputSpec], Tensor],
    models: Path,
    logits: Callable[[onnx.ModelProto, Tensor], Tensor],
) -> None:
    tensors = photos(read_card(models / "efficientnet_lite0.json").input)
    with torch.inference_mode():
        expected = source(torch.from_numpy(tensors)).numpy()
    shipped = onnx.load(models / "efficientnet_lite0.onnx")
    np.testing.assert_allclose(logits(shipped, tensors), expected, atol=1e-3)


def test_the_shipped_graph_is_the_one_that_the_script_makes(archive: Callable[[Package], Path], models: Path) -> None:
    network = with_weights(EfficientNetLite0(), read_weights(archive(PACKAGE)))
    fresh = export(network, (3, 224, 224), name="efficientnet_lite0")
    assert fresh.graph == onnx.load(models / "efficientnet_lite0.onnx").graph


def test_it_has_the_published_number_of_parameters() -> None:
    assert sum(parameter.numel() for parameter in EfficientNetLite0().parameters()) == 4_652_008
