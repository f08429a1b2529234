"""Runs on tensors: one for all who bring the same numbers, within a bound of bytes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from app.engine.engine import Engine
from app.engine.tensor_runs import TensorRuns
from app.errors import Overloaded, TooLarge
from app.nets.serving.signature import signature_of
from app.settings import read_settings


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine(read_settings(data_dir=tmp_path_factory.mktemp("data"), provider="cpu"))
    yield engine
    engine.close(1)


def test_twenty_who_bring_the_same_tensor_make_one_run(engine: Engine) -> None:
    network = engine.network("lenet5")
    signature, before = signature_of(network, "outputs"), engine.status().runs
    tensor = np.random.default_rng(1).standard_normal((1, 1, 32, 32), dtype=np.float32)
    with ThreadPoolExecutor(20) as pool:
        given = list(pool.map(lambda _: engine.tensor_runs.run(network, signature, tensor.copy()).result(), range(20)))
    assert engine.status().runs - before == 1
    for outputs in given:
        np.testing.assert_array_equal(outputs["logits"], given[0]["logits"])
        assert not any(array.flags.writeable for array in outputs.values())
    engine.tensor_runs.run(network, signature, tensor + 1).result()
    assert engine.status().runs - before == 2


def test_tensors_on_their_way_are_bounded(engine: Engine) -> None:
    runs = TensorRuns(engine._runs, 100)
    with runs.hold(60), pytest.raises(Overloaded), runs.hold(50):
        pass
    with runs.hold(100):
        pass
    with pytest.raises(TooLarge, match="at most 100"), runs.hold(101):
        pass
