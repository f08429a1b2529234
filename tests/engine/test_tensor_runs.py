"""Runs on tensors: the numbers of plain onnxruntime, within a bound of bytes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnxruntime as ort
import pytest

from app.engine.engine import Engine
from app.engine.tensor_runs import TensorRuns
from app.errors import Overloaded, TooLarge
from app.nets.serving.signature import signature_of
from app.resources import MODELS
from app.settings import read_settings


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine(read_settings(data_dir=tmp_path_factory.mktemp("data"), provider="cpu"))
    yield engine
    engine.close(1)


def test_a_run_gives_what_the_network_computes_of_the_tensor(engine: Engine) -> None:
    network = engine.network("lenet5")
    signature = signature_of(network, "outputs")
    tensors = np.random.default_rng(1).standard_normal((5, 1, 1, 32, 32), dtype=np.float32)
    with ThreadPoolExecutor(5) as pool:
        given = pool.map(lambda tensor: engine.tensor_runs.run(network, signature, tensor).result(), tensors)
    session = ort.InferenceSession(MODELS / "lenet5.onnx", providers=["CPUExecutionProvider"])
    for tensor, outputs in zip(tensors, given, strict=True):
        (expected,) = session.run(None, {session.get_inputs()[0].name: tensor})
        np.testing.assert_allclose(outputs["scores"], expected, atol=1e-6)


def test_tensors_on_their_way_are_bounded(engine: Engine) -> None:
    runs = TensorRuns(engine._runs, 100)
    with runs.hold(60), pytest.raises(Overloaded), runs.hold(50):
        pass
    with runs.hold(100):
        pass
    with pytest.raises(TooLarge, match="at most 100"), runs.hold(101):
        pass
