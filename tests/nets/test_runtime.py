"""The runtime: running, refusing and stopping graphs, memory, and the choice of a provider."""

import itertools
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import ModelProto, TensorProto, helper, numpy_helper
from onnx.external_data_helper import set_external_data

from app.errors import NetworkError, ProviderUnavailable, TimedOut
from app.nets.runtime import EXACT_PRODUCTS, Runtime, start_runtime
from app.nets.session import HEAVY, SessionOptions
from app.work.stop import Stop

ROOT = Path(__file__).parents[2]
CPU = Runtime("cpu", "cpu", threads=1)


def model(nodes: list[onnx.NodeProto], *shape: int) -> ModelProto:
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("x", "y")]
    graph = helper.make_graph(nodes, "test", ends[:1], ends[1:])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def doubling(*shape: int) -> ModelProto:
    return model([helper.make_node("Add", ["x", "x"], ["y"])], *shape)


def test_outputs_are_returned_by_name(tmp_path: Path) -> None:
    session = CPU.open(doubling(2, 2), tmp_path)
    x = np.array([[1, 2], [3, 4]], np.float32)
    np.testing.assert_array_equal(session.run({"x": x}, Stop())["y"], 2 * x)


def test_outputs_are_written_into_arrays_of_their_names(tmp_path: Path) -> None:
    session = CPU.open(doubling(2, 3), tmp_path)
    x, y = np.arange(6, dtype=np.float32).reshape(2, 3), np.zeros((2, 3), np.float32)
    session.run_into({"x": x}, {"y": y}, Stop())
    np.testing.assert_array_equal(y, 2 * x)


@pytest.mark.parametrize("shape", [(3, 3), (2, 2)])
def test_an_array_of_another_shape_is_refused(tmp_path: Path, shape: tuple[int, int]) -> None:
    session = CPU.open(doubling(2, 3), tmp_path)
    with pytest.raises(NetworkError):
        session.run_into({"x": np.zeros((2, 3), np.float32)}, {"y": np.zeros(shape, np.float32)}, Stop())


def test_weights_may_come_from_memory_instead_of_files() -> None:
    weights = np.array([2, 3, 4], np.float32)
    product = model([helper.make_node("Mul", ["x", "w"], ["y"])], 3)
    product.graph.initializer.append(numpy_helper.from_array(weights, "w"))
    set_external_data(product.graph.initializer[0], "weights.bin", offset=0, length=weights.nbytes)
    product.graph.initializer[0].ClearField("raw_data")
    session = CPU.load(product.SerializeToString(), {"weights.bin": weights.tobytes()})
    np.testing.assert_array_equal(session.run({"x": np.ones(3, np.float32)}, Stop())["y"], weights)


def test_a_run_is_stopped_between_two_nodes(tmp_path: Path) -> None:
    names = ["x", *(f"v{number}" for number in range(2_000)), "y"]
    chain = [helper.make_node("MatMul", [name, name], [after]) for name, after in itertools.pairwise(names)]
    session = CPU.open(model(chain, 512, 512), tmp_path)
    stop = Stop()
    threading.Timer(0.1, stop.set, (TimedOut("time is up"),)).start()
    with pytest.raises(TimedOut, match="time is up"):
        session.run({"x": np.zeros((512, 512), np.float32)}, stop)


def test_nothing_runs_after_a_stop(tmp_path: Path) -> None:
    session = CPU.open(model([helper.make_node("Relu", ["x"], ["y"])], 2, 2), tmp_path)
    stop = Stop()
    stop.set(TimedOut("too late"))
    with pytest.raises(TimedOut):
        session.run({"x": np.zeros((2, 2), np.float32)}, stop)


def test_the_error_of_an_unknown_operator_does_not_quote_the_library(tmp_path: Path) -> None:
    odd = model([helper.make_node("Frobnicate", ["x"], ["y"])], 2, 2)
    with pytest.raises(NetworkError) as refusal:
        CPU.open(odd, tmp_path)
    assert "onnxruntime" not in refusal.value.message
    assert str(tmp_path) not in refusal.value.message


def test_an_input_of_the_wrong_size_is_refused(tmp_path: Path) -> None:
    session = CPU.open(model([helper.make_node("Relu", ["x"], ["y"])], 2, 2), tmp_path)
    with pytest.raises(NetworkError, match="do not fit"):
        session.run({"x": np.zeros((3, 3), np.float32)}, Stop())


def test_products_of_uint8_and_int8_do_not_overflow(tmp_path: Path) -> None:
    """Two of the largest exceed 16 bits, in which some processors add them up; QLinearConv and its like do so too."""
    product = model([helper.make_node("MatMulInteger", ["x", "weight"], ["y"])], 1, 64)
    product.graph.initializer.append(numpy_helper.from_array(np.full((64, 32), 127, np.int8), "weight"))
    for value, kind in ((product.graph.input[0], TensorProto.UINT8), (product.graph.output[0], TensorProto.INT32)):
        value.type.tensor_type.elem_type = kind
    product.graph.output[0].type.tensor_type.ClearField("shape")
    session = CPU.open(product, tmp_path)
    assert (session.run({"x": np.full((1, 64), 255, np.uint8)}, Stop())["y"] == 64 * 127 * 255).all()


def test_products_of_int8_alone_are_as_they_are() -> None:
    """Of which onnxruntime would make products of int8 and uint8, which it does not have."""
    one, zero, weight = np.array(1, np.float32), np.array(0, np.int8), np.full((4, 3), 2, np.int8)
    names = ["x", "one", "zero", "weight", "one", "zero", "one", "zero"]
    product = model([helper.make_node("QLinearMatMul", names, ["y"])], 1, 4)
    for value in (product.graph.input[0], product.graph.output[0]):
        value.type.tensor_type.elem_type = TensorProto.INT8
    product.graph.output[0].type.tensor_type.ClearField("shape")
    constants = [numpy_helper.from_array(one, "one"), numpy_helper.from_array(zero, "zero")]
    product.graph.initializer.extend([*constants, numpy_helper.from_array(weight, "weight")])
    set_external_data(product.graph.initializer[2], "weights", offset=0, length=weight.nbytes)
    product.graph.initializer[2].ClearField("raw_data")
    session = CPU.load(product.SerializeToString(), {"weights": weight.tobytes()})
    assert session.run({"x": np.full((1, 4), 3, np.int8)}, Stop())["y"].tolist() == [[24, 24, 24]]


def test_auto_chooses_the_provider_that_works() -> None:
    runtime = start_runtime("auto", threads=1)
    assert runtime.requested == "auto"
    assert runtime.in_use == ("cuda" if _has_cuda() else "cpu")


@pytest.mark.skipif("_has_cuda()", reason="CUDA works here")
def test_cuda_that_is_requested_does_not_fall_back_silently() -> None:
    with pytest.raises(ProviderUnavailable, match="CUDA was requested"):
        start_runtime("cuda", threads=1)


def _has_cuda() -> bool:
    return Path("/proc/driver/nvidia").exists()


# Four sessions take turns to fill a cache of 100 MB; how many MB the process has grown by at the end.
TURNS = """
import re
from pathlib import Path
import numpy as np
from app.work.stop import Stop
from app.nets.runtime import start_runtime
from tests.nets.test_runtime import doubling

resident = lambda: int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1000
runtime, x = start_runtime("cpu", 1), np.ones((2500, 1000), np.float32)
sessions = [runtime.open(doubling(2500, 1000), Path("/")) for _ in range(4)]
before, cache = resident(), []
for session in sessions:
    for _ in range(20):
        cache = [*cache[-9:], session.run({"x": x}, Stop())["y"]]
print(resident() - before)
"""


def test_sessions_share_one_pool_of_memory() -> None:
    done = subprocess.run([sys.executable, "-c", TURNS], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 200


def test_onnxruntime_writes_nothing_to_the_home_folder(tmp_path: Path) -> None:
    program = "import app.nets.runtime as r; r.start_runtime('cpu', 1)"
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, check=True)
    assert list(tmp_path.rglob("*")) == []


LAYOUT = "session.disable_prepacking"


@pytest.mark.parametrize(
    ("options", "threads", "has_pool", "is_light"),
    [
        (SessionOptions(), 3, True, True),
        (SessionOptions(threads=2), 2, True, True),
        (SessionOptions(pool_memory=False), 3, False, True),
        (SessionOptions(weight_bytes=HEAVY), 3, True, True),
        (SessionOptions(weight_bytes=HEAVY + 1), 3, True, False),
    ],
)
def test_a_session_has_its_threads_and_a_heavy_one_no_copies(
    options: SessionOptions, threads: int, has_pool: bool, is_light: bool
) -> None:
    session = Runtime("cpu", "cpu", threads=3).load(doubling(2).SerializeToString(), {}, options)
    settings = session._session.get_session_options()
    assert (settings.intra_op_num_threads, settings.inter_op_num_threads) == (threads, 1)
    assert (settings.enable_cpu_mem_arena, settings.enable_mem_pattern) == (has_pool, is_light)
    assert settings.get_session_config_entry(EXACT_PRODUCTS) == "1"
    assert settings.enable_profiling is False
    if not is_light:
        assert settings.get_session_config_entry(LAYOUT) == "1"


@pytest.mark.parametrize(("heavy", "release", "pool"), [*itertools.product([False, True], repeat=3)])
def test_memory_is_released_after_a_run_of_a_heavy_network_with_a_pool(heavy: bool, release: bool, pool: bool) -> None:
    options = SessionOptions(HEAVY + heavy, release_memory=release, pool_memory=pool)
    session = CPU.load(doubling(2).SerializeToString(), {}, options)
    assert session._release_memory is (heavy and release and pool)
    assert session.run({"x": np.ones(2, np.float32)}, Stop())["y"].tolist() == [2, 2]


def test_without_a_number_of_threads_there_are_as_many_as_cores() -> None:
    assert start_runtime("cpu", 0).threads == len(os.sched_getaffinity(0))
    assert start_runtime("cpu", 3) == Runtime("cpu", "cpu", 3)


@pytest.mark.parametrize("save_memory", [False, True])
def test_to_save_memory_a_heavy_network_keeps_no_copy_in_another_layout(tmp_path: Path, *, save_memory: bool) -> None:
    convolution = model([helper.make_node("Conv", ["x", "kernel"], ["y"])], 1, 32, 8, 8)
    convolution.graph.initializer.append(numpy_helper.from_array(np.ones((32, 32, 1, 1), np.float32), "kernel"))
    written, profile = convolution, tmp_path / "profile"
    options = SessionOptions(weight_bytes=HEAVY + 1, save_memory=save_memory, profile=profile)
    session = CPU.open(written, tmp_path, options)
    session.run({"x": np.ones((1, 32, 8, 8), np.float32)}, Stop())
    rearranged = "nchwc" in session.end_profile().read_text()
    if not (save_memory or rearranged):
        pytest.skip("onnxruntime knows no faster layout on this processor")
    assert rearranged is not save_memory


def test_concurrent_runs_share_the_threads() -> None:
    """The calling thread computes, too: four callers of a session of one thread keep four cores busy."""
    runtime = Runtime("auto", "cpu", threads=4)
    assert runtime.max_concurrent_runs == 4
    assert [runtime.threads_per_run(runs) for runs in (1, 2, 4, 9)] == [4, 3, 1, 1]
    assert Runtime("auto", "cuda", threads=4).max_concurrent_runs == 1
