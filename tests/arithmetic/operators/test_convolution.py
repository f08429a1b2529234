"""A convolution's working: by hand, and against the reference evaluator for every number."""

from typing import Any

import numpy as np
import pytest

from app.arithmetic.registry import work
from app.arithmetic.working import Operation
from tests.arithmetic.reference import check_every_number, check_numbers, floats, normal, runtime


def test_a_cell_by_hand() -> None:
    """The picture is 1 2 3 / 4 5 6 / 7 8 9, the kernel 1 0 / 0 -1, and the padding one row and one column."""
    picture = np.arange(1, 10, dtype=np.float32).reshape(1, 1, 3, 3)
    kernel = np.array([[[[1, 0], [0, -1]]]], np.float32)
    conv = Operation("Conv", 17, {"pads": [1, 1, 0, 0]}, (picture, kernel, floats(10)), (1, 1, 3, 3))
    inside = work(conv, (0, 0, 1, 2))
    assert inside.total == 1 * 2 - 1 * 6 + 10
    assert inside.formula == "6 × (−1) + 2 × 1 + 3 × 0 + … + 10 = 6"
    bias, plane = inside.terms
    assert (bias.kind, bias.value, plane.kind, plane.value) == ("bias", 10, "plane", -4)
    assert plane.patch is not None
    assert plane.patch.inputs.tolist() == [[2, 3], [5, 6]]
    assert plane.patch.products is not None
    assert plane.patch.products.tolist() == [[2, 0], [0, -6]]
    assert (plane.patch.top, plane.patch.left) == (0, 1)
    corner = work(conv, (0, 0, 0, 0)).terms[1].patch
    assert corner is not None
    assert corner.padding.tolist() == [[True, True], [True, False]]
    assert (corner.top, corner.left) == (-1, -1)


def test_planes_are_listed_by_magnitude_and_the_rest_is_one_term() -> None:
    conv = Operation("Conv", 17, {}, (normal(1, 40, 3, 3), normal(2, 40, 3, 3)), (1, 2, 1, 1), limit=4)
    *planes, rest = work(conv, (0, 1, 0, 0)).terms
    assert [plane.kind for plane in planes] == ["plane"] * 4
    magnitudes = [abs(plane.value) for plane in planes]
    assert magnitudes == sorted(magnitudes, reverse=True)
    assert (rest.kind, rest.count) == ("rest", 36)
    assert rest.numbers["magnitude"] >= abs(rest.value)


@pytest.mark.parametrize(
    ("inputs", "weights", "attributes"),
    [
        ((1, 3, 7, 8), (4, 3, 3, 3), {"pads": [1, 2, 0, 1], "strides": [2, 1]}),
        ((1, 4, 6, 6), (6, 2, 3, 2), {"group": 2, "dilations": [2, 1]}),
        ((1, 5, 6, 7), (10, 1, 3, 3), {"group": 5, "auto_pad": "SAME_UPPER", "strides": [2, 2]}),
        ((1, 3, 6, 7), (2, 3, 4, 4), {"auto_pad": "SAME_LOWER", "strides": [2, 3]}),
        ((1, 3, 6, 7), (2, 3, 2, 2), {"auto_pad": "VALID"}),
        ((2, 3, 9), (4, 3, 3), {"pads": [2, 1], "dilations": [2]}),
        ((1, 2, 4, 4, 5), (3, 2, 2, 2, 2), {"pads": [0, 1, 0, 1, 0, 1]}),
        ((1, 6, 4, 4), (4, 3, 2, 2), {"group": 2}),
    ],
)
def test_every_number_is_that_of_the_reference(
    inputs: tuple[int, ...], weights: tuple[int, ...], attributes: dict[str, Any]
) -> None:
    check_every_number("Conv", [normal(*inputs), normal(*weights), normal(weights[0])], attributes, limit=2)
    check_every_number("Conv", [normal(*inputs), normal(*weights)], attributes)


@pytest.mark.parametrize(
    ("inputs", "weights", "attributes"),
    [
        ((1, 3, 4, 5), (3, 2, 3, 3), {"strides": [2, 2], "pads": [1, 0, 1, 2]}),
        ((1, 3, 4, 5), (3, 2, 2, 3), {"strides": [3, 2], "output_padding": [1, 1]}),
        ((1, 3, 4, 4), (3, 2, 3, 3), {"dilations": [2, 3]}),
        ((1, 3, 5), (3, 4, 3), {"strides": [2]}),
    ],
)
def test_every_number_of_a_transposed_one_is_that_of_the_reference(
    inputs: tuple[int, ...], weights: tuple[int, ...], attributes: dict[str, Any]
) -> None:
    check_every_number("ConvTranspose", [normal(*inputs), normal(*weights), normal(weights[1])], attributes)


@pytest.mark.parametrize(
    "attributes",
    [
        {"group": 2, "strides": [2, 1]},
        {"strides": [2, 2], "output_shape": [9, 8]},
        {"strides": [2, 2], "auto_pad": "SAME_UPPER"},
        {"strides": [3, 2], "auto_pad": "SAME_LOWER"},
    ],
)
def test_every_number_of_a_transposed_one_is_that_of_onnxruntime(attributes: dict[str, Any]) -> None:
    inputs = normal(1, 4, 4, 4), normal(4, 2, 3, 3)
    (expected,) = runtime("ConvTranspose", inputs, attributes)
    check_numbers(Operation("ConvTranspose", 17, attributes, inputs, expected.shape), expected)


def test_the_patch_of_a_transposed_one_is_where_its_inputs_are() -> None:
    x, weights = normal(1, 1, 4, 4), normal(1, 1, 4, 4)
    operation = Operation("ConvTranspose", 17, {"strides": [2, 2], "pads": [1, 1, 1, 1]}, (x, weights), (1, 1, 8, 8))
    patch = work(operation, (0, 0, 3, 4)).terms[0].patch
    assert patch is not None
    assert (patch.top, patch.left) == (1, 1)
    np.testing.assert_array_equal(patch.inputs, x[0, 0, 1:3, 1:3])
    np.testing.assert_array_equal(patch.kernel, weights[0, 0, [[2], [0]], [3, 1]])
