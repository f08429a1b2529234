"""Windows of random convolutions and pools against onnxruntime, whose outputs say which cells each of them read."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper

from app.nets.window import (
    SAME,
    Window,
    read_corrected_pool_window,
    read_pool_window,
    read_transposed_window,
    read_window,
    transposed_output_size,
)

Array = npt.NDArray[np.float32]
Attributes = dict[str, Any]
MODES = ("NOTSET", "VALID", *SAME)


def run(op: str, attributes: Attributes, *inputs: Array, opset: int = 17) -> Array:
    """The map that onnxruntime gives, without its batch and channel."""
    names = [f"x{place}" for place in range(len(inputs))]
    feeds = dict(zip(names, inputs, strict=True))
    infos = [helper.make_tensor_value_info(name, TensorProto.FLOAT, each.shape) for name, each in feeds.items()]
    node = helper.make_node(op, names, ["y"], **attributes)
    graph = helper.make_graph([node], "g", infos, [helper.make_empty_tensor_value_info("y")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, feeds)[0][0, 0])


def numbered(size: Sequence[int]) -> Array:
    """A map whose cells are numbered from 1 on, so that 0 is padding."""
    return np.arange(1, np.prod(size) + 1, dtype=np.float32).reshape(1, 1, *size)


def draw(seed: int) -> tuple[Attributes, list[int], list[int]]:
    """Attributes, the kernel's size and that of the map."""
    chance = np.random.default_rng(seed)
    kernel = chance.integers(1, 4, 2).tolist()
    attributes: Attributes = {"auto_pad": MODES[seed % len(MODES)]}
    if chance.integers(4):
        attributes["strides"] = chance.integers(1, 4, 2).tolist()
    if chance.integers(2):
        attributes["dilations"] = chance.integers(1, 3, 2).tolist()
    if attributes["auto_pad"] == "NOTSET" and chance.integers(4):
        attributes["pads"] = [int(chance.integers(0, length)) for length in kernel * 2]
    return attributes, kernel, chance.integers(7, 12, 2).tolist()


def cells_of(window: Window, tap: Sequence[int], positions: Sequence[int], size: Sequence[int]) -> Array:
    """What a tap of each window reads of a numbered map."""
    places = [
        np.arange(count) * stride - begin + at * dilation
        for count, stride, begin, at, dilation in zip(
            positions, window.strides, window.pads_begin, tap, window.dilations, strict=True
        )
    ]
    padded = np.pad(numbered(size)[0, 0], 16)
    return np.asarray(padded[np.ix_(*(each + 16 for each in places))])


def count_windows(window: Window, size: Sequence[int]) -> tuple[int, ...]:
    """The size of the output, rounded down, by ONNX's formula."""
    axes = zip(size, window.pads_begin, window.pads_end, window.extent, window.strides, strict=True)
    return tuple((length + begin + end - extent) // stride + 1 for length, begin, end, extent, stride in axes)


@pytest.mark.parametrize("seed", range(24))
def test_each_tap_of_a_convolution_reads_the_cell_of_onnxruntime(seed: int) -> None:
    attributes, kernel, size = draw(seed)
    if attributes["auto_pad"] in SAME:
        attributes.pop("dilations", None)  # onnxruntime has none with it
    for tap in ((0, 0), tuple(length - 1 for length in kernel)):
        weight = np.zeros((1, 1, *kernel), np.float32)
        weight[0, 0, *tap] = 1
        output = run("Conv", attributes, numbered(size), weight)
        window = read_window(attributes, kernel, size, output.shape)
        np.testing.assert_array_equal(output, cells_of(window, tap, output.shape, size))
    assert output.shape == count_windows(window, size)


@pytest.mark.parametrize("seed", range(24))
@pytest.mark.parametrize("ceil_mode", [0, 1])
def test_the_windows_of_a_pool_are_those_of_onnxruntime(seed: int, ceil_mode: int) -> None:
    attributes, kernel, size = draw(seed)
    attributes |= {"kernel_shape": kernel, "ceil_mode": ceil_mode}
    if attributes["auto_pad"] in SAME:  # onnxruntime skips no cells with it
        attributes["strides"] = np.minimum(attributes.get("strides", 1), kernel).tolist()
    output = run("MaxPool", attributes, numbered(size))
    window = read_pool_window(attributes, size)
    taps = [cells_of(window, tap, output.shape, size) for tap in np.ndindex(*kernel)]
    np.testing.assert_array_equal(output, np.max(taps, axis=0))
    corrected = read_corrected_pool_window(attributes, size)
    if corrected is not None:
        assert corrected.pads_begin == window.pads_begin
        assert count_windows(corrected, size) == output.shape


@pytest.mark.parametrize("seed", range(36))
def test_each_tap_of_a_transposed_convolution_writes_the_cell_of_onnxruntime(seed: int) -> None:
    attributes, kernel, size = draw(seed)
    chance = np.random.default_rng(seed)
    strides = attributes.get("strides", [1, 1])
    if chance.integers(2):
        attributes["output_padding"] = [int(chance.integers(0, stride)) for stride in strides]
    if attributes["auto_pad"] == "NOTSET" and "pads" not in attributes:
        attributes["output_shape"] = [length * stride for length, stride in zip(size, strides, strict=True)]
    for tap in ((0, 0), tuple(length - 1 for length in kernel)):
        weight = np.zeros((1, 1, *kernel), np.float32)
        weight[0, 0, *tap] = 1
        output = run("ConvTranspose", attributes, numbered(size), weight)
        window = read_transposed_window(attributes, kernel, size, output.shape)
        expected = np.zeros([length + 64 for length in output.shape], np.float32)
        places = [
            np.arange(length) * stride - begin + at * dilation + 32
            for length, stride, begin, at, dilation in zip(
                size, window.strides, window.pads_begin, tap, window.dilations, strict=True
            )
        ]
        expected[np.ix_(*places)] = numbered(size)[0, 0]
        np.testing.assert_array_equal(output, expected[32:-32, 32:-32])
    if attributes["auto_pad"] in SAME or "output_shape" in attributes:
        assert transposed_output_size(attributes, kernel, size) == output.shape
