"""Sizes that the graph computes as it runs, as PyTorch exports them, against those of plain onnxruntime."""

import numpy as np
import onnxruntime as ort
import pytest
from onnx import TensorProto, defs, helper, numpy_helper

from app.nets.graph import read_graph
from app.nets.reading.operators import read_operators
from app.nets.reading.shapes.shape_values import MAX_ENTRIES, SHAPED_BY, ShapeValues
from app.nets.taps import expose_outputs
from tests.nets.reading.references.rearrangements import model, node, weight, whole

OPSETS = [helper.make_opsetid("", 17)]


def number(name: str, value: int) -> TensorProto:
    return numpy_helper.from_array(np.array(value, np.int64), name)


HALF_OF_THE_CHANNELS = model(
    [
        node("Shape", ["x"], "shape"),
        node("Gather", ["shape", "one"], "channels", axis=0),
        node("Add", ["channels", "one"], "more"),
        node("Div", ["more", "two"], "half"),
        node("Mul", ["half", "two"], "even"),
        node("Unsqueeze", ["half", "zero"], "end"),
        node("Unsqueeze", ["even", "zero"], "last"),
        node("Slice", ["x", "zero", "end", "axis"], "left"),
        node("Slice", ["x", "end", "last", "axis"], "right"),
        node("Conv", ["right", "w"], "conv", kernel_shape=[3, 3], strides=[2, 2]),
        node("GlobalAveragePool", ["conv"], "pool"),
        node("Concat", ["left", "right"], "both", axis=1),
        node("Add", ["both", "x"], "sum"),
        node("GlobalAveragePool", ["sum"], "pool2"),
        node("Concat", ["pool", "pool2"], "output", axis=1),
    ],
    [number("one", 1), number("two", 2), whole("zero", 0), whole("axis", 1), weight("w", 4, 4, 3, 3)],
    "output",
)
CLASS_TOKEN = model(
    [
        node("Reshape", ["x", "flat"], "flatten"),
        node("Transpose", ["flatten"], "places", perm=[0, 2, 1]),
        node("Shape", ["places"], "shape"),
        node("Gather", ["shape", "nought"], "batch", axis=0),
        node("Unsqueeze", ["batch", "zero"], "batches"),
        node("Concat", ["batches", "minus_one", "minus_one"], "wanted", axis=0),
        node("ConstantOfShape", ["three"], "ones", value=helper.make_tensor("one", TensorProto.INT64, [1], [1])),
        node("Mul", ["ones", "minus_one"], "unset"),
        node("Equal", ["wanted", "unset"], "is_unset"),
        node("Where", ["is_unset", "ones", "wanted"], "size"),
        node("Expand", ["token", "size"], "expanded"),
        node("Concat", ["expanded", "places"], "tokens", axis=1),
        node("Gather", ["tokens", "nought"], "first", axis=1),
    ],
    [
        *(whole("flat", 1, 8, 256), number("nought", 0), whole("zero", 0), whole("minus_one", -1), whole("three", 3)),
        weight("token", 1, 1, 8),
    ],
    "first",
)
SAME_PADDING = model(  # as TensorFlow pads: by as much as the size of the picture asks for, and never by less than 0
    [
        node("Shape", ["x"], "shape"),
        node("Slice", ["shape", "two", "four"], "sizes"),
        node("Sub", ["wide", "sizes"], "missing"),
        node("Clip", ["missing", "nought"], "ends"),
        node("Concat", ["six_zeros", "ends"], "pads", axis=0),
        node("Pad", ["x", "pads"], "padded"),
        node("Conv", ["padded", "w"], "conv", kernel_shape=[3, 3]),
    ],
    [
        *(whole("two", 2), whole("four", 4), whole("wide", 19, 15), number("nought", 0)),
        *(whole("six_zeros", 0, 0, 0, 0, 0, 0), weight("w", 4, 8, 3, 3)),
    ],
    "conv",
)
PADDING = model(
    [
        node("ConstantOfShape", ["four"], "zeros", value=helper.make_tensor("zero", TensorProto.INT64, [1], [0])),
        node("Concat", ["sides", "zeros"], "pairs", axis=0),
        node("Reshape", ["pairs", "two_columns"], "table"),
        node("Slice", ["table", "minus_one", "lowest", "first", "minus_one"], "reversed"),
        node("Transpose", ["reversed"], "columns", perm=[1, 0]),
        node("Reshape", ["columns", "minus_one"], "pads"),
        node("Pad", ["x", "pads"], "padded"),
        node("Conv", ["padded", "w"], "conv", kernel_shape=[3, 3]),
    ],
    [
        *(whole("four", 4), whole("sides", 1, 2, 0, 3), whole("minus_one", -1), whole("lowest", -(2**62))),
        *(whole("first", 0), whole("two_columns", -1, 2), weight("w", 4, 8, 3, 3)),
    ],
    "conv",
)
# The second size depends on a shape that is known once the first is.
ONE_AFTER_ANOTHER = model(
    [
        node("Shape", ["x"], "shape"),
        node("Gather", ["shape", "one"], "channels", axis=0),
        node("Div", ["channels", "two"], "half"),
        node("Unsqueeze", ["half", "front"], "end"),
        node("Slice", ["x", "zero", "end", "axis"], "left"),
        node("Shape", ["left"], "shape2"),
        node("Gather", ["shape2", "one"], "channels2", axis=0),
        node("Div", ["channels2", "two"], "half2"),
        node("Unsqueeze", ["half2", "front"], "end2"),
        node("Concat", ["one_row", "end2", "minus_one"], "target", axis=0),
        node("Reshape", ["left", "target"], "grouped"),
    ],
    [
        *(number("one", 1), number("two", 2), whole("front", 0), whole("zero", 0), whole("axis", 1)),
        *(whole("minus_one", -1), whole("one_row", 1)),
    ],
    "grouped",
)
CASES = {
    "one after another": ONE_AFTER_ANOTHER,
    "half of the channels": HALF_OF_THE_CHANNELS,
    "class token": CLASS_TOKEN,
    "same padding": SAME_PADDING,
    "padding": PADDING,
}


@pytest.mark.parametrize("name", CASES)
def test_every_size_is_that_of_plain_onnxruntime(name: str) -> None:
    graph = read_graph(CASES[name])
    values = list(dict.fromkeys(layer.output for layer in graph.layers))
    session = ort.InferenceSession(expose_outputs(CASES[name], values).SerializeToString())
    outputs = session.run(values, {"x": np.zeros((1, 8, 16, 16), np.float32)})
    shapes = dict(zip(values, (output.shape for output in outputs), strict=True))
    known = read_operators(CASES[name]).values
    assert {value: known[value].shape for value in values} == shapes


def test_a_computed_start_of_a_slice_is_an_attribute_of_the_operator() -> None:
    slices = [operator for operator in read_operators(HALF_OF_THE_CHANNELS).operators if operator.op == "Slice"]
    assert [(each.attributes["starts"], each.attributes["ends"]) for each in slices] == [([0], [4]), ([4], [8])]


def test_the_receptive_field_passes_a_slice_with_computed_ends() -> None:
    assert read_graph(HALF_OF_THE_CHANNELS).by_id["conv"].receptive_field.size == (3, 3)


def test_nothing_is_computed_from_an_unknown_shape() -> None:
    values = ShapeValues(HALF_OF_THE_CHANNELS.graph, OPSETS)
    assert values.compute({}) == {}
    assert {name: array.tolist() for name, array in values.compute({"x": (1, 8, 16, 16)}).items()} == {
        "end": [4],
        "last": [8],
    }


def test_a_number_that_stays_unknown_is_looked_for_once() -> None:
    """Each number is the sum of two that are the sums of the same two, and so on."""
    nodes = [node("Shape", ["hidden"], "a0"), node("Shape", ["hidden"], "b0")]
    for level in range(1, 40):
        before = [f"a{level - 1}", f"b{level - 1}"]
        nodes += [node("Add", before, f"a{level}"), node("Sub", before, f"b{level}")]
    deep = model([*nodes, node("Reshape", ["x", "a39"], "out")], [], "out")
    assert ShapeValues(deep.graph, OPSETS).compute({"x": (1, 8, 16, 16)}) == {}


def test_a_large_array_is_not_made() -> None:
    huge = model(
        [
            node("ConstantOfShape", ["million"], "zeros"),
            node("Cast", ["zeros"], "shape", to=TensorProto.INT64),
            node("Reshape", ["x", "shape"], "out"),
        ],
        [whole("million", 100 * MAX_ENTRIES, 1000, 1000)],
        "out",
    )
    assert ShapeValues(huge.graph, OPSETS).compute({"x": (1, 8, 16, 16)}) == {}


def test_a_constant_that_cannot_be_computed_is_left_unknown() -> None:
    wrong = model(
        [node("Gather", ["list", "place"], "shape", axis=0), node("Reshape", ["x", "shape"], "out")],
        [whole("list", 1, 2), whole("place", 9)],
        "out",
    )
    assert ShapeValues(wrong.graph, OPSETS).compute({"x": (1, 8, 16, 16)}) == {}


SHAPING = {  # as ONNX calls inputs that its operators infer shapes from, and those that say which numbers are there
    "K", "axes", "cond", "constant_value", "delta", "depth", "ends", "limit", "pads", "repeats", "roi", "scales",
    "shape", "sizes", "split", "start", "starts", "steps",
}  # fmt: skip


@pytest.mark.parametrize("op", sorted(SHAPED_BY.keys() - {"ConstantOfShape"}))
def test_the_inputs_that_decide_a_shape_are_those_of_onnx(op: str) -> None:
    schema = defs.get_schema(op, 9) if op == "Upsample" else defs.get_schema(op)
    assert list(SHAPED_BY[op]) == [place for place, each in enumerate(schema.inputs) if each.name in SHAPING]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({}, [1, 8, 16, 16]),
        ({"start": 1}, [8, 16, 16]),
        ({"end": 3}, [1, 8, 16]),
        ({"start": 1, "end": 2}, [8]),
        ({"start": -1}, [16]),
        ({"end": -1}, [1, 8, 16]),
        ({"start": 0, "end": 99}, [1, 8, 16, 16]),
    ],
)
def test_a_part_of_a_shape(attributes: dict[str, int], expected: list[int]) -> None:
    part = model([node("Shape", ["x"], "s", **attributes), node("ConstantOfShape", ["s"], "out")], [], "out")
    values = ShapeValues(part.graph, OPSETS).compute({"x": (1, 8, 16, 16)})
    assert {name: array.tolist() for name, array in values.items()} == {"s": expected}


def test_the_size_of_a_value_is_the_product_of_its_lengths() -> None:
    sized = model([node("Size", ["x"], "s"), node("Range", ["s", "s", "s"], "out")], [], "out")
    values = ShapeValues(sized.graph, OPSETS)
    assert values.value("s") is None
    assert values.compute({"x": (1, 8, 16, 16)})["s"] == 2048
    assert values.value("s") == 2048
    assert values.compute({"x": (1, 8, 16, 16)}) == {}
    assert [*sized.graph.node[-1].input] == ["constant s"] * 3
