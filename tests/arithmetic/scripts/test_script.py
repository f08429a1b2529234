"""Scripts as text: what they load, what they say, and operators that none is written for."""

import ast
import sys
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from app.arithmetic.scripts.arrays import ArraySource
from app.arithmetic.scripts.registry import SNIPPETS
from app.arithmetic.scripts.script import write_script
from app.arithmetic.scripts.snippet import Extent
from app.errors import NotAvailable
from app.nets.card import read_card
from app.nets.layer import CellPlace
from app.nets.network import Network
from app.nets.runtime import Runtime
from tests.arithmetic.scripts.operator_network import SIDE, every_operator, old_forms
from tests.arithmetic.scripts.script_runs import check_scripts
from tests.arithmetic.scripts.torch_stand_in import modules
from tests.nets.models_folder import place
from tests.nets.onnx_text import parse_network

SERVER = "http://localhost:8000/api/v1/models/operators/"
NUMBERS = {"zero": 0, "four": 4, "eight": 8, "axis": 2, "minus": -1}
INTEGERS = "int32[1, 3, 8, 8]"
SCORES = " g = GlobalAveragePool (last) y = Flatten (g)"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    return place(folder, "operators", every_operator(), ["a", "b", "c"], width=SIDE, height=SIDE)


def opened(path: Path, name: str = "Operators") -> Network:
    card = read_card(path.with_suffix(".json")).model_copy(update={"name": name})
    return Network(card, path, ("a", "b", "c"), Runtime("cpu", "cpu", threads=1))


def text_of(network: Network, layer: str, *cell: int, extent: Extent = "cell") -> str:
    return write_script(ArraySource(network, "photo", "numpy"), CellPlace(layer, *cell), extent, SERVER).text


def test_every_script_prints_the_number_of_the_run(tmp_path: Path) -> None:
    assert check_scripts("numpy", tmp_path) == set(SNIPPETS)


def test_every_script_with_pytorch_prints_the_number_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, module in modules().items():
        monkeypatch.setitem(sys.modules, name, module)
    assert check_scripts("pytorch", tmp_path) == set(SNIPPETS)


def test_a_cell_of_a_convolution_reads_its_window_alone(path: Path) -> None:
    text = text_of(opened(path), "grouped", 4, 2, 3)
    assert 'load("Conv_1.npy", "images/photo/layers/Conv_1.npy")[None]  # (1, 8, 16, 16)' in text
    assert "padded = np.pad(x, ((0, 0), (0, 0), (2, 0), (1, 2)), constant_values=0)" in text
    assert "patch = padded[0, 4:8, 4:9:2, 3:6]" in text
    assert "products = patch * weight[4]\nnumber = products.sum() + bias[4]" in text


def test_a_convolution_without_groups_reads_every_channel(tmp_path: Path) -> None:
    model = parse_network(f"last = Conv(x, w){SCORES}", x="float[N, 3, 8, 8]")
    model.graph.initializer.append(numpy_helper.from_array(np.ones((4, 3, 3, 3), np.float32), "w"))
    network = opened(place(tmp_path, "plain", model, ["a", "b", "c", "d"]))
    assert "patch = x[0, 0:3, 1:4, 2:5]" in text_of(network, network.graph.layers[0].id, 3, 1, 2)


def test_a_cell_of_a_concatenation_loads_one_part(path: Path) -> None:
    text = text_of(opened(path), "join", 9, 2, 3)
    assert text.count("= load(") == 1
    assert 'b = load("relu.npy"' in text
    assert "number = b[0, 1, 2, 3]" in text
    assert text_of(opened(path), "join", 9, 2, 3, extent="layer").count("= load(") == 3


def test_an_output_of_one_number_without_axes_is_the_number(tmp_path: Path) -> None:
    model = parse_network("last = ReduceMax <keepdims = 0> (x) s = Sub (x, last)" + SCORES.replace("last", "s"))
    text = text_of(opened(place(tmp_path, "other", model, ["a", "b", "c"])), "last", 0, extent="layer")
    assert ast.parse(text)
    assert "output = x.max(axis=(0, 1, 2, 3), keepdims=False)\nnumber = output\n" in text


def test_small_constants_are_written_out(path: Path) -> None:
    assert "np.clip(x, -0.5, 0.75)" in text_of(opened(path), "clip", 0, 0, 0)
    assert "constant_0 = 0.75" in text_of(opened(path), "less", 0, 0, 0)


def test_an_infinite_padding_is_written_out(tmp_path: Path) -> None:
    network = opened(place(tmp_path, "old", old_forms(), ["a", "b", "c"], width=SIDE, height=SIDE))
    layer = network.graph.layer_of["b"]
    assert 'constant_values=-float("inf"))' in text_of(network, layer, 0, 0, 0, extent="layer")
    assert 'number = -float("inf")  # padding' in text_of(network, layer, 0, 0, 3)


def test_a_name_from_a_file_stays_within_its_comment(path: Path) -> None:
    text = text_of(opened(path, name='x"""\nimport os\u2028\x0cos.abort()\u202e'), "relu", 0, 0, 0)
    assert text.startswith(
        '# Cell (0, 0, 0) of the layer relu (Relu) of x""" import os os.abort(), computed with NumPy.\n'
    )
    imported = [name.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import) for name in node.names]
    assert imported == ["io", "sys", "urllib.request", "numpy"]


@pytest.mark.parametrize(
    "body",
    [
        'last = Resize <mode = "nearest"> (x, none, scales)',
        "w = Reshape (x, shape) last = Conv <group = 3> (x, w)",  # the filters are not constants
        'last = Gelu <approximate = "tanh"> (x)',
        "r = Relu (x) last = Slice (r, four, zero, axis, minus)",
        "m = GlobalMaxPool (x) s = Reshape (m, three) last = InstanceNormalization (x, s, s)",
        "last = ReduceMean <noop_with_empty_axes = 1> (x)",
        "p = Flatten (x) at = ArgMax <axis = 1, keepdims = 0> (p) last = Slice (x, at, eight, axis)",
        "at = ArgMax <axis = 0> (one_hot) last = Slice (x, zero, four, at)",
    ],
)
def test_an_operator_without_a_script_is_named(tmp_path: Path, body: str) -> None:
    model = parse_network(body + SCORES, 20, "float[1, 3, 8, 8]")
    constants = {
        "none": np.zeros(0, np.float32),
        "scales": np.array([1, 1, 2, 2], np.float32),
        "shape": np.array([3, 1, 8, 8]),
        "three": np.array([3]),
        "one_hot": np.array([0, 0, 1, 0], np.float32),
        **{name: np.array([number]) for name, number in NUMBERS.items()},
    }
    model.graph.initializer.extend(
        numpy_helper.from_array(each, name) for name, each in constants.items() if name in body
    )
    if "ArgMax" in body:  # no other size is known than that which the file states
        model.graph.value_info.append(helper.make_tensor_value_info("last", TensorProto.FLOAT, (1, 3, 4, 8)))
    network = opened(place(tmp_path, "other", model, ["a", "b", "c"]))
    layer = next(each for each in network.graph.layers if each.output == "last")
    with pytest.raises(NotAvailable, match=f"There is no script for this form of the operator {layer.op}"):
        text_of(network, layer.id, 0, 0, 0)


@pytest.mark.parametrize("op", ["Softmax", "LogSoftmax"])
def test_a_softmax_over_several_axes_has_no_script(op: str, tmp_path: Path) -> None:
    model = parse_network(f"last = {op} <axis = 1> (x)" + SCORES, 12, "float[1, 3, 8, 8]")
    network = opened(place(tmp_path, "other", model, ["a", "b", "c"]))
    with pytest.raises(NotAvailable, match=f"no script for this form of the operator {op}"):
        text_of(network, network.graph.layers[0].id, 0, 0, 0)


@pytest.mark.parametrize(
    ("outputs", "attributes", "shape", "opset"),
    [("last", "spatial = 0", (3, 8, 8), 8), ("last, m, v", "training_mode = 1", (3,), 15)],
    ids=["of places", "in training"],
)
def test_other_normalisations_of_batches_have_no_script(
    outputs: str, attributes: str, shape: tuple[int, ...], opset: int, tmp_path: Path
) -> None:
    body = f"{outputs} = BatchNormalization <{attributes}> (x, p, p, p, p)"
    model = parse_network(body + SCORES, opset, "float[1, 3, 8, 8]")
    model.graph.initializer.append(numpy_helper.from_array(np.ones(shape, np.float32), "p"))
    network = opened(place(tmp_path, "other", model, ["a", "b", "c"]))
    with pytest.raises(NotAvailable, match="no script for this form of the operator BatchNormalization"):
        text_of(network, network.graph.layers[0].id, 0, 0, 0)


@pytest.mark.parametrize(
    ("body", "op"),
    [("i = Add (x, x)", "Add"), ("i = Sub (x, big)", "Sub"), ("i = Mul (x, big)", "Mul"), ("i = Abs (x)", "Abs")],
)
@pytest.mark.parametrize("integers", ["uint8", "int8", "int16"])
def test_there_is_no_script_for_whole_numbers_of_few_bits_that_begin_again(
    tmp_path: Path, body: str, op: str, integers: str
) -> None:
    """200 plus 100 is 44 in a network of eight bits."""
    model = parse_network(f"{body} last = Cast <to = 1> (i)" + SCORES, 17, f"{integers}[1, 3, 8, 8]")
    model.graph.initializer.append(numpy_helper.from_array(np.array(100, integers), "big"))
    network = opened(place(tmp_path, "whole", model, ["a", "b", "c"]))
    with pytest.raises(NotAvailable, match=f"There is no script for this form of the operator {op}"):
        text_of(network, network.graph.layers[0].id, 0, 0, 0)


def test_there_is_a_script_for_sums_of_many_bits_and_for_what_stays_in_range(tmp_path: Path) -> None:
    for integers, body in (("int32", "i = Add (x, x)"), ("uint8", "i = MaxPool <kernel_shape = [2, 2]> (x)")):
        model = parse_network(f"{body} last = Cast <to = 1> (i)" + SCORES, 17, f"{integers}[1, 3, 8, 8]")
        network = opened(place(tmp_path / integers, "whole", model, ["a", "b", "c"]))
        assert ast.parse(text_of(network, network.graph.layers[0].id, 0, 0, 0))


@pytest.mark.parametrize(
    ("body", "op"), [("i = Div (x, two)", "Div"), ("i = ReduceMean <axes = [1], keepdims = 1> (x)", "ReduceMean")]
)
def test_there_is_no_script_for_whole_numbers_that_are_cut_off(tmp_path: Path, body: str, op: str) -> None:
    """7 divided by 2 is 3 in a network of whole numbers."""
    model = parse_network(
        f"{body} last = Cast <to = 1> (i) r = Relu (last)" + SCORES.replace("last", "r"), 17, INTEGERS
    )
    model.graph.initializer.append(numpy_helper.from_array(np.array(2, np.int32), "two"))
    network = opened(place(tmp_path, "whole", model, ["a", "b", "c"]))
    with pytest.raises(NotAvailable, match=f"There is no script for this form of the operator {op}"):
        text_of(network, network.graph.layers[0].id, 0, 0, 0)
