"""What the tests of the sandbox share: small networks, and runtimes whose processes end with the test."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from app.nets.session import Tensor
from app.sandbox.children import Children, ChildrenLimits
from app.sandbox.confinement import ProcessLimits
from app.sandbox.isolated_runtime import IsolatedRuntime
from app.sandbox.process import Requirement

LIMITS = ProcessLimits(memory_bytes=2_000_000_000, cpu_s=60)


@contextmanager
def children(processes: int = 2, idle_s: float = 60, request_s: float = 20) -> Iterator[Children]:
    group = Children(Requirement(LIMITS, is_strict=True), ChildrenLimits(processes, idle_s, request_s))
    try:
        yield group
    finally:
        group.close()


@contextmanager
def isolated_runtime(request_s: float = 20) -> Iterator[IsolatedRuntime]:
    with children(request_s=request_s) as group:
        yield IsolatedRuntime(group, threads=1)


def scaled(factor: float, shape: tuple[int | str, ...] = (2, 3)) -> ModelProto:
    """y = factor * x."""
    weight = numpy_helper.from_array(np.array(factor, np.float32), "w")
    return network([helper.make_node("Mul", ["x", "w"], ["y"])], shape, [weight])


def endless(shape: tuple[int | str, ...] = (1,)) -> ModelProto:
    """A Loop that adds its input for ever."""
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["going"], ["goes_on"]),
            helper.make_node("Add", ["sum", "sum"], ["next"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("round", TensorProto.INT64, []),
            helper.make_tensor_value_info("going", TensorProto.BOOL, []),
            helper.make_tensor_value_info("sum", TensorProto.FLOAT, None),
        ],
        [
            helper.make_tensor_value_info("goes_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("next", TensorProto.FLOAT, None),
        ],
    )
    true = numpy_helper.from_array(np.array(True), "true")
    return network([helper.make_node("Loop", ["", "true", "x"], ["y"], body=body)], shape, [true])


def network(
    nodes: Sequence[NodeProto], shape: tuple[int | str, ...], weights: list[TensorProto], output: str = "y"
) -> ModelProto:
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
        weights,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def ramp(*shape: int) -> Tensor:
    """0, 1, 2 ... in this shape."""
    return np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
