"""Networks of float16 and float64: their gradients are those of the same network in float32."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, numpy_helper

from app.gradients.differentiable import Differentiable, GradientQuery
from app.gradients.single_precision import in_single_precision
from app.gradients.targets import CellValue
from app.nets.card import read_card
from app.nets.network import Network
from app.nets.reading.operators import read_operators
from app.nets.runtime import Runtime
from app.work.stop import Stop
from tests.nets.models_folder import place
from tests.nets.onnx_text import parse_network

WEIGHTS = np.random.default_rng(0).standard_normal((4, 3, 3, 3)).astype(np.float16)
BODY = "c = Conv (x, w)  n = Add (c, half)  r = Relu (n)  g = GlobalAveragePool (r)  y = Flatten (g)"
WIDE = "a = Cast <to = 11> (x)  n = Mul (a, w)  r = Tanh (n)  s = Cast <to = 1> (r)  g = GlobalAveragePool (s)"


def network(folder: Path, body: str, weights: dict[str, np.ndarray[Any, Any]], x: str) -> Network:
    model = parse_network(body, x=x)
    model.graph.initializer.extend(numpy_helper.from_array(array, name) for name, array in weights.items())
    if "float16" in x:
        model.graph.output[0].type.tensor_type.elem_type = TensorProto.FLOAT16
    folder.mkdir()
    path = place(folder, "network", model, ["a", "b", "c", "d"][: 3 if "Mul" in body else 4])
    return Network(read_card(path.with_suffix(".json")), path, (), Runtime("cpu", "cpu", threads=1))


def gradient(network: Network, tensor: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    query = GradientQuery(CellValue(network.graph.scores.id, 1), ("input",))
    return Differentiable(network).run(tensor, query, Stop()).gradients["input"]


def test_a_network_of_float16_has_the_gradient_of_that_of_float32(tmp_path: Path) -> None:
    half = network(tmp_path / "half", BODY, {"w": WEIGHTS, "half": np.array(0.5, np.float16)}, "float16[N, 3, 8, 8]")
    single = {"w": WEIGHTS.astype(np.float32), "half": np.array(0.5, np.float32)}
    tensor = np.random.default_rng(1).standard_normal((1, 3, 8, 8)).astype(np.float32)
    expected = gradient(network(tmp_path / "single", BODY, single, "float[N, 3, 8, 8]"), tensor.astype(np.float16))
    np.testing.assert_allclose(gradient(half, tensor), expected, rtol=1e-5, atol=1e-7)
    assert np.abs(expected).max() > 0.01


def test_a_part_in_float64_has_its_gradient(tmp_path: Path) -> None:
    weight = {"w": np.array([0.5, 1, 2]).reshape(3, 1, 1)}
    tensor = np.random.default_rng(1).standard_normal((1, 3, 8, 8)).astype(np.float32)
    ours = gradient(network(tmp_path / "wide", f"{WIDE}  y = Flatten (g)", weight, "float[N, 3, 8, 8]"), tensor)
    np.testing.assert_allclose(ours[0, 1], (1 - np.tanh(tensor[0, 1]) ** 2) / 64, rtol=1e-4)
    assert not ours[0, [0, 2]].any()


@pytest.mark.parametrize("x", ["float[N, 3, 8, 8]"])
def test_a_network_of_float32_stays_as_it_is(x: str) -> None:
    model = parse_network("r = Relu (x)  y = Flatten (r)", x=x)
    source = read_operators(model)
    assert in_single_precision(model, source) == (model, source)


def test_only_attributes_that_name_a_type_of_these_change() -> None:
    body = "i = Cast <to = 6> (x)  h = Cast <to = 11> (i)  c = Conv <group = 11> (h, w)  y = Flatten (c)"
    model = parse_network(body, x="float[N, 11, 8, 8]")
    model.graph.initializer.append(numpy_helper.from_array(np.ones((11, 1, 3, 3)), "w"))
    to_int32, to_float64, convolution = in_single_precision(model, read_operators(model))[1].operators[-4:-1]
    assert (to_int32.attributes["to"], to_float64.attributes["to"]) == (TensorProto.INT32, TensorProto.FLOAT)
    assert convolution.attributes["group"] == 11


def test_the_file_is_not_changed() -> None:
    model = parse_network("h = Cast <to = 10> (x)  r = Relu (h)  s = Cast <to = 1> (r)  y = Flatten (s)")
    before = onnx.ModelProto()
    before.CopyFrom(model)
    rewritten, source = in_single_precision(model, read_operators(model))
    assert model == before
    assert {node.attribute[0].i for node in rewritten.graph.node if node.op_type == "Cast"} == {TensorProto.FLOAT}
    assert source.values["r"].dtype == np.float32
