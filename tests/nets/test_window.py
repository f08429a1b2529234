"""The padding of convolutions and pools: by hand from formulas, and by which cells onnxruntime's outputs read."""

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


def padding(window: Window) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return window.pads_begin, window.pads_end


def test_without_attributes_the_window_moves_by_one_cell_and_pads_nothing() -> None:
    window = read_window({}, [3, 5], (8, 8), (6, 4))
    assert window == Window((3, 5), (1, 1), (1, 1), (0, 0), (0, 0))
    assert window.extent == (3, 5)


def test_a_dilated_kernel_spans_its_gaps() -> None:
    window = read_window({"dilations": [2, 3], "strides": [1, 2]}, [3, 3], (9, 9), (5, 2))
    assert window.extent == (5, 7)
    assert window.span((5, 2)) == (9, 9)


def test_explicit_pads_list_the_beginnings_first() -> None:
    window = read_window({"pads": [1, 2, 3, 4]}, [3, 3], (8, 8), (10, 12))
    assert padding(window) == ((1, 2), (3, 4))
    assert window.pads == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        # rows: (4 - 1) * 2 + 3 - 7 = 2 cells of padding, columns: (4 - 1) * 2 + 4 - 7 = 3
        ("SAME_UPPER", ((1, 1), (1, 2))),
        ("SAME_LOWER", ((1, 2), (1, 1))),
        ("VALID", ((0, 0), (0, 0))),
    ],
)
def test_auto_pad(mode: str, expected: tuple[tuple[int, int], tuple[int, int]]) -> None:
    assert padding(read_window({"auto_pad": mode, "strides": [2, 2]}, [3, 4], (7, 7), (4, 4))) == expected


def test_same_counts_the_gaps_of_a_dilated_kernel() -> None:
    attributes = {"auto_pad": "SAME_UPPER", "dilations": [2, 1]}
    assert padding(read_window(attributes, [3, 3], (6, 6), (6, 6))) == ((2, 1), (2, 1))


def test_same_never_pads_where_the_stride_skips_cells() -> None:
    attributes = {"auto_pad": "SAME_UPPER", "strides": [3, 3]}
    assert padding(read_window(attributes, [1, 1], (5, 5), (2, 2))) == ((0, 0), (0, 0))


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        # the windows of 3 inputs with stride 2 and kernel 3 span (3 - 1) * 2 + 3 = 7 cells
        ({"pads": [1, 0, 0, 1]}, ((1, 0), (0, 1))),
        ({"auto_pad": "SAME_UPPER"}, ((0, 0), (1, 1))),
        ({"auto_pad": "SAME_LOWER"}, ((1, 1), (0, 0))),
        ({"auto_pad": "VALID"}, ((0, 0), (0, 0))),
        ({"output_shape": [6, 6]}, ((1, 1), (0, 0))),
        ({"output_shape": [6, 6], "output_padding": [1, 0]}, ((1, 1), (1, 0))),
    ],
)
def test_transposed(attributes: dict[str, Any], expected: tuple[tuple[int, int], tuple[int, int]]) -> None:
    assert padding(read_transposed_window(attributes | {"strides": [2, 2]}, [3, 3], (3, 3), (6, 6))) == expected


POOL = {"kernel_shape": [2, 2], "strides": [2, 2], "pads": [1, 1, 1, 1], "ceil_mode": 1}


def test_a_pool_window_that_begins_in_the_padding_at_the_end_is_left_out() -> None:
    """Of length 5, padded to 7: windows begin at 0, 2, 4 and 6, and the last one has no cell of the input."""
    window = read_corrected_pool_window(POOL, (5, 5))
    assert window is not None
    assert padding(window) == ((1, 1), (0, 0))  # 6 cells: three windows, rounded either way


def test_each_axis_is_padded_for_the_windows_that_count() -> None:
    """Of width 6, padded to 8: windows begin at 0, 2, 4 and 6, and the last one has the last cell of the input."""
    window = read_corrected_pool_window(POOL, (5, 6))
    assert window is not None
    assert padding(window) == ((1, 1), (0, 1))


@pytest.mark.parametrize("other", [{"ceil_mode": 0}, {"auto_pad": "SAME_UPPER"}, {"pads": [0, 0, 0, 0]}])
def test_a_pool_whose_size_is_right_is_left_as_it_is(other: dict[str, Any]) -> None:
    assert read_corrected_pool_window(POOL | other, (5, 5)) is None


@pytest.mark.parametrize(
    ("ceil_mode", "expected"),
    [
        # (4 - 1) * 3 + 2 - 10 = 1 cell of padding, as without dilations: windows of 4 cells begin at 0, 3 and 6 ...
        (0, ((0, 1), (1, 0))),
        # ... and rounded up at 9, the last cell or the one before it: up to there it takes 2 cells more
        (1, ((0, 1), (3, 2))),
    ],
)
def test_same_does_not_count_the_gaps_of_a_dilated_pool(ceil_mode: int, expected: tuple[tuple[int, int], ...]) -> None:
    for axis, mode in enumerate(("SAME_UPPER", "SAME_LOWER")):
        attributes = {"kernel_shape": [2], "strides": [3], "dilations": [3], "auto_pad": mode, "ceil_mode": ceil_mode}
        window = read_corrected_pool_window(attributes, (10,))
        assert window is not None
        assert padding(window) == ((expected[0][axis],), (expected[1][axis],))
        assert padding(read_pool_window(attributes, (10,))) == ((axis,), (1 - axis,))


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
