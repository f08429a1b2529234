"""Quantisation, straight through: gradients are those of the same without rounding, computed with NumPy."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from onnx import TensorProto

from app.errors import NotDifferentiable
from tests.gradients.probing import MAPS, Floats, Node, after, built, chain, check, drawn, floats, node, picture, run

SCALES = floats(0.02, 0.03, 0.05, 0.01)
WHOLE = np.float32(0.025)
# The scale, the zero point, the axis, and the opset.
PAIRS: dict[str, tuple[Any, Any, int | None, int]] = {
    "signed": (WHOLE, np.int8(5), None, 10),
    "unsigned": (WHOLE, np.uint8(120), None, 13),
    "unsigned without a zero point": (WHOLE, None, None, 18),
    "of each channel": (SCALES, np.array([0, 7, -9, 20], np.int8), 1, 13),
    "of each row": (floats(0.02, 0.03, 0.05, 0.01, 0.04), np.zeros(5, np.int8), -2, 13),
    "of one scale in a list": (floats(0.025), np.array([3], np.int8), None, 13),
    "of 16 bits": (np.float32(1e-4), np.uint16(30_000), None, 21),
}


def pair(scale: Any, zero: Any, axis: int | None) -> tuple[Node, Node]:
    constants = [scale] if zero is None else [scale, zero]
    attributes = {} if axis is None else {"axis": axis}
    return node("QuantizeLinear", *constants, **attributes), after("DequantizeLinear", "y0", *constants, **attributes)


def in_range(x: Floats, scale: Any, zero: Any, axis: int | None) -> npt.NDArray[np.bool_]:
    """Whether a number is rounded to one of the integers of the zero point's type."""
    kind = np.iinfo(np.uint8 if zero is None else zero.dtype)
    shape = [-1 if place == (axis or 0) % 4 and np.size(scale) > 1 else 1 for place in range(4)]
    scales, zeros = (np.asarray(part, np.float32).reshape(shape) for part in (scale, 0 if zero is None else zero))
    number = np.rint(x / scales) + zeros
    return np.asarray((number >= kind.min) & (number <= kind.max))


@pytest.mark.parametrize("settings", PAIRS)
def test_a_pair_passes_the_gradient_where_the_number_is_in_range(settings: str) -> None:
    scale, zero, axis, opset = PAIRS[settings]
    model = chain(*pair(scale, zero, axis), shape=MAPS, opset=opset)
    graph, x = built(model, outputs=("y1",)), np.concatenate([picture((1, *MAPS), seed) for seed in (0, 1)])
    assert graph.is_batchable
    seed = drawn(*x.shape)
    found = run(graph.model, {"x": x, graph.seed: seed})
    np.testing.assert_array_equal(found["y1"], run(model, {"x": x})["y1"])
    inside = in_range(x, scale, zero, axis)
    assert 0.2 < inside.mean() < 1
    np.testing.assert_allclose(found[graph.gradients["x"]], np.where(inside, seed, 0), rtol=1e-5)


def test_what_stands_between_quantising_and_dequantising_is_differentiated() -> None:
    quantised, _ = pair(WHOLE, np.int8(-30), None)
    model = chain(
        quantised,
        after("Transpose", "y0", perm=[0, 1, 3, 2]),
        after("DequantizeLinear", "y1", WHOLE, np.int8(-30)),
        after("Mul", "y2", drawn(5)),
        shape=MAPS,
    )
    graph, x, seed = built(model), picture((1, *MAPS)), drawn(1, 4, 6, 5)
    expected = np.where(in_range(x, WHOLE, np.int8(-30), None), (seed * drawn(5)).swapaxes(2, 3), 0)
    found = run(graph.model, {"x": x, graph.seed: seed})[graph.gradients["x"]]
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_weights_in_8_bits_are_weights() -> None:
    kernel = np.random.default_rng(3).integers(-128, 128, (5, 4, 3, 3)).astype(np.int8)
    weights = after("DequantizeLinear", kernel, floats(0.01, 0.02, 0.03, 0.01, 0.02), np.zeros(5, np.int8), axis=0)
    check(chain(weights, after("Conv", "x", "y0", pads=[1, 1, 1, 1]), shape=MAPS, opset=19))


def test_a_scale_that_depends_on_the_input_is_refused() -> None:
    mean = after("ReduceMean", "x", keepdims=0)
    with pytest.raises(NotDifferentiable, match="scale depends on the input"):
        built(chain(mean, node("QuantizeLinear", "y0"), after("DequantizeLinear", "y1", "y0"), shape=MAPS))


def test_rounding_to_short_floats_is_refused() -> None:
    nodes = [
        node("QuantizeLinear", WHOLE, output_dtype=TensorProto.FLOAT8E4M3FN),
        after("DequantizeLinear", "y0", WHOLE),
    ]
    with pytest.raises(NotDifferentiable, match="not to integers"):
        built(chain(*nodes, shape=MAPS, opset=21))
