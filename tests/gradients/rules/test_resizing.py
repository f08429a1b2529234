"""Resize, nearest and linear: gradients agree with central differences in float64."""

from typing import Any

import numpy as np
import pytest

from app.errors import NotDifferentiable
from tests.gradients.probing import built, chain, check, floats, node

NEAREST = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
SCALED = {
    "twice": node("Resize", "", floats(1, 1, 2, 2), **NEAREST),
    "by thirds": node("Resize", "", floats(1, 1, 1.5, 0.75), mode="nearest", nearest_mode="round_prefer_ceil"),
    "by halves": node("Resize", "", floats(1, 1, 0.5, 2.5), mode="nearest", nearest_mode="floor"),
    "by default": node("Resize", "", floats(1, 1, 2, 1.5)),
    "linear": node("Resize", "", floats(1, 1, 2, 3), mode="linear"),
    "linear, smaller": node("Resize", "", floats(1, 1, 0.6, 0.5), mode="linear"),
    "linear, asymmetric": node(
        "Resize", "", floats(1, 1, 1.7, 2), mode="linear", coordinate_transformation_mode="asymmetric"
    ),
}
SIZED = {
    "nearest": ((7, 9), {"mode": "nearest", "nearest_mode": "ceil"}),
    "linear": ((8, 4), {"mode": "linear"}),
    "corner to corner": ((8, 9), {"mode": "linear", "coordinate_transformation_mode": "align_corners"}),
    "to one row": ((1, 9), {"mode": "linear", "coordinate_transformation_mode": "pytorch_half_pixel"}),
}


@pytest.mark.parametrize("settings", SCALED)
def test_resizing_by_a_factor(settings: str) -> None:
    check(chain(SCALED[settings], shape=(2, 5, 6)))


@pytest.mark.parametrize("settings", SIZED)
def test_resizing_to_a_size(settings: str) -> None:
    size, attributes = SIZED[settings]
    check(chain(node("Resize", "", "", np.array([1, 2, *size]), **attributes), shape=(2, 5, 6)), at_once=False)
    check(chain(node("Resize", "", "", np.array(size), axes=[2, 3], **attributes), shape=(2, 5, 6)))


def test_in_the_middle_of_two_cells_rounding_errors_do_not_decide() -> None:
    """2 / (4 / 7) is 3.5, and in float32 less than that: the upper cell is taken."""
    options = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "round_prefer_ceil", "axes": [3]}
    check(chain(node("Resize", "", "", np.array([4]), mode="nearest", **options), shape=(1, 2, 7)))


@pytest.mark.parametrize("attributes", [{"mode": "linear"}, {"mode": "cubic"}], ids=str)
def test_where_no_length_changes_the_gradient_is_copied(attributes: dict[str, Any]) -> None:
    model = chain(node("Resize", "", floats(1, 1, 1.15, 1.1), **attributes), shape=(2, 5, 6))
    check(model, by=lambda x: x)  # unlike onnxruntime, the ONNX reference interpolates


@pytest.mark.parametrize("attributes", [{"mode": "cubic"}, {"mode": "linear", "antialias": 1}], ids=str)
def test_a_mode_without_a_rule_is_named(attributes: dict[str, Any]) -> None:
    with pytest.raises(NotDifferentiable, match=r"Resize.*only the modes nearest and linear"):
        built(chain(node("Resize", "", floats(1, 1, 2, 2), **attributes), shape=(2, 5, 6)))


def test_the_first_resize_that_rounds_each_axis_in_its_own_way_is_refused() -> None:
    """It takes the cell below where it enlarges, and the one above where it shrinks: no later Resize does both."""
    built(chain(node("Resize", floats(1, 1, 0.6, 0.7)), shape=(2, 5, 6), opset=10))
    built(chain(node("Resize", floats(1, 1, 0.6, 1.7), mode="linear"), shape=(2, 5, 6), opset=10))
    with pytest.raises(NotDifferentiable, match=r"Resize.*enlarges one axis"):
        built(chain(node("Resize", floats(1, 1, 0.6, 1.7)), shape=(2, 5, 6), opset=10))
