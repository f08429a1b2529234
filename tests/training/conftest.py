"""What the tests of training/ share: photos, the packages' archives, and the scores before the softmax."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
import pytest
from PIL import Image

from app.nets.card import InputSpec
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import view_of
from training.packages import Package, fetch

ROOT = Path(__file__).parent.parent.parent
Tensor = npt.NDArray[np.float32]
Logits = Callable[[onnx.ModelProto, Tensor], Tensor]


@pytest.fixture(scope="session")
def models() -> Path:
    return ROOT / "models"


@pytest.fixture(scope="session")
def photos() -> Callable[[InputSpec], Tensor]:
    """Four real photos as a network is fed them, (4, C, H, W)."""
    names = ("cat", "coffee", "rocket", "palace")

    def prepared(spec: InputSpec) -> Tensor:
        pictures = [np.asarray(Image.open(ROOT / "static" / "samples" / f"{name}.jpg")) for name in names]
        return np.concatenate([tensor_of(view_of(picture, spec), spec) for picture in pictures])

    return prepared


@pytest.fixture(scope="session")
def logits() -> Logits:
    """What a graph's last layer, the softmax, is given."""

    def run(model: onnx.ModelProto, tensor: Tensor) -> Tensor:
        headless = onnx.ModelProto()
        headless.CopyFrom(model)
        softmax = headless.graph.node[-1]
        assert softmax.op_type == "Softmax"
        headless.graph.output[0].name = softmax.input[0]
        headless.graph.node.pop()
        session = ort.InferenceSession(headless.SerializeToString(), providers=["CPUExecutionProvider"])
        result: Tensor = session.run(None, {"input": tensor})[0]
        return result

    return run


@pytest.fixture(scope="session")
def archive() -> Callable[[Package], Path]:
    """A package's archive, from the cache or by pip; without either the test is skipped."""

    def found(package: Package) -> Path:
        try:
            return fetch(package)
        except subprocess.CalledProcessError:
            pytest.skip(f"{package.archive} is not in the cache and pip can't get it")

    return found
