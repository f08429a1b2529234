"""Hostile networks in the sandbox: what one does ends its own process, with an error that says so, and nothing else.

The ones that the gate would refuse are here as well: the sandbox must hold without it.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import psutil
import pytest
from onnx import ModelProto

from app.errors import ConvScopeError, NetworkCrashed, NetworkError, TimedOut
from app.sandbox.isolated_runtime import IsolatedRuntime
from app.work.stop import Stop
from tests.sandbox.hostile.corpus import Hostile
from tests.sandbox.hostile.files import FILES
from tests.sandbox.hostile.graphs import GRAPHS, loop, split_with_one_output_of_two
from tests.sandbox.hostile.networks import HOSTILE
from tests.sandbox.processes import isolated_runtime, scaled

pytestmark = pytest.mark.slow
REQUEST_S = 2.0
LIMIT_S = 8.0  # loading and running, the grace after each, and a process that starts
PHOTO = {"x": np.ones((1, 3, 8, 8), np.float32)}
# What is no model at all, or points to files that only the reader resolves: the process never gets it.
UNREADABLE = {hostile.name for hostile in FILES} - {"layer_named_like_a_script"} | {"million_nodes"}
RUNNABLE = [hostile for hostile in HOSTILE if hostile.name not in UNREADABLE]


@pytest.fixture(scope="module")
def shared() -> Iterator[IsolatedRuntime]:
    """One process for all, until one of them ends it."""
    with isolated_runtime(REQUEST_S) as runtime:
        yield runtime


def run(runtime: IsolatedRuntime, model: ModelProto, folder: Path) -> None:
    runtime.open(model, folder).run(PHOTO, Stop())


def failure(runtime: IsolatedRuntime, model: ModelProto, folder: Path) -> ConvScopeError | None:
    try:
        run(runtime, model, folder)
    except ConvScopeError as error:
        return error
    return None


@pytest.mark.parametrize("hostile", RUNNABLE, ids=lambda hostile: hostile.name)
def test_a_hostile_network_harms_itself_alone(shared: IsolatedRuntime, tmp_path: Path, hostile: Hostile) -> None:
    model = onnx.load(hostile.build(tmp_path), load_external_data=False)
    memory = psutil.Process().memory_info().rss
    begin = time.monotonic()
    error = failure(shared, model, tmp_path)
    assert time.monotonic() - begin < LIMIT_S
    assert isinstance(error, NetworkError | NetworkCrashed | TimedOut | None)
    assert str(tmp_path) not in str(error)
    run(shared, scaled(2.0, (1, 3, 8, 8)), tmp_path)  # the next network, in the same place
    assert psutil.Process().memory_info().rss - memory < 200e6


def test_a_network_that_aborts_is_named_with_its_signal(tmp_path: Path) -> None:
    with isolated_runtime() as runtime, pytest.raises(NetworkCrashed, match=r"signal 6 \(SIGABRT\)"):
        run(runtime, onnx.load(split_with_one_output_of_two(tmp_path)), tmp_path)


def test_an_endless_loop_is_stopped(tmp_path: Path) -> None:
    with isolated_runtime(1.0) as runtime, pytest.raises(TimedOut):
        run(runtime, loop(), tmp_path)


def test_functions_that_double_do_not_outlive_the_time(tmp_path: Path) -> None:
    (doubling,) = (hostile for hostile in GRAPHS if hostile.name == "functions_that_double_30_times")
    model = onnx.load(doubling.build(tmp_path))
    with isolated_runtime(1.0) as runtime:
        with pytest.raises(TimedOut):
            run(runtime, model, tmp_path)
        assert runtime.process_id is not None
        with pytest.raises(ProcessLookupError):
            os.kill(runtime.process_id, 0)
