"""Constants that the graph computes from stored ones, against onnxruntime."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper

from app.errors import NetworkError, NotAvailable
from app.nets.card import read_card
from app.nets.network import Network
from app.nets.reading.constants import Constants
from app.nets.reading.model_file import inline_tensors
from app.nets.runtime import Runtime
from tests.nets.models_folder import place
from tests.nets.onnx_text import parse_network

STORED = np.random.default_rng(0).standard_normal((4, 1, 3, 2)).astype(np.float32)
Chain = list[tuple[str, list[npt.NDArray[Any]], dict[str, Any]]]
CHAINS: dict[str, Chain] = {
    "Identity": [("Identity", [], {})],
    "Transpose": [("Transpose", [], {"perm": [3, 0, 2, 1]})],
    "Transpose of all axes": [("Transpose", [], {})],
    "Reshape": [("Reshape", [np.array([0, -1, 2])], {})],
    "Flatten": [("Flatten", [], {"axis": 2})],
    "Flatten to a row": [("Flatten", [], {"axis": 0})],
    "Squeeze": [("Squeeze", [np.array([1])], {})],
    "Squeeze all": [("Squeeze", [], {})],
    "Unsqueeze": [("Unsqueeze", [np.array([0, -1])], {})],
    "Cast": [("Cast", [], {"to": TensorProto.FLOAT16}), ("Cast", [], {"to": TensorProto.FLOAT})],
    "quantised in training": [
        ("QuantizeLinear", [np.array(0.02, np.float32), np.array(0, np.int8)], {}),
        ("DequantizeLinear", [np.array(0.02, np.float32), np.array(0, np.int8)], {}),
        ("Transpose", [], {"perm": [1, 0, 2, 3]}),
    ],
}
OLD: dict[str, Chain] = {
    "Squeeze": [("Squeeze", [], {"axes": [1]})],
    "Unsqueeze": [("Unsqueeze", [], {"axes": [0]})],
}


def model_of(chain: Chain, opset: int = 19) -> onnx.ModelProto:
    """A network without operators of its input, whose output is computed from the constant w."""
    tensors, nodes = [numpy_helper.from_array(STORED, "w")], []
    for number, (op, constants, attributes) in enumerate(chain):
        names = [f"{number}.{position}" for position in range(len(constants))]
        tensors += [numpy_helper.from_array(array, name) for array, name in zip(constants, names, strict=True)]
        source = f"y{number - 1}" if number else "w"
        nodes.append(helper.make_node(op, [source, *names], [f"y{number}"], **attributes))
    output = helper.make_empty_tensor_value_info(nodes[-1].output[0])
    graph = helper.make_graph(nodes, "constants", [], [output], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)


def check(model: onnx.ModelProto) -> None:
    output = model.graph.output[0].name
    constants = Constants(model, inline_tensors(model))
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    expected = np.asarray(session.run(None, {})[0])
    found = constants.array(output)
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)
    assert constants.stored(output) == "w"


@pytest.mark.parametrize("chain", CHAINS)
def test_a_constant_is_that_of_onnxruntime(chain: str) -> None:
    check(model_of(CHAINS[chain]))


@pytest.mark.parametrize("chain", OLD)
def test_axes_as_attributes(chain: str) -> None:
    check(model_of(OLD[chain], opset=11))


@pytest.mark.parametrize("chain", ["Identity", "Transpose", "Reshape", "Flatten", "Squeeze", "Unsqueeze"])
def test_nothing_is_copied_where_a_constant_is_only_moved(chain: str) -> None:
    model = model_of(CHAINS[chain])
    tensors = inline_tensors(model)

    class Stored:
        def array(self) -> npt.NDArray[Any]:
            return STORED

    found = Constants(model, tensors | {"w": Stored()}).array("y0")
    assert np.shares_memory(found, STORED)


def test_a_constant_that_is_computed_in_another_way_is_not_known() -> None:
    model = model_of([("Exp", [], {})])
    constants = Constants(model, inline_tensors(model))
    assert constants.stored("y0") == "y0"
    with pytest.raises(KeyError):
        constants.array("y0")


def test_attributes_that_do_not_fit_are_an_error() -> None:
    model = model_of([("Transpose", [], {"perm": [0, 0, 1, 2]})])
    with pytest.raises(NetworkError, match="do not fit"):
        Constants(model, inline_tensors(model)).array("y0")


COMPUTED = (
    "c = Conv (x, w)  n = Shape (c)  f = Cast <to = 1> (n)  root = Sqrt (f)  e = Exp (w)  d = RandomNormalLike (w)"
    "  m = Mul (c, e)  a = Add (m, d)  s = Slice (root, one, two)  z = Div (a, s)  g = GlobalAveragePool (z)"
)


@pytest.fixture
def computing(tmp_path: Path) -> Network:
    """A network that computes constants of its weights and of the size of its input."""
    model = parse_network(f"{COMPUTED} y = Flatten (g)")
    for name, array in (("w", np.full((1, 3, 1, 1), 2, np.float32)), ("one", np.array([1])), ("two", np.array([2]))):
        model.graph.initializer.append(numpy_helper.from_array(array, name))
    path = place(tmp_path, "computing", model, ["a", "b", "c"])
    return Network(read_card(path.with_suffix(".json")), path, ("a", "b", "c"), Runtime("cpu", "cpu", threads=1))


def test_constants_that_the_network_computes_as_it_runs(computing: Network) -> None:
    np.testing.assert_allclose(computing.constant("e"), np.full((1, 3, 1, 1), np.exp(2)), rtol=1e-6)
    np.testing.assert_allclose(computing.constant("root"), np.sqrt([1, 1, 8, 8]), rtol=1e-6)
    assert computing.constant("w").dtype == np.float32
    assert computing.constant("e") is computing.constant("e")


@pytest.mark.parametrize("value", ["d", "c", "z"])
def test_what_depends_on_chance_or_on_the_input_is_no_constant(computing: Network, value: str) -> None:
    with pytest.raises(NotAvailable):
        computing.constant(value)


def doubling(count: int) -> Constants:
    """Each constant is computed from the one before, twice: 2^count ways lead to the last one."""
    nodes = [helper.make_node("DequantizeLinear", [f"v{index}"] * 2, [f"v{index + 1}"]) for index in range(count)]
    graph = helper.make_graph(nodes, "g", [], [], [numpy_helper.from_array(np.ones((), np.float32), "v0")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)])
    return Constants(model, inline_tensors(model))


def test_a_constant_is_computed_once_however_often_it_is_read() -> None:
    assert doubling(40).array("v40") == 1


def test_a_constant_of_very_many_operators_is_not_known() -> None:
    with pytest.raises(KeyError):
        doubling(5000).array("v5000")


def test_texts_are_no_constants() -> None:
    model = model_of([("Cast", [], {"to": TensorProto.STRING})])
    with pytest.raises(NetworkError, match="do not fit"):
        Constants(model, inline_tensors(model)).array("y0")
