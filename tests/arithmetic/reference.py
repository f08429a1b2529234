"""Workings against the reference evaluator of the onnx package and onnxruntime, for every number of an output."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import ModelProto, helper
from onnx.reference import ReferenceEvaluator

from app.arithmetic.kinds import KINDS
from app.arithmetic.registry import work
from app.arithmetic.working import LISTED, Operation, Term, Working
from tests.arithmetic.operators.formulas import check_formula
from tests.arithmetic.operators.terms import check_terms

Array = NDArray[Any]
CHECKED = 20  # workings of an output of which every term is looked at
COMPUTED = 6  # and those of which the formula is computed


def model_of(
    op: str,
    inputs: Sequence[Array | None],
    attributes: dict[str, Any],
    opset: int = 17,
    outputs: int = 1,
    domain: str = "",
) -> ModelProto:
    """A model of one operator."""
    names = [f"x{position}" if value is not None else "" for position, value in enumerate(inputs)]
    node = helper.make_node(op, names, [f"y{number}" for number in range(outputs)], domain=domain, **attributes)
    read = [
        helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape)
        for name, value in zip(names, inputs, strict=True)
        if value is not None
    ]
    graph = helper.make_graph([node], "operator", read, [helper.make_empty_tensor_value_info(y) for y in node.output])
    opsets = [helper.make_opsetid("", opset), *([helper.make_opsetid(domain, 1)] if domain else [])]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def feeds_of(inputs: Sequence[Array | None]) -> dict[str, Array]:
    """What a model of one operator is given."""
    return {f"x{position}": value for position, value in enumerate(inputs) if value is not None}


def reference(
    op: str, inputs: Sequence[Array | None], attributes: dict[str, Any], opset: int = 17, outputs: int = 1
) -> list[Array]:
    """What the reference evaluator computes."""
    evaluator = ReferenceEvaluator(model_of(op, inputs, attributes, opset, outputs))
    return [np.asarray(result) for result in evaluator.run(None, feeds_of(inputs))]


def runtime(
    op: str,
    inputs: Sequence[Array | None],
    attributes: dict[str, Any],
    opset: int = 17,
    outputs: int = 1,
    domain: str = "",
) -> list[Array]:
    """What onnxruntime computes."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    model = model_of(op, inputs, attributes, opset, outputs, domain).SerializeToString()
    session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return [np.asarray(result) for result in session.run(None, feeds_of(inputs))]


def floats(*values: Any) -> NDArray[np.float32]:
    """Numbers or rows of numbers as float32."""
    return np.array(values, np.float32)


def normal(*shape: int) -> NDArray[np.float32]:
    """Normally distributed numbers, the same for each shape."""
    return np.random.default_rng(shape).standard_normal(shape).astype(np.float32)


def check_every_number(
    op: str, inputs: Sequence[Array | None], attributes: dict[str, Any], opset: int = 17, limit: int = LISTED
) -> None:
    """The total of each number is that of the reference, and where terms add up, they add up to it."""
    (expected,) = reference(op, inputs, attributes, opset)
    check_numbers(Operation(op, opset, attributes, tuple(inputs), expected.shape, limit=limit), expected)


def check_with_both(
    op: str, inputs: Sequence[Array | None], attributes: dict[str, Any], opset: int = 17, outputs: int = 1
) -> None:
    """The total of each number of each output is that of the reference evaluator and that of onnxruntime."""
    answers = zip(*(evaluate(op, inputs, attributes, opset, outputs) for evaluate in (reference, runtime)), strict=True)
    for number, expected in enumerate(answers):
        check_numbers(Operation(op, opset, attributes, tuple(inputs), expected[0].shape, number), *expected)


def check_with_runtime(
    op: str, inputs: Sequence[Array | None], attributes: dict[str, Any], opset: int = 17, domain: str = ""
) -> None:
    """The total of each number is that of onnxruntime, for what the reference evaluator lacks or gets wrong."""
    (expected,) = runtime(op, inputs, attributes, opset, domain=domain)
    check_numbers(Operation(op, opset, attributes, tuple(inputs), expected.shape), expected)


def check_numbers(operation: Operation, *expected: Array) -> None:
    """The total of each number is that of every expected array, and what holds for every working holds for these."""
    workings = [work(operation, index) for index in np.ndindex(operation.output_shape)]
    for working in workings:
        check_sums(working, working.total)
    for working in workings[:: max(1, len(workings) // CHECKED)]:
        check_terms(operation, working)
    for number in range(0, len(workings), max(1, len(workings) // COMPUTED)):
        check_formula(operation, tuple(map(int, np.unravel_index(number, operation.output_shape))))
    totals = np.array([working.total for working in workings]).reshape(operation.output_shape)
    assert totals.size
    for array in expected:
        np.testing.assert_allclose(totals, array, rtol=1e-5, atol=1e-5, err_msg=operation.op)


def check_sums(working: Working | Term, total: float) -> None:
    """The terms of every sum add up to it, and every term is of a known kind."""
    if working.is_sum:
        added = sum(term.value for term in working.terms)
        assert math.isclose(added, total, rel_tol=1e-9, abs_tol=1e-9) or (math.isnan(added) and math.isnan(total))
    for term in working.terms:
        assert term.kind in KINDS
        check_sums(term, term.value)
