"""The padding of convolutions and pools against hand-computed numbers from ONNX's formulas."""

from typing import Any

import pytest

from app.nets.window import (
    Window,
    read_corrected_pool_window,
    read_pool_window,
    read_transposed_window,
    read_window,
)


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
