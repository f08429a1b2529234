"""Sequences: what takes one array of them by its number is a layer with the value that onnxruntime gives."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import ModelProto, TensorProto, helper, numpy_helper

from app.nets.reading.rewriting.sequences import read_sequences
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


LISTED = [node("Relu", ["x"], ["r"]), node("Neg", ["x"], ["n"]), node("SequenceConstruct", ["r", "n", "x"], ["s"])]
THREES = node("SplitToSequence", ["x", "three"], ["s"], axis=2)


def taken(index: int, name: str = "i", sequence: str = "s") -> list[Any]:
    constant = node("Constant", [], ["i"], value=numpy_helper.from_array(np.array(index)))
    return [constant, node("SequenceAt", [sequence, name], ["y"])]


@pytest.mark.parametrize(
    ("nodes", "ops"),
    [
        *(([*LISTED, *taken(index)], ["Identity"]) for index in (-3, -2, -1, 0, 1, 2)),
        ([*LISTED, node("ConcatFromSequence", ["s"], ["y"], axis=2)], ["Concat"]),
        ([*LISTED, node("ConcatFromSequence", ["s"], ["y"], axis=-1, new_axis=0)], ["Concat"]),
        ([*LISTED, node("ConcatFromSequence", ["s"], ["y"], axis=1, new_axis=1)], None),
        ([THREES, node("ConcatFromSequence", ["s"], ["y"], axis=2)], None),
        *(([THREES, *taken(index)], ["Slice"]) for index in (0, 1, 2)),
        ([THREES, *taken(-1)], None),
        ([node("SplitToSequence", ["x", "parts"], ["s"], axis=2), *taken(1)], None),
        ([node("SplitToSequence", ["x"], ["s"]), *taken(0)], ["Gather"]),
        *(
            ([node("SplitToSequence", ["x"], ["s"], axis=axis, keepdims=keeps), *taken(index)], ["Gather"])
            for axis in (1, -1)
            for keeps in (0, 1)
            for index in (0, 2, -1)
        ),
        (
            [*LISTED, node("SequenceLength", ["s"], ["k"]), *taken(1)],
            ["SequenceConstruct", "SequenceLength", "Identity"],
        ),
        ([*LISTED, node("SequenceInsert", ["s", "x"], ["t"]), *taken(3, sequence="t")], None),
        ([*LISTED, node("Size", ["x"], ["k"]), node("Mod", ["k", "one"], ["j"]), *taken(0, "j")], None),
    ],
)
def test_what_is_read_without_the_sequence_is_the_same(nodes: list[Any], ops: list[str] | None) -> None:
    model = network(*nodes)
    expected = plain_run(model, FEEDS)["y"]
    read_sequences(model)
    left = [each.op_type for each in model.graph.node if each.op_type not in ("Constant", "Relu", "Neg")]
    before = [each.op_type for each in nodes if each.op_type not in ("Constant", "Relu", "Neg")]
    assert left == (before if ops is None else ops)
    np.testing.assert_array_equal(plain_run(model, FEEDS)["y"], expected)


@pytest.mark.parametrize("index", [3, -4])
def test_an_array_that_is_not_in_the_list_is_left_to_the_run(index: int) -> None:
    model = network(*LISTED, *taken(index))
    read_sequences(model)
    assert [each.op_type for each in model.graph.node][-1] == "SequenceAt"


def test_a_sequence_that_is_an_output_stays() -> None:
    model = network(*LISTED, *taken(0))
    model.graph.output.append(helper.make_empty_tensor_value_info("s"))
    read_sequences(model)
    assert "SequenceConstruct" in [each.op_type for each in model.graph.node]
