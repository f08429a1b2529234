"""Workings against the reference evaluator of the onnx package, for every number of an output."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

from app.arithmetic.registry import work
from app.arithmetic.working import LISTED, Operation, Term, Working

Array = NDArray[Any]


def reference(
    op: str, inputs: Sequence[Array | None], attributes: dict[str, Any], opset: int = 17, outputs: int = 1
) -> list[Array]:
    """What the reference evaluator computes."""
    names = [f"x{position}" if value is not None else "" for position, value in enumerate(inputs)]
    node = helper.make_node(op, names, [f"y{number}" for number in range(outputs)], **attributes)
    infos = [helper.make_empty_tensor_value_info(name) for name in (*filter(None, names), *node.output)]
    graph = helper.make_graph([node], "operator", infos[: len(infos) - outputs], infos[len(infos) - outputs :])
    feeds = {name: value for name, value in zip(names, inputs, strict=True) if value is not None}
    return [np.asarray(result) for result in ReferenceEvaluator(graph, {"": opset}).run(None, feeds)]


def floats(*values: Any) -> NDArray[np.float32]:
    """Numbers or rows of numbers as float32."""
    return np.array(values, np.float32)


def normal(*shape: int) -> NDArray[np.float32]:
    """Normally distributed numbers, the same for each shape."""
    return np.random.default_rng(shape).standard_normal(shape).astype(np.float32)


def runtime(op: str, inputs: Sequence[Array], attributes: dict[str, Any], opset: int = 17) -> Array:
    """What onnxruntime computes, for what the reference evaluator refuses."""
    names = [f"x{position}" for position in range(len(inputs))]
    infos = [
        helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape)
        for name, value in zip(names, inputs, strict=True)
    ]
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    graph = helper.make_graph([helper.make_node(op, names, ["y"], **attributes)], "operator", infos, [output])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, dict(zip(names, inputs, strict=True)))[0])


def check_every_number(
    op: str, inputs: Sequence[Array | None], attributes: dict[str, Any], opset: int = 17, limit: int = LISTED
) -> None:
    """The total of each number is that of the reference, and where terms add up, they add up to it."""
    (expected,) = reference(op, inputs, attributes, opset)
    check_numbers(Operation(op, opset, attributes, tuple(inputs), expected.shape, limit=limit), expected)


def check_numbers(operation: Operation, expected: Array) -> None:
    """The total of each number is the expected one, and where terms add up, they add up to it."""
    assert expected.size
    for index in np.ndindex(expected.shape):
        working = work(operation, index)
        np.testing.assert_allclose(
            working.total, expected[index], rtol=1e-5, atol=1e-5, err_msg=f"{operation.op} at {index}"
        )
        check_sums(working, working.total)


def check_sums(working: Working | Term, total: float) -> None:
    """The terms of every sum add up to it."""
    if working.is_sum:
        np.testing.assert_allclose(sum(term.value for term in working.terms), total, rtol=1e-9, atol=1e-9)
    for term in working.terms:
        check_sums(term, term.value)
