"""Conv and ConvTranspose, in all their settings: gradients agree with central differences in float64."""

from typing import Any

import numpy as np
import pytest

from tests.gradients.probing import MAPS, Doubles, Node, chain, check, check_weights, drawn, node


def conv(groups: int, out: int, kernel: int = 3, **attributes: Any) -> Node:
    return node("Conv", drawn(out, 4 // groups, kernel, kernel), drawn(out), group=groups, **attributes)


CONVOLUTIONS = {
    "plain": conv(1, 5),
    "padded": conv(1, 5, pads=[1, 1, 1, 1]),
    "padded unevenly": conv(1, 5, pads=[0, 1, 2, 0]),
    "padded more than the kernel": conv(1, 5, 1, pads=[1, 1, 1, 1]),
    "strided": conv(1, 5, strides=[2, 2], pads=[1, 1, 1, 1]),
    "strided unevenly": conv(1, 5, strides=[2, 3], pads=[1, 0, 0, 2]),
    "strided beyond its kernel": conv(1, 5, 1, strides=[2, 2]),
    "dilated": conv(1, 5, dilations=[2, 2], pads=[2, 2, 2, 2]),
    "dilated and strided": conv(1, 5, dilations=[1, 2], strides=[2, 2], pads=[1, 1, 1, 2]),
    "in groups": conv(2, 6, pads=[1, 1, 1, 1]),
    "in groups, strided": conv(2, 6, strides=[2, 2], pads=[1, 1, 1, 1]),
    "depthwise": conv(4, 4, pads=[1, 1, 1, 1]),
    "depthwise, two filters each": conv(4, 8, pads=[1, 1, 1, 1]),
    "depthwise, strided": conv(4, 4, strides=[2, 2], pads=[1, 1, 1, 1]),
    "same upper": conv(1, 5, 4, auto_pad="SAME_UPPER"),
    "same lower": conv(1, 5, 4, auto_pad="SAME_LOWER"),
    "same upper, strided": conv(1, 5, auto_pad="SAME_UPPER", strides=[2, 2]),
    "same lower, strided": conv(1, 5, auto_pad="SAME_LOWER", strides=[2, 2]),
    "same lower, depthwise, strided": conv(4, 4, auto_pad="SAME_LOWER", strides=[2, 2]),
    "valid": conv(1, 5, auto_pad="VALID"),
    "without bias": node("Conv", drawn(5, 4, 3, 3)),
    "in groups, dilated": conv(2, 6, dilations=[2, 1], pads=[2, 1, 2, 1]),
    "depthwise, dilated": conv(4, 4, dilations=[1, 2], pads=[1, 2, 1, 2]),
    "depthwise, strided unevenly, padded unevenly": conv(4, 8, strides=[3, 2], pads=[2, 0, 1, 1]),
}


@pytest.mark.parametrize("settings", CONVOLUTIONS)
def test_convolution(settings: str) -> None:
    check(chain(CONVOLUTIONS[settings], shape=MAPS))


def test_a_convolution_of_many_channels_is_fast_and_agrees() -> None:
    check(chain(node("Conv", drawn(3, 9, 3, 3), pads=[1, 1, 1, 1]), shape=(9, 4, 4)))
    check(chain(node("Conv", drawn(3, 9, 2, 3), pads=[0, 1, 1, 1], dilations=[1, 2]), shape=(9, 4, 6)))


# The attributes, the cells cropped at the beginning, the output size.
TRANSPOSED: dict[str, tuple[dict[str, Any], tuple[int, int], tuple[int, int]]] = {
    "plain": ({}, (0, 0), (7, 8)),
    "strided": ({"strides": [2, 2], "pads": [1, 0, 1, 1], "output_padding": [1, 1]}, (1, 0), (10, 13)),
    "dilated": ({"dilations": [2, 1]}, (0, 0), (9, 8)),
    "padded unevenly": ({"strides": [2, 3], "pads": [2, 0, 1, 1]}, (2, 0), (8, 17)),
    "valid": ({"strides": [2, 2], "auto_pad": "VALID"}, (0, 0), (11, 13)),
    "dilated, strided, in groups": (
        {"group": 2, "strides": [2, 1], "dilations": [1, 2], "pads": [1, 2, 0, 1]}, (1, 2), (10, 7),
    ),
    "in groups": ({"group": 2, "strides": [2, 1], "pads": [1, 1, 1, 1]}, (1, 1), (9, 6)),
    "to a shape": ({"strides": [2, 2], "output_shape": [10, 12]}, (1, 1), (10, 12)),
    "same upper": ({"strides": [2, 2], "auto_pad": "SAME_UPPER"}, (0, 0), (10, 12)),
    "same lower": ({"strides": [2, 2], "auto_pad": "SAME_LOWER"}, (1, 1), (10, 12)),
}  # fmt: skip


@pytest.mark.parametrize("settings", TRANSPOSED)
def test_transposed_convolution(settings: str) -> None:
    attributes, begin, size = TRANSPOSED[settings]
    weights = drawn(4, 3, 3, 3)

    def by_hand(x: Doubles) -> Doubles:
        groups = int(attributes.get("group", 1))
        (down, right), (gap_y, gap_x) = (attributes.get(name, [1, 1]) for name in ("strides", "dilations"))
        height, width = x.shape[2:]
        whole = np.zeros((len(x), 3 * groups, 40, 40))
        share = x.reshape(len(x), groups, -1, height, width)
        for y, column in np.ndindex(3, 3):
            kernel = weights.reshape(groups, -1, 3, 3, 3)[..., y, column].astype(np.float64)
            part = np.einsum("ngchw,gco->ngohw", share, kernel).reshape(len(x), -1, height, width)
            top, left = y * gap_y, column * gap_x
            whole[:, :, top : top + height * down : down, left : left + width * right : right] += part
        return whole[:, :, begin[0] : begin[0] + size[0], begin[1] : begin[1] + size[1]]

    check(chain(node("ConvTranspose", weights, **attributes), shape=MAPS), by=by_hand)


@pytest.mark.parametrize("settings", CONVOLUTIONS)
def test_the_weights_of_a_convolution(settings: str) -> None:
    check_weights(chain(CONVOLUTIONS[settings], shape=MAPS))
