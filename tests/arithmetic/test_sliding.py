"""Sliding windows against onnxruntime, the `onnx` reference evaluator and sums written out by hand."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app.arithmetic.sliding import (
    cells_not_read,
    convolve,
    convolve_transposed,
    output_size,
    pool_average,
    pool_max,
    positions_cut_off,
    transposed_output_size,
)
from app.nets.window import Window, read_transposed_window, read_window
from tests.arithmetic.reference import Array, reference, runtime

CASES: list[tuple[dict[str, Any], tuple[int, int], int]] = [
    ({}, (3, 3), 1),
    ({"pads": [1, 1, 1, 1]}, (3, 3), 1),
    ({"pads": [2, 0, 1, 3], "strides": [2, 3]}, (3, 2), 1),
    ({"pads": [2, 2, 2, 2], "dilations": [2, 3]}, (3, 2), 1),
    ({"strides": [3, 4]}, (2, 2), 2),
    ({"pads": [1, 1, 1, 1]}, (3, 3), 4),
    ({"strides": [2, 2], "dilations": [2, 1], "pads": [1, 2, 0, 1]}, (3, 4), 2),
    ({"pads": [4, 4, 4, 4]}, (2, 2), 1),
]


def evaluated(
    evaluate: Callable[..., list[Array]], op: str, attributes: dict[str, Any], kernels: Array | None = None
) -> Array:
    """What another implementation makes of the maps: (channels, rows, columns)."""
    inputs = [each.astype(np.float32) for each in (maps()[np.newaxis], kernels) if each is not None]
    (output,) = evaluate(op, inputs, attributes)
    maps_of_output: Array = output[0]
    return maps_of_output


def maps(channels: int = 4, rows: int = 9, columns: int = 11) -> Array:
    values: Array = np.random.default_rng(0).normal(size=(channels, rows, columns)).astype(np.float32).astype(float)
    return values


def window_of(attributes: dict[str, Any], kernel: tuple[int, int]) -> Window:
    return read_window(attributes, kernel, (9, 11), (0, 0))


@pytest.mark.parametrize(("attributes", "kernel", "groups"), CASES)
def test_a_convolution_is_that_of_onnx(attributes: dict[str, Any], kernel: tuple[int, int], groups: int) -> None:
    kernels = np.random.default_rng(1).normal(size=(8, 4 // groups, *kernel)).astype(np.float32).astype(float)
    result = convolve(maps(), kernels, window_of(attributes, kernel), groups)
    for evaluate in (runtime, reference):
        expected = evaluated(evaluate, "Conv", {**attributes, "group": groups}, kernels)
        np.testing.assert_allclose(result, expected, atol=1e-5)


@pytest.mark.parametrize(("attributes", "kernel", "groups"), CASES[:7])
def test_a_transposed_convolution_is_that_of_onnx(
    attributes: dict[str, Any], kernel: tuple[int, int], groups: int
) -> None:
    kernels = np.random.default_rng(1).normal(size=(4, 8 // groups, *kernel)).astype(np.float32).astype(float)
    window = read_transposed_window(attributes, kernel, (9, 11), (0, 0))
    result = convolve_transposed(maps(), kernels, window, groups)
    for evaluate in (runtime, reference) if groups == 1 else (runtime,):  # the reference evaluator has no groups here
        expected = evaluated(evaluate, "ConvTranspose", {**attributes, "group": groups}, kernels)
        np.testing.assert_allclose(result, expected, atol=1e-5)


@pytest.mark.parametrize(
    "attributes",
    [{}, {"pads": [1, 1, 1, 1], "strides": [2, 2]}, {"pads": [2, 0, 1, 1], "strides": [2, 3]}, {"strides": [4, 4]}],
)
def test_poolings_are_those_of_onnx(attributes: dict[str, Any]) -> None:
    window = window_of(attributes, (3, 3))
    shape = {**attributes, "kernel_shape": [3, 3]}
    for evaluate in (runtime, reference):
        np.testing.assert_array_equal(pool_max(maps(), window), evaluated(evaluate, "MaxPool", shape))
        for counts_padding in (False, True):
            result = pool_average(maps(), window, counts_padding=counts_padding)
            expected = evaluated(evaluate, "AveragePool", {**shape, "count_include_pad": int(counts_padding)})
            np.testing.assert_allclose(result, expected, atol=1e-6)


def test_a_number_of_a_convolution_is_the_sum_of_its_products() -> None:
    kernels = np.random.default_rng(2).normal(size=(2, 4, 3, 2))
    window = window_of({"pads": [1, 1, 0, 1], "strides": [2, 1], "dilations": [2, 1]}, (3, 2))
    result = convolve(maps(), kernels, window)
    padded = np.pad(maps(), ((0, 0), (1, 0), (1, 1)))
    for y, x in np.ndindex(result.shape[1:]):
        patch = padded[:, 2 * y : 2 * y + 5 : 2, x : x + 2]
        np.testing.assert_allclose(result[:, y, x], [(kernel * patch).sum() for kernel in kernels])


def test_a_transposed_convolution_is_the_adjoint_of_the_convolution() -> None:
    """<conv(a), b> = <a, transposed(b)> for every a and b."""
    kernels = np.random.default_rng(3).normal(size=(5, 4, 3, 3))
    window = window_of({"pads": [1, 0, 1, 2], "strides": [2, 2]}, (3, 3))
    response = convolve(maps(), kernels, window)
    other = np.random.default_rng(4).normal(size=response.shape)
    back = convolve_transposed(other, kernels, window)
    assert back.shape == maps().shape
    assert (response * other).sum() == pytest.approx((maps() * back).sum())


def test_sizes_follow_from_each_other() -> None:
    window = window_of({"pads": [1, 1, 1, 1], "strides": [2, 2]}, (3, 3))
    assert output_size(window, (9, 11)) == (5, 6)
    assert transposed_output_size(window, (5, 6)) == (9, 11)


def test_cells_that_no_window_reads() -> None:
    stride_3 = window_of({"strides": [3, 3]}, (2, 2))
    assert cells_not_read(stride_3, (2, 3), (7, 8)) == ([2, 5, 6], [2, 5])
    gaps = window_of({"strides": [2, 2], "dilations": [2, 2]}, (2, 2))
    assert cells_not_read(gaps, (2, 2), (6, 5)) == ([1, 3, 5], [1, 3])


def test_inputs_whose_kernels_are_cut_off() -> None:
    window = window_of({"strides": [2, 2], "pads": [1, 0, 0, 0]}, (1, 1))
    assert positions_cut_off(window, (3, 3), transposed_output_size(window, (3, 3))) == ([0], [])
