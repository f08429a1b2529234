"""Operators on constants: what onnx's evaluator says, and nothing that takes more memory or time than is known."""

from typing import Any

import numpy as np
import pytest
from onnx import NodeProto, TensorProto, helper

from app.nets.reading.shapes.reference_operators import ARITHMETIC, compute_operator

OPSETS = [helper.make_opsetid("", 21)]
LIMIT = 1000
NUMBERS = np.arange(-3, 5, dtype=np.float32).reshape(2, 4)


def compute(op: str, *inputs: Any, **attributes: Any) -> Any:
    named = {f"i{place}": np.asarray(array) for place, array in enumerate(inputs)}
    return compute_operator(helper.make_node(op, list(named), ["o"], **attributes), named, OPSETS, LIMIT).get("o")


def test_an_operator_computes_what_onnx_says() -> None:
    np.testing.assert_array_equal(compute("Abs", NUMBERS), np.abs(NUMBERS))
    np.testing.assert_array_equal(
        compute("Where", NUMBERS > 0, NUMBERS, np.float32(7)), np.where(NUMBERS > 0, NUMBERS, 7)
    )
    np.testing.assert_array_equal(compute("Concat", NUMBERS, NUMBERS, axis=1), np.hstack([NUMBERS, NUMBERS]))


def test_every_output_is_computed() -> None:
    node = helper.make_node("Split", ["i0"], ["a", "b"], axis=1, num_outputs=2)
    halves = compute_operator(node, {"i0": NUMBERS}, OPSETS, LIMIT)
    np.testing.assert_array_equal(np.hstack([halves["a"], halves["b"]]), NUMBERS)


@pytest.mark.parametrize(
    ("op", "inputs"),
    {
        "Add": (np.ones((100, 1)), np.ones(11)),
        "Max": (np.ones((100, 1, 1)), np.ones((1, 10, 1)), np.ones(2)),
        "Concat": (np.ones(600), np.ones(600)),
        "ConstantOfShape": (np.array([2**40]),),
        "Expand": (np.ones(2), np.array([2**40, 1])),
        "Gather": (np.ones((1, 100)), np.zeros(100, np.int64)),
        "Range": (np.float32(0), np.float32(1), np.float32(1e-6)),
        "Tile": (np.ones(10), np.array([101])),
    }.items(),
)
def test_what_would_be_large_is_not_computed(op: str, inputs: tuple[Any, ...]) -> None:
    assert compute(op, *inputs, **({"axis": 0} if op in ("Concat", "Gather") else {})) is None


def test_texts_are_not_computed() -> None:
    assert compute("Add", np.array(["a"], object), np.array(["b"], object)) is None
    assert compute("Cast", NUMBERS, to=TensorProto.STRING) is None


def test_a_number_that_would_mean_a_text_in_another_attribute_means_none() -> None:
    np.testing.assert_array_equal(compute("Cast", NUMBERS, to=TensorProto.INT64), NUMBERS.astype(np.int64))
    node = helper.make_node("Split", ["i0"], list("abcdefgh"), axis=1, num_outputs=int(TensorProto.STRING))
    parts = compute_operator(node, {"i0": np.arange(16).reshape(2, 8)}, OPSETS, LIMIT)
    np.testing.assert_array_equal(np.hstack(list(parts.values())), np.arange(16).reshape(2, 8))


@pytest.mark.parametrize(
    ("op", "inputs"),
    {
        "Add": (np.ones((LIMIT // 10, 1)), np.ones(10)),
        "Concat": (np.ones(LIMIT // 2), np.ones(LIMIT // 2)),
        "ConstantOfShape": (np.array([LIMIT]),),
        "Expand": (np.ones(2), np.array([LIMIT // 4, 1])),
        "Gather": (np.ones((1, 10)), np.zeros(LIMIT // 10, np.int64)),
        "Range": (np.float32(0), np.float32(LIMIT), np.float32(1)),
        "Tile": (np.ones(10), np.array([LIMIT // 10])),
    }.items(),
)
def test_what_is_as_large_as_it_may_be_is_computed(op: str, inputs: tuple[Any, ...]) -> None:
    assert compute(op, *inputs, **({"axis": 0} if op in ("Concat", "Gather") else {})) is not None


def test_loops_and_operators_of_others_are_not_computed() -> None:
    body = helper.make_graph([], "body", [], [])
    assert compute("Loop", np.array(2**62), np.array(True), body=body) is None
    node = NodeProto(op_type="Abs", domain="own", input=["i0"], output=["o"])
    assert compute_operator(node, {"i0": NUMBERS}, OPSETS, LIMIT) == {}


def test_inputs_that_do_not_fit_are_not_computed() -> None:
    for op in sorted(ARITHMETIC):
        compute(op)
        compute(op, np.zeros(0), np.full(3, np.nan), np.array(7), np.array([True]))
    assert compute("Add", np.ones(3), np.ones(2)) is None
