"""The sizes that onnxruntime computes otherwise than ONNX infers them."""

import itertools

import numpy as np
import onnxruntime as ort
import pytest
from onnx import ModelProto

from app.nets.graph import read_graph
from app.nets.taps import expose_outputs
from tests.nets.onnx_text import parse_network

OPEN = "float[N, 3, H, W]"


def check_sizes(model: ModelProto, size: tuple[int, int]) -> None:
    """Every layer's shape is that of what onnxruntime computes."""
    layers = read_graph(model, size).layers
    tap = expose_outputs(model, [layer.output for layer in layers])
    session = ort.InferenceSession(tap.SerializeToString(), providers=["CPUExecutionProvider"])
    outputs = session.run([layer.output for layer in layers], {"x": np.zeros((1, 3, *size), np.float32)})
    assert len(layers) == len(model.graph.node) - sum(node.op_type == "Constant" for node in model.graph.node)
    assert [layer.shape for layer in layers] == [array.shape[1:] for array in outputs]


@pytest.mark.parametrize(
    ("opset", "resize"),
    [
        (8, "Upsample <scales = [1.0, 1.0, {0}, {1}]> ({2})"),
        (9, "Upsample ({2}, s)"),
        (10, "Resize ({2}, s)"),
        (11, "Resize ({2}, none, s)"),
        (18, "Resize <axes = [-2, -1]> ({2}, , t)"),
    ],
)
def test_a_size_is_rounded_down_from_a_product_in_float32(opset: int, resize: str) -> None:
    """15 * 1.4 is 21 in float32 and less in float64, in which ONNX infers it; 10 * 2.3 is 23."""
    scales = "s = Constant <value = float[4] {1, 1, 1.4, 2.3}> ()  t = Constant <value = float[2] {1.4, 2.3}> ()"
    steps = [resize.format(1.4, 2.3, value) for value in "xa"]
    model = parse_network(
        f"{scales}  none = Constant <value = float[0] {{}}> ()  a = {steps[0]}  b = {steps[1]}  y = Relu (b)",
        opset,
        OPEN,
    )
    assert read_graph(model, (15, 10)).layers[0].shape == (3, 21, 23)
    for size in itertools.product((5, 15), (7, 10)):
        check_sizes(model, size)


def test_scales_that_follow_from_shapes() -> None:
    """Old exporters divide the sizes: in float32, 10 / 6 * 6 is 10 and 13 / 7 * 7 is 13."""
    model = parse_network(
        """h = Shape (x)  f = Cast <to = 1> (h)  t = Constant <value = float[4] {1, 3, 10, 13}> ()
           s = Div (t, f)  none = Constant <value = float[0] {}> ()  a = Resize (x, none, s)  y = Relu (a)""",
        11, "float[1, 3, 6, 7]",
    )  # fmt: skip
    assert [layer.shape for layer in read_graph(model).layers] == [(3, 10, 13)] * 2


@pytest.mark.parametrize(
    "settings",
    [
        "output_shape = [5, 4]",
        "output_shape = [9, 12], strides = [2, 2]",
        'auto_pad = "SAME_UPPER", strides = [3, 2]',
        'auto_pad = "SAME_LOWER", strides = [2, 3], output_padding = [1, 0]',
    ],
)
def test_a_transposed_convolution_whose_padding_follows_from_its_size(settings: str) -> None:
    body = f"""w = Constant <value = float[3, 2, 2, 3] {{{", ".join(["1"] * 36)}}}> ()
               a = ConvTranspose <{settings}> (x, w)  y = Relu (a)"""
    for size in itertools.product((5, 6), (6, 7)):
        check_sizes(parse_network(body, x=OPEN), size)


@pytest.mark.parametrize("mode", ["SAME_UPPER", "SAME_LOWER"])
@pytest.mark.parametrize("op", ["LpPool", "AveragePool <count_include_pad = 1>"])
def test_a_pool_with_auto_pad_and_gaps_between_its_windows(op: str, mode: str) -> None:
    """Of length 6, windows of 2 cells begin at 0 and 3, and rounded up at 6, beyond the input."""
    name, _, setting = op.partition(" ")
    settings = f'kernel_shape = [2, 1], strides = [3, 1], ceil_mode = 1, auto_pad = "{mode}"'
    settings += ", count_include_pad = 1" if setting else ""
    model = parse_network(f"a = {name} <{settings}> (x)  y = Relu (a)", 18, OPEN)
    for size in itertools.product((5, 6, 7, 8), (6, 7)):
        check_sizes(model, size)
