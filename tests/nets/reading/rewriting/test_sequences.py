"""Sequences: what takes one array of them by its number is a layer with the value that onnxruntime gives."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import ModelProto, TensorProto, helper, numpy_helper

from tests.nets.reading.references.plain_runs import IMAGE, assert_is_plain, build, opened, plain_run

node = helper.make_node
FEEDS = {"x": IMAGE[np.newaxis]}
NUMBERS = {
    "zero": np.array(0),
    "one": np.array(1),
    "last": np.array(-1),
    "three": np.array(3),
    "parts": np.array([3, 5]),
}


def network(*nodes: Any) -> ModelProto:
    read = {value for each in nodes for value in each.input}
    constants = [numpy_helper.from_array(array, name) for name, array in NUMBERS.items() if name in read]
    return build(nodes, constants, {"x": (TensorProto.FLOAT, [1, 3, 8, 8])})


def arrays_alone(model: ModelProto) -> dict[str, Any]:
    """The values that are arrays, of plain onnxruntime."""
    return {name: value for name, value in plain_run(model, FEEDS).items() if not isinstance(value, list)}


@pytest.mark.parametrize(
    ("split", "index"),
    [
        (node("SplitToSequence", ["x"], ["s"], axis=1), "one"),
        (node("SplitToSequence", ["x"], ["s"], axis=1, keepdims=0), "last"),
        (node("SplitToSequence", ["x", "three"], ["s"], axis=2), "one"),
        (node("SplitToSequence", ["x", "three"], ["s"], axis=3), "zero"),
    ],
)
def test_a_part_of_an_array_that_is_split(tmp_path: Path, split: Any, index: str) -> None:
    """As PyTorch exports `unbind` and `chunk`."""
    model = network(split, node("SequenceAt", ["s", index], ["p"], "part"), node("Relu", ["p"], ["y"], "relu"))
    opened_network = opened(tmp_path, model)
    assert [layer.name for layer in opened_network.graph.layers] == ["part", "relu"]
    assert opened_network.graph.remarks == ()
    assert_is_plain(opened_network, arrays_alone(model))


def test_arrays_that_are_listed_are_taken_and_joined(tmp_path: Path) -> None:
    model = network(
        node("Relu", ["x"], ["r"], "relu"),
        node("Neg", ["x"], ["n"], "minus"),
        node("SequenceConstruct", ["r", "n", "x"], ["s"]),
        node("SequenceAt", ["s", "one"], ["p"], "second"),
        node("ConcatFromSequence", ["s"], ["j"], "joined", axis=1),
        node("Concat", ["p", "j"], ["y"], "all", axis=1),
    )
    opened_network = opened(tmp_path, model)
    assert [layer.op for layer in opened_network.graph.layers] == ["Relu", "Neg", "Concat", "Concat"]
    assert_is_plain(opened_network, arrays_alone(model))


def test_parts_of_several_lengths_stay_a_sequence_and_are_named(tmp_path: Path) -> None:
    model = network(
        node("Relu", ["x"], ["r"], "relu"),
        node("SplitToSequence", ["r", "parts"], ["s"], "split", axis=2),
        node("SequenceAt", ["s", "one"], ["p"], "part"),
        node("GlobalAveragePool", ["r"], ["y"], "mean"),
    )
    model.graph.output.append(helper.make_empty_tensor_value_info("p"))
    opened_network = opened(tmp_path, model)
    assert [layer.name for layer in opened_network.graph.layers][:1] == ["relu"]
    assert "SplitToSequence split" in opened_network.graph.remarks[0]
    assert_is_plain(opened_network, arrays_alone(model))
