"""Networks in a process of their own: the same numbers as in this one, and an end that is an error like any other."""

import os
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, save_model, shape_inference
from onnx.numpy_helper import from_array

from app.errors import Cancelled, NetworkCrashed, NetworkError, NotAvailable, TimedOut, UnsupportedNetwork
from app.nets.catalog import Catalog
from app.nets.network import Network
from app.nets.reading.model_file import read_model_file
from app.nets.runtime import Runtime
from app.nets.session import SessionOptions
from app.resources import MODELS
from app.work.stop import Stop
from tests.sandbox.processes import LIMITS, endless, isolated_runtime, network, ramp, scaled

ANYWHERE, DESCRIPTORS = Path("/"), Path("/proc/self/fd")
ABORTS = network([helper.make_node("Split", ["x"], ["y", "z"], axis=0, num_outputs=1)], (2, 3), [])
ABORTS.opset_import[0].version = 18


def test_a_session_gives_what_the_graph_computes() -> None:
    with isolated_runtime() as runtime:
        session = runtime.open(scaled(3.0), ANYWHERE)
        for _ in range(2):  # the second run writes into memory of a known size
            np.testing.assert_array_equal(session.run({"x": ramp(2, 3)}, Stop())["y"], 3 * ramp(2, 3))


def test_results_stay_what_they_are_when_the_process_runs_again() -> None:
    with isolated_runtime() as runtime:
        session = runtime.open(scaled(2.0), ANYWHERE)
        runs = [session.run({"x": number * ramp(2, 3)}, Stop())["y"] for number in range(1, 5)]
    for number, result in enumerate(runs, 1):
        np.testing.assert_array_equal(result, 2 * number * ramp(2, 3))


def test_inputs_of_another_size_give_outputs_of_another_size() -> None:
    with isolated_runtime() as runtime:
        session = runtime.open(scaled(2.0, ("n", 3)), ANYWHERE)
        assert [session.run({"x": ramp(rows, 3)}, Stop())["y"].shape for rows in (2, 2, 5, 2)] == [
            (2, 3), (2, 3), (5, 3), (2, 3),
        ]  # fmt: skip


def test_shapes_that_depend_on_the_numbers_are_those_of_each_run() -> None:
    nonzero = helper.make_graph(
        [helper.make_node("NonZero", ["x"], ["y"])],
        "places",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, (4,))],
        [helper.make_tensor_value_info("y", TensorProto.INT64, None)],
    )
    with isolated_runtime() as runtime:
        session = runtime.open(
            helper.make_model(nonzero, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), ANYWHERE
        )
        for places in ([1], [0, 3], [], [1, 2, 3]):
            values = np.zeros(4, np.float32)
            values[places] = 1
            assert session.run({"x": values}, Stop())["y"].tolist() == [places]


@pytest.mark.parametrize("model", ["lenet5", "squeezenet1_1"])
def test_every_layer_is_bit_identical_to_a_run_in_this_process(model: str) -> None:
    local = Catalog(MODELS, Runtime("cpu", "cpu", threads=1), open_limit=1).get(model)
    size = local.card.input
    view = np.random.default_rng(0).integers(0, 256, (size.height, size.width, 3), np.uint8)
    expected = local.activations(view, Stop())
    with isolated_runtime() as runtime:
        isolated = Network(local.card, MODELS / f"{model}.onnx", local.class_names, runtime)
        for _ in range(2):
            given = isolated.activations(view, Stop())
            assert given.layers.keys() == expected.layers.keys()
            for layer, values in expected.layers.items():
                np.testing.assert_array_equal(given.layers[layer], values)


def test_each_weight_may_be_in_a_file_of_its_own(tmp_path: Path) -> None:
    names = [f"w{number}" for number in range(40)]
    values = ["x", *(f"y{number}" for number in range(39)), "y"]
    nodes = [helper.make_node("Add", [values[at], name], [values[at + 1]]) for at, name in enumerate(names)]
    model = network(nodes, (2, 1024), [])
    for number, name in enumerate(names):
        model.graph.initializer.append(from_array(np.full((2, 1024), number, np.float32), name))
    path = tmp_path / "network.onnx"
    save_model(model, path, save_as_external_data=True, all_tensors_to_one_file=False, size_threshold=0)
    file = read_model_file(path)
    assert len(file.weight_files) == len(names)
    with isolated_runtime() as runtime:
        for _ in range(2):  # the files of one graph are not held for the next
            session = runtime.open(file.model, file.folder)
            result = session.run({"x": ramp(2, 1024)}, Stop())["y"]
            np.testing.assert_array_equal(result, ramp(2, 1024) + sum(range(len(names))))


def test_shapes_are_inferred_as_onnx_infers_them() -> None:
    model = scaled(1.0, (5, 7))
    with isolated_runtime() as runtime:
        assert runtime.infer_shapes(model) == shape_inference.infer_shapes(model, data_prop=True)


def test_a_network_that_onnxruntime_refuses_is_refused() -> None:
    with isolated_runtime() as runtime, pytest.raises(UnsupportedNetwork):
        runtime.open(network([helper.make_node("NoSuchOperator", ["x"], ["y"])], (2, 3), []), ANYWHERE)


def test_an_input_that_does_not_fit_is_refused_and_the_next_one_is_not() -> None:
    with isolated_runtime() as runtime:
        session = runtime.open(scaled(2.0), ANYWHERE)
        with pytest.raises(NetworkError):
            session.run({"x": ramp(3, 3)}, Stop())
        assert session.run({"x": ramp(2, 3)}, Stop())["y"].sum() == 30


def test_a_file_that_aborts_onnxruntime_is_an_error_that_names_the_signal() -> None:
    with isolated_runtime() as runtime:
        with pytest.raises(NetworkCrashed, match=r"ended while loading this network: signal 6 \(SIGABRT\)"):
            runtime.open(ABORTS, ANYWHERE)
        assert runtime.open(scaled(2.0), ANYWHERE).run({"x": ramp(2, 3)}, Stop())["y"].sum() == 30


def test_a_killed_process_is_an_error_and_the_next_run_starts_another() -> None:
    with isolated_runtime() as runtime:
        session = runtime.open(scaled(2.0), ANYWHERE)
        process = runtime.process_id
        assert process is not None
        loop = runtime.open(endless(), ANYWHERE)
        threading.Timer(0.3, os.kill, (process, signal.SIGKILL)).start()
        with pytest.raises(NetworkCrashed, match=r"running this network: signal 9 \(SIGKILL\)"):
            loop.run({"x": ramp(1)}, Stop())
        assert session.run({"x": ramp(2, 3)}, Stop())["y"].sum() == 30
        assert runtime.process_id != process


def test_a_run_ends_with_its_stop() -> None:
    stop = Stop()
    with isolated_runtime() as runtime:
        session = runtime.open(endless(), ANYWHERE)
        threading.Timer(0.3, stop.set, (Cancelled("gone"),)).start()
        begin = time.monotonic()
        with pytest.raises(Cancelled):
            session.run({"x": ramp(1)}, stop)
        assert time.monotonic() - begin < 5
        assert runtime.open(scaled(2.0), ANYWHERE).run({"x": ramp(2, 3)}, Stop())["y"].sum() == 30


def test_an_unloaded_network_has_no_process_until_it_runs_again() -> None:
    with isolated_runtime() as runtime:
        session = runtime.open(scaled(2.0), ANYWHERE)
        process = runtime.process_id
        runtime.unload()
        assert not Path(f"/proc/{process}").exists()
        assert session.run({"x": ramp(2, 3)}, Stop())["y"].sum() == 30


def test_a_run_ends_after_its_time() -> None:
    with isolated_runtime(request_s=0.5) as runtime:
        session = runtime.open(endless(), ANYWHERE)
        with pytest.raises(TimedOut, match=r"0.5 s"):
            session.run({"x": ramp(1)}, Stop())


def test_a_network_that_asks_for_more_memory_than_it_may_have_is_an_error() -> None:
    """8 GB: a ConstantOfShape whose size is not known before the run."""
    nodes = [
        helper.make_node("Cast", ["x"], ["shape"], to=TensorProto.INT64),
        helper.make_node("ConstantOfShape", ["shape"], ["y"]),
    ]
    with isolated_runtime() as runtime:
        session = runtime.open(network(nodes, (2,), []), ANYWHERE)
        with pytest.raises(NetworkError):
            session.run({"x": np.array([50_000, 40_000], np.float32)}, Stop())
        assert session.run({"x": np.array([2, 3], np.float32)}, Stop())["y"].shape == (2, 3)


def test_results_that_the_process_can_not_share_are_an_error_and_leave_nothing_open() -> None:
    with isolated_runtime() as runtime:
        session = runtime.open(scaled(2.0), ANYWHERE)
        before = len([*DESCRIPTORS.iterdir()])
        with runtime.turn(Stop()) as process, pytest.raises(NetworkError, match="more memory"):
            runtime.room_for(process, LIMITS.memory_bytes - 1_000_000, Stop())  # it has its libraries besides
        assert session.run({"x": ramp(2, 3)}, Stop())["y"].sum() == 30
        assert len([*DESCRIPTORS.iterdir()]) <= before


def test_times_of_layers_are_not_measured(tmp_path: Path) -> None:
    with isolated_runtime() as runtime, pytest.raises(NotAvailable):
        runtime.open(scaled(1.0), ANYWHERE, SessionOptions(profile=tmp_path / "run"))


def test_weights_come_from_the_files_beside_the_model(tmp_path: Path) -> None:
    values = ramp(2, 3) + 1
    (tmp_path / "weights.bin").write_bytes(values.tobytes())
    weight = TensorProto(name="w", dims=[2, 3], data_type=TensorProto.FLOAT, data_location=TensorProto.EXTERNAL)
    weight.external_data.add(key="location", value="weights.bin")
    model = network([helper.make_node("Mul", ["x", "w"], ["y"])], (2, 3), [weight])
    with isolated_runtime() as runtime:
        session = runtime.open(model, tmp_path)
        np.testing.assert_array_equal(session.run({"x": ramp(2, 3)}, Stop())["y"], ramp(2, 3) * values)
