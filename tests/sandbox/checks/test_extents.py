"""Sizes that a file states or asks for: the largest that pass, and one beyond; ordinary networks ask for little."""

from typing import Any

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from app.errors import NetworkError
from app.sandbox.checks.extents import ExtentLimits, Extents
from tests.sandbox.hostile.corpus import floats, integers, model, node

SIDE = 1000
LIMITS = ExtentLimits(elements=SIDE * SIDE, side=SIDE)
KERNEL = numpy_helper.from_array(np.ones((3, 3, 3, 3), np.float32), "w")


def check(made: onnx.ModelProto) -> None:
    Extents(LIMITS).check_graph(made.graph)


def convolution(op: str, **attributes: Any) -> onnx.ModelProto:
    return model([node(op, "x w", **attributes)], KERNEL)


REQUESTS = {
    "expand": lambda side: model([node("Expand", "x s")], integers("s", 1, 1, SIDE, side)),
    "fill": lambda side: model([node("ConstantOfShape", "s")], integers("s", SIDE, side)),
    "reshape": lambda side: model([node("Reshape", "x s")], integers("s", SIDE, side, -1)),
    "old reshape": lambda side: model([node("Reshape", "x", shape=[SIDE, side, 0])], opset=4),
    "tile": lambda side: model([node("Tile", "x s")], integers("s", 1, 1, SIDE, side)),
    "resize": lambda side: model([node("Resize", "x roi s")], floats("s", 1, 1, SIDE, side), floats("roi")),
    "old upsample": lambda side: model([node("Upsample", "x", scales=[1.0, 1.0, SIDE, side])], opset=7),
    "pad": lambda side: model([node("Pad", "x s")], integers("s", 0, 0, SIDE - 1, 0, 0, 0, 0, side - 1)),
    "old pad": lambda side: model([node("Pad", "x", pads=[0, 0, SIDE - 1, 0, 0, 0, 0, side - 1])], opset=9),
    "pads of a convolution": lambda side: convolution("Conv", pads=[SIDE - 1, 0, 0, side - 1]),
    "strides": lambda side: convolution("ConvTranspose", strides=[SIDE, side]),
    "output": lambda side: convolution("ConvTranspose", output_shape=[SIDE, side]),
    "kernel": lambda side: model([node("AveragePool", "x", kernel_shape=[SIDE, side])]),
    "random": lambda side: model([node("RandomUniform", "", shape=[SIDE, side])]),
    "input": lambda side: model([node("Relu", "x")], x=[SIDE, side]),
}


@pytest.mark.parametrize("request_of", REQUESTS.values(), ids=REQUESTS)
def test_a_size_may_be_as_large_as_the_limit(request_of: Any) -> None:
    check(request_of(SIDE))
    with pytest.raises(NetworkError, match="more than 1,000,000 elements"):
        check(request_of(SIDE + 1))


def test_strides_of_a_convolution_shrink_its_output() -> None:
    check(convolution("Conv", strides=[10 * SIDE, 10 * SIDE]))


def test_dynamic_sizes_are_no_sizes() -> None:
    check(model([node("Relu", "x")], x=["N", 3, -1, None]))
    check(model([node("Resize", "x roi s")], floats("roi")))


def test_a_size_that_an_operator_computes_is_unknown() -> None:
    check(model([node("Shape", "x", "s"), node("Expand", "x s")]))


def test_what_an_operator_is_told_is_no_size_of_another() -> None:
    """The slope of a LeakyRelu is none of the numbers that it outputs."""
    scales = node("LeakyRelu", "x", "s", alpha=float(SIDE * SIDE))
    check(model([scales, node("Resize", "x roi s")], floats("roi")))


def test_sizes_inside_a_branch_are_checked_with_its_graph() -> None:
    inner = model([node("ConstantOfShape", "s")], integers("s", SIDE, SIDE + 1)).graph
    made = model([node("If", "x", then_branch=inner, else_branch=inner)])
    check(made)
    with pytest.raises(NetworkError, match="ConstantOfShape asks for"):
        Extents(LIMITS).check_graph(inner)


def test_a_name_in_an_error_is_short() -> None:
    made = model([node("Tile", "x s", name="n" * 1000)], integers("s", 1, 1, SIDE, 2 * SIDE))
    with pytest.raises(NetworkError) as error:
        check(made)
    assert len(error.value.details["node"]) == 200
