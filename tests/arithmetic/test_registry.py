"""The workings against the examples of the ONNX specification, which has some for every attribute of an operator."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from onnx import NodeProto, helper, numpy_helper
from onnx.backend.test.case.test_case import TestCase

from app.arithmetic.registry import WORKINGS, work
from app.arithmetic.working import Operation
from app.errors import NoWorking
from tests.arithmetic.reference import Array, check_sums
from tests.onnx_examples import HUGE, onnx_examples

CELLS = 20  # of each output
EXAMPLES = 700  # at least: fewer would mean that they are no longer found
LEFT_OUT = re.compile(
    "training"  # of dropout and batch normalisation
    "|BFLOAT16|bfloat16|FLOAT[48]|U?INT[24]|_e4m3fn|_e5m2|_u?int[24]|float4e2m1|blocked_symmetric"  # rare types
    "|empty_set|_string"  # of no numbers
    "|identity_(sequence|opt)"  # of no tensor
    "|downsample_scales_(linear|cubic)_align_corners"  # onnxruntime rounds the size first
    f"|{HUGE}",
)


def examples() -> Iterator[tuple[TestCase, NodeProto]]:
    """The examples of one operator that has a working."""
    for case in onnx_examples():
        nodes = case.model.graph.node if case.model else []
        if len(nodes) == 1 and nodes[0].op_type in WORKINGS and not LEFT_OUT.search(case.name):
            yield case, nodes[0]


def operations(case: TestCase, node: NodeProto) -> Iterator[tuple[Operation, Array]]:
    """What the operator of an example reads for each output, and the numbers of the output."""
    assert case.model
    attributes = {each.name: helper.get_attribute_value(each) for each in node.attribute}
    texts = {name: value.decode() for name, value in attributes.items() if isinstance(value, bytes)}
    for inputs, outputs in case.data_sets or []:
        given = {info.name: array_of(value) for info, value in zip(case.model.graph.input, inputs, strict=True)}
        values = tuple(given[name] if name else None for name in node.input)
        outputs = outputs if node.op_type == "Split" else outputs[:1]
        for number, expected in enumerate(map(array_of, outputs)):
            opset = case.model.opset_import[0].version
            yield Operation(node.op_type, opset, attributes | texts, values, expected.shape, number), expected


def array_of(value: Any) -> Array:
    return np.asarray(numpy_helper.to_array(value) if hasattr(value, "dims") else value)


def check_example(operation: Operation, expected: Array) -> None:
    cells = np.random.default_rng(0).permutation(expected.size)[:CELLS].tolist()
    tolerance = 1e-3 if expected.dtype == np.float16 else 1e-4  # some are written with four digits
    for cell in cells:
        index = tuple(int(place) for place in np.unravel_index(cell, expected.shape))
        working = work(operation, index)
        check_sums(working, working.total)
        np.testing.assert_allclose(working.total, float(expected[index]), rtol=tolerance, atol=tolerance)


@pytest.mark.slow
def test_the_examples_of_the_specification() -> None:
    count = 0
    for case, node in examples():
        for operation, expected in operations(case, node):
            try:
                check_example(operation, expected)
            except AssertionError as error:
                raise AssertionError(case.name) from error
            count += 1
    assert count > EXAMPLES


def test_an_operator_without_a_working_is_named() -> None:
    with pytest.raises(NoWorking, match="Det"):
        work(Operation("Det", 17, {}, (), ()), ())
