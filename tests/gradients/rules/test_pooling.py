"""Pooling with overlapping and padded windows: gradients agree with central differences in float64."""

from typing import Any

import numpy as np
import pytest

from tests.gradients.probing import Doubles, chain, check, node, reference

SAME = {"kernel_shape": [3, 3], "strides": [2, 2]}
BLOCKS = {"kernel_shape": [2, 2], "strides": [2, 2], "pads": [1, 1, 1, 1]}
COUNTED = {"count_include_pad": 1}
POOLINGS = {
    "max": node("MaxPool", kernel_shape=[2, 2], strides=[2, 2]),
    "max, side by side with gaps": node("MaxPool", kernel_shape=[2, 2], strides=[3, 3]),
    "max, overlapping": node("MaxPool", **SAME),
    "max, overlapping and padded": node("MaxPool", **SAME, pads=[1, 1, 1, 1]),
    "max, one by one": node("MaxPool", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
    "max, rounded up": node("MaxPool", **SAME, ceil_mode=1),
    "max, dilated": node("MaxPool", kernel_shape=[2, 2], dilations=[2, 2], strides=[2, 1]),
    "max, same upper": node("MaxPool", **SAME, auto_pad="SAME_UPPER"),
    "max, padded unevenly": node("MaxPool", kernel_shape=[3, 2], strides=[1, 2], pads=[2, 0, 1, 1]),
    "max, padded and rounded up": node("MaxPool", **SAME, pads=[0, 1, 1, 0], ceil_mode=1),
    "max, valid": node("MaxPool", **SAME, auto_pad="VALID"),
    "max, rounded up into the padding": node("MaxPool", **BLOCKS, ceil_mode=1),
    "max, rounded up beyond the map": node("MaxPool", kernel_shape=[2, 1], strides=[4, 5], ceil_mode=1),
    "max of all": node("GlobalMaxPool"),
    "average": node("AveragePool", kernel_shape=[2, 2], strides=[2, 2]),
    "average that fits": node("AveragePool", kernel_shape=[5, 3], strides=[5, 3]),
    "average, overlapping": node("AveragePool", **SAME),
    "average, padding not counted": node("AveragePool", **SAME, pads=[1, 1, 1, 1]),
    "average, padding counted": node("AveragePool", **SAME, pads=[1, 1, 1, 1], count_include_pad=1),
    "average, padded unevenly": node("AveragePool", **SAME, pads=[0, 1, 2, 0]),
    "average, one by one": node("AveragePool", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
    "average, rounded up": node("AveragePool", **SAME, ceil_mode=1),
    "average, rounded up into the padding": node("AveragePool", **BLOCKS, ceil_mode=1),
    "average, rounded up into the padding and counted": node("AveragePool", **BLOCKS, ceil_mode=1, count_include_pad=1),
    "average, rounded up beyond the map": node("AveragePool", kernel_shape=[2, 1], strides=[4, 5], ceil_mode=1),
    "average, same lower": node("AveragePool", **SAME, auto_pad="SAME_LOWER"),
    "average, same upper": node("AveragePool", kernel_shape=[2, 4], auto_pad="SAME_UPPER"),
    "average, padded unevenly and counted": node("AveragePool", **SAME, pads=[0, 1, 2, 0], count_include_pad=1),
    "average with gaps": node("AveragePool", kernel_shape=[1, 2], strides=[2, 3]),
    "average of all": node("GlobalAveragePool"),
}


@pytest.mark.parametrize("settings", POOLINGS)
def test_pooling(settings: str) -> None:
    check(chain(POOLINGS[settings], shape=(2, 5, 6)))


def test_a_maximum_padded_at_the_beginning() -> None:
    def by_hand(x: Doubles) -> Doubles:
        padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 0)), constant_values=-np.inf)
        windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
        return np.asarray(windows[:, :, ::2, ::2].max(axis=(4, 5)))

    check(chain(node("MaxPool", **SAME, auto_pad="SAME_LOWER"), shape=(2, 5, 6)), by=by_hand)


@pytest.mark.parametrize("counted", [0, 1])
def test_an_average_with_the_size_rounded_up_divides_by_the_cells_of_its_window(counted: int) -> None:
    settings = {**SAME, "pads": [1, 1, 1, 1], "ceil_mode": 1, "count_include_pad": counted}
    check(chain(node("AveragePool", **settings), shape=(2, 6, 6), opset=19))


@pytest.mark.parametrize("padding", [{}, {"pads": [1, 0, 1, 1]}, {"pads": [1, 0, 1, 1], "count_include_pad": 1}])
def test_a_dilated_average(padding: dict[str, Any]) -> None:
    settings = {"kernel_shape": [2, 2], "dilations": [2, 2], "strides": [2, 1], **padding}
    check(chain(node("AveragePool", **settings), shape=(2, 6, 6), opset=19))


@pytest.mark.parametrize(("mode", "pads"), [("SAME_UPPER", [0, 0, 1, 1]), ("SAME_LOWER", [1, 1, 0, 0])])
@pytest.mark.parametrize(("op", "own"), [("MaxPool", {}), ("AveragePool", {}), ("AveragePool", COUNTED)])
def test_a_dilated_pool_with_auto_pad(op: str, own: dict[str, Any], mode: str, pads: list[int]) -> None:
    """By onnxruntime it has the padding of one without dilations; the reference is padded as that."""
    settings = {"kernel_shape": [2, 3], "dilations": [3, 2], "strides": [1, 2], **own}
    padded = chain(node(op, **settings, pads=pads), shape=(2, 7, 8), opset=19)
    check(chain(node(op, **settings, auto_pad=mode), shape=(2, 7, 8), opset=19), by=reference(padded))
