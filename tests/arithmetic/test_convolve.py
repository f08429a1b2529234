"""Typed convolutions and poolings: a lecture's examples, sizes in words and numbers, and what is refused."""

from typing import Any

import numpy as np
import pytest

from app.arithmetic.convolve import (
    PoolingKind,
    WindowTask,
    convolution,
    pooling,
    read_kernels,
    read_movement,
    read_pair,
    transposed_convolution,
)
from app.errors import InvalidRequest, NonFinite

VERTICAL = [[1, 0, -1]] * 3
DIAGONALS = [
    [1, 0, 0, 0, 0, 1],
    [0, 1, 0, 0, 1, 0],
    [0, 0, 1, 1, 0, 0],
    [1, 0, 0, 0, 1, 0],
    [0, 1, 0, 0, 1, 0],
    [0, 0, 1, 0, 1, 0],
]
FILTER_1 = [[1, -1, -1], [-1, 1, -1], [-1, -1, 1]]
FILTER_2 = [[-1, 1, -1]] * 3
GREY = [
    [3, 0, 1, 2, 7, 4],
    [1, 5, 8, 9, 3, 1],
    [2, 7, 2, 5, 1, 3],
    [0, 1, 3, 1, 7, 8],
    [4, 2, 1, 6, 2, 8],
    [2, 4, 5, 2, 3, 9],
]
POOLED = [[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]
DEFAULTS: dict[str, Any] = {"stride": 1, "padding": 0, "dilation": 1}
MOVE = read_movement(1, 0, 1)


def task(matrix: Any, kernel: Any, bias: float = 0, groups: int = 1, **movement: Any) -> WindowTask:
    maps = np.array(matrix, float).reshape(-1, *np.shape(matrix)[-2:])
    kernels = read_kernels(np.array(kernel, float), np.array([bias]), len(maps), groups, is_transposed=False)
    return convolution(maps, kernels, read_movement(**{**DEFAULTS, **movement}))


def transposed(matrix: Any, kernel: Any, groups: int = 1, **movement: Any) -> WindowTask:
    maps = np.array(matrix, float).reshape(-1, *np.shape(matrix)[-2:])
    weights = read_kernels(np.array(kernel, float), np.zeros(1), len(maps), groups, is_transposed=True)
    return transposed_convolution(maps, weights, read_movement(**{**DEFAULTS, **movement}))


@pytest.mark.parametrize(
    ("matrix", "kernel", "stride", "expected"),
    [
        ([[1, 2, 3], [2, 0, 0], [7, 9, 1]], [[3, 2, 0], [3, 0, 1], [0, 5, 2]], 1, [[60]]),
        (
            [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]],
            [[1, 0, 1], [0, 1, 0], [1, 0, 1]],
            1,
            [[4, 3, 4], [2, 4, 3], [2, 3, 4]],
        ),
        (
            GREY,
            VERTICAL,
            1,
            [[-5, -4, 0, 8], [-10, -2, 2, 3], [0, -2, -4, -7], [-3, -2, -3, -16]],
        ),
        ([[10, 10, 10, 0, 0, 0]] * 6, VERTICAL, 1, [[0, 30, 30, 0]] * 4),
        (DIAGONALS, FILTER_1, 1, [[3, -1, -3, -1], [-3, 1, 0, -3], [-3, -3, 0, 1], [3, -2, -2, -1]]),
        (DIAGONALS, FILTER_1, 2, [[3, -3], [-3, 0]]),
        (DIAGONALS, FILTER_2, 1, [[-1, -1, -1, -1], [-1, -1, -2, 1], [-1, -1, -2, 1], [-1, 0, -4, 3]]),
    ],
)
def test_the_examples_of_a_lecture(matrix: Any, kernel: Any, stride: int, expected: Any) -> None:
    np.testing.assert_array_equal(task(matrix, kernel, stride=stride).compute(), [expected])


def test_three_channels_and_a_bias() -> None:
    """308 - 498 + 164 + 1 = -25: the corner of a padded photo, so that four numbers of each channel are read."""
    red = [[156, 155], [153, 154]]
    green = [[167, 166], [164, 165]]
    blue = [[163, 162], [160, 161]]
    kernels = [
        [[-1, -1, 1], [0, 1, -1], [0, 1, 1]],
        [[1, 0, 0], [1, -1, -1], [1, 0, -1]],
        [[0, 1, 1], [0, 1, 0], [1, -1, 1]],
    ]
    sums = [
        task(plane, kernel, padding=1).compute()[0, 0, 0]
        for plane, kernel in zip((red, green, blue), kernels, strict=True)
    ]
    assert sums == [308, -498, 164]
    assert task([red, green, blue], kernels, bias=1, padding=1).compute()[0, 0, 0] == -25


def test_the_poolings_of_a_lecture() -> None:
    maps = np.array([POOLED], float)
    np.testing.assert_array_equal(pooling(maps, "max", (3, 3), MOVE).compute(), [[[3, 3, 3], [3, 3, 3], [3, 2, 3]]])
    averages = [[1.67, 1.67, 1.67], [1.00, 1.22, 1.78], [1.11, 0.78, 1.33]]
    np.testing.assert_array_equal(pooling(maps, "average", (3, 3), MOVE).compute().round(2), [averages])


def test_a_kernel_of_rows_is_applied_to_each_channel_by_itself() -> None:
    maps = np.random.default_rng(0).normal(size=(3, 6, 6))
    together = task(maps, VERTICAL).compute()
    for channel, response in zip(maps, together, strict=True):
        np.testing.assert_array_equal(task(channel, VERTICAL).compute()[0], response)
    np.testing.assert_allclose(task(maps, [VERTICAL] * 3).compute()[0], together.sum(axis=0))
    np.testing.assert_array_equal(task(maps, [VERTICAL] * 3, groups=3).compute(), together)


@pytest.mark.parametrize(
    ("movement", "shape", "rows", "columns", "left_over"),
    [
        ({}, (4, 5), "(6 + 2 × 0 − 3) / 1 + 1 = 4", "(7 + 2 × 0 − 3) / 1 + 1 = 5", ([], [])),
        ({"padding": 1}, (6, 7), "(6 + 2 × 1 − 3) / 1 + 1 = 6", "(7 + 2 × 1 − 3) / 1 + 1 = 7", ([], [])),
        ({"stride": 2}, (2, 3), "⌊(6 + 2 × 0 − 3) / 2⌋ + 1 = 2", "(7 + 2 × 0 − 3) / 2 + 1 = 3", ([5], [])),
        ({"padding": [1, 0, 0, 2]}, (5, 7), "(6 + (1 + 0) − 3) / 1 + 1 = 5", "(7 + (0 + 2) − 3) / 1 + 1 = 7", ([], [])),
        (
            {"stride": [4, 5]},
            (1, 1),
            "⌊(6 + 2 × 0 − 3) / 4⌋ + 1 = 1",
            "⌊(7 + 2 × 0 − 3) / 5⌋ + 1 = 1",
            ([3, 4, 5], [3, 4, 5, 6]),
        ),
        (
            {"dilation": 2},
            (2, 3),
            "(6 + 2 × 0 − (2 × (3 − 1) + 1)) / 1 + 1 = 2",
            "(7 + 2 × 0 − (2 × (3 − 1) + 1)) / 1 + 1 = 3",
            ([], []),
        ),
        (
            {"padding": "same", "stride": 2},
            (3, 4),
            "(6 + (0 + 1) − 3) / 2 + 1 = 3",
            "(7 + 2 × 1 − 3) / 2 + 1 = 4",
            ([], []),
        ),
    ],
)
def test_the_size_of_the_result_and_what_is_left_over(
    movement: dict[str, Any], shape: tuple[int, int], rows: str, columns: str, left_over: tuple[list[int], list[int]]
) -> None:
    found = task(np.ones((6, 7)), VERTICAL, **movement)
    assert found.compute().shape == (1, *shape)
    assert found.formulas == (rows, columns)
    assert found.left_over == left_over


def test_what_is_left_over_plays_no_part() -> None:
    matrix = np.random.default_rng(5).normal(size=(11, 12))
    kernel = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    for movement in ({"stride": 3}, {"stride": [4, 2]}, {"stride": 2, "dilation": 2}, {"stride": 5, "padding": 1}):
        found = task(matrix, kernel, **movement)
        rows, columns = found.left_over
        for axis, cells in enumerate((rows, columns)):
            for index in range(matrix.shape[axis]):
                other = matrix.copy()
                other[(slice(None),) * axis + (index,)] += 1e3 * np.arange(1, matrix.shape[1 - axis] + 1)
                is_same = np.array_equal(task(other, kernel, **movement).compute(), found.compute())
                assert is_same == (index in cells), (movement, axis, index)


def test_the_size_of_a_transposed_convolution() -> None:
    found = transposed([[1, 2], [3, 4]], [[1, 1, 1]] * 3, stride=2, padding=1)
    np.testing.assert_array_equal(found.compute(), [[[1, 3, 2], [4, 10, 6], [3, 7, 4]]])
    assert found.formulas == ("(2 − 1) × 2 + 3 − 2 × 1 = 3",) * 2
    assert found.left_over == ([], [])
    assert transposed(np.ones((3, 3)), np.ones((3, 3)), stride=2, padding="same").result_size == (6, 6)


def test_operations_are_multiply_accumulates() -> None:
    assert task(np.ones((3, 32, 32)), np.ones((6, 3, 5, 5))).operations == 28 * 28 * 6 * 5 * 5 * 3
    assert transposed(np.ones((2, 4, 4)), np.ones((2, 5, 3, 3)), stride=2).operations == 4 * 4 * 2 * 5 * 9
    assert pooling(np.ones((2, 6, 6)), "max", (2, 2), read_movement(2, 0, 1)).operations == 2 * 3 * 3 * 4


@pytest.mark.parametrize(
    ("matrix", "kernel", "options", "message"),
    [
        ((2, 9), (3, 3), {}, "The kernel has 3 rows; with its padding, the matrix has 2."),
        ((9, 2), (3, 3), {"dilation": 2}, "The kernel spans 5 columns; with its padding, the matrix has 2."),
        ((4, 9, 9), (4, 3, 3), {"groups": 3}, "The number of channels, 4, can't be divided into 3 groups."),
        ((4, 9, 9), (3, 3, 3), {}, "The kernel and the matrix have different numbers of channels: 3 and 4."),
        ((4, 9, 9), (3, 2, 3, 3), {"groups": 2}, "The number of filters, 3, can't be divided into 2 groups."),
        ((4, 9, 9), (3, 3), {"groups": 2}, "A kernel of rows of numbers is applied to each channel by itself"),
        ((9, 9), (3, 3), {"stride": 0}, "The stride must be from 1 to 1,048,576."),
        ((9, 9), (3, 3), {"padding": -1}, "The padding must be from 0 to 1,048,576."),
        ((9, 9), (3, 3), {"dilation": [1, 0]}, "The dilation must be from 1 to 1,048,576."),
        ((9, 9), (3, 3), {"stride": [1, 1, 1]}, "The stride is one number or a pair (vertical, horizontal)."),
        ((9, 9), (3, 3), {"padding": [1, 1, 1]}, "The padding is one number, a pair (vertical, horizontal) or four"),
        ((9, 9), (300, 300), {"padding": 200}, "A kernel may have at most 65,536 places."),
        ((2000, 2000), (5, 5), {}, "This takes 99,600,400 multiply-accumulates; at most 64,000,000 fit."),
        ((9, 9), (1, 1), {"padding": 2100}, "The result would have 17,715,681 numbers; at most 16,000,000."),
    ],
)
def test_nonsense_is_refused_with_a_sentence(
    matrix: tuple[int, ...], kernel: tuple[int, ...], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        task(np.ones(matrix), np.ones(kernel), **options)
    assert refused.value.message.startswith(message)


def test_work_and_results_may_be_as_large_as_allowed() -> None:
    """A matrix of one number, as often as it takes: nothing of this size is computed here."""
    four, kernel = np.ones((1, 1, 2, 2)), read_movement(2, 0, 1)
    kernels = read_kernels(four, np.zeros(1), 1, 1, is_transposed=False)
    largest = convolution(np.broadcast_to(1.0, (1, 8000, 8000)), kernels, kernel)
    assert (largest.operations, largest.result_size) == (64_000_000, (4000, 4000))
    with pytest.raises(InvalidRequest, match="This takes 64,016,000"):
        convolution(np.broadcast_to(1.0, (1, 8002, 8000)), kernels, kernel)
    assert task(np.ones((256, 256)), np.ones((256, 256))).result_size == (1, 1)
    with pytest.raises(InvalidRequest, match="at most 65,536 places"):
        task(np.ones((257, 256)), np.ones((257, 256)))
    with pytest.raises(InvalidRequest, match="would have 16,008,001 numbers"):
        task(np.ones((4001, 4001)), [[1]])


def test_a_step_may_be_as_long_as_allowed() -> None:
    for name, least in (("stride", 1), ("dilation", 1), ("padding", 0)):
        assert read_pair([least, 1 << 20], name, least) == (least, 1 << 20)
        for beyond in (least - 1, (1 << 20) + 1):
            with pytest.raises(InvalidRequest, match=f"The {name} must be from {least} to 1,048,576"):
                read_pair([least, beyond], name, least)


def test_a_bias_has_a_number_for_each_map_of_the_result() -> None:
    with pytest.raises(InvalidRequest, match="The size of the bias, 2, is not the number of channels of the result, 5"):
        read_kernels(np.ones((5, 3, 2, 2)), np.ones(2), 3, 1, is_transposed=False)
    kernels = read_kernels(np.zeros((2, 1, 1, 1)), np.array([1.0, 2.0]), 1, 1, is_transposed=False)
    np.testing.assert_array_equal(convolution(np.ones((1, 1, 1)), kernels, MOVE).compute(), [[[1]], [[2]]])


def test_a_transposed_result_that_is_all_padding_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="The padding removes 4 rows of a result of 4: nothing is left"):
        transposed(np.ones((2, 2)), np.ones((3, 3)), padding=2)
    with pytest.raises(InvalidRequest, match="at least as large as the stride"):
        transposed(np.ones((2, 2)), np.ones((2, 2)), stride=3, padding="same")
    stride = 1 << 20
    with pytest.raises(InvalidRequest, match="The result would have"):
        transposed(np.ones((2, 2)), np.ones((1, 1)), stride=stride)


@pytest.mark.parametrize(("kind", "padding", "dilation"), [("max", 2, 1), ("average", 2, 1), ("max", 2, 5)])
def test_a_window_that_reads_padding_alone_is_refused(kind: PoolingKind, padding: int, dilation: int) -> None:
    found = pooling(np.ones((1, 4, 4)), kind, (2, 2), read_movement(1, padding, dilation))
    with pytest.raises(InvalidRequest, match=f"A window reads padding alone, which has no {kind}"):
        found.compute()


def test_the_mean_of_padding_that_counts_is_zero() -> None:
    found = pooling(np.ones((1, 2, 2)), "average", (2, 2), read_movement(2, 2, 1), counts_padding=True)
    np.testing.assert_array_equal(found.compute(), [[[0, 0, 0], [0, 1, 0], [0, 0, 0]]])


def test_a_result_beyond_float64_is_refused() -> None:
    with pytest.raises(NonFinite):
        task([[1e300]], [[1e300]]).compute()


def test_one_number_stands_for_both_axes() -> None:
    assert read_pair(3, "stride") == read_pair([3, 3], "stride") == (3, 3)
    assert read_movement([1, 2], [3, 4], 5).padding == (3, 4, 3, 4)
    assert read_movement(1, "valid", 1).attributes["auto_pad"] == "VALID"
