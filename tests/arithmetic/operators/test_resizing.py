"""The working of Resize and Upsample: by hand, and against the reference evaluator and onnxruntime."""

from typing import Any

import numpy as np
import pytest

from app.arithmetic.registry import work
from app.arithmetic.working import Operation, Source, Working
from tests.arithmetic.reference import check_with_both, check_with_runtime, floats, normal

X = normal(1, 2, 5, 6)
SCALES = [(2, 2), (1.5, 0.7), (0.5, 0.6), (3, 1), (0.2, 0.3), (2.5, 1.3)]
COORDINATES = (
    "align_corners", "asymmetric", "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "tf_crop_and_resize",
)  # fmt: skip
ROI = floats(0, 0, 0.1, -0.2, 1, 1, 0.8, 1.3)


def scales(*factors: float) -> Any:
    return floats(1, 1, *factors)


def work_pair(x: int, **attributes: Any) -> Working:
    """A number of 10 and 20 resized to four numbers."""
    inputs = (floats([[[10, 20]]]), None, scales(1, 2))
    return work(Operation("Resize", 17, attributes, inputs, (1, 1, 1, 4)), (0, 0, 0, x))


def test_the_nearest_number() -> None:
    working = work_pair(1)
    assert (working.total, working.formula) == (10, "x[0, 0, 0, 0] = 10")
    assert working.terms[0].source == Source(0, (0, 0, 0, 0))


def test_the_weights_of_a_linear_interpolation() -> None:
    working = work_pair(1, mode="linear")
    assert (working.total, working.formula) == (12.5, "10 × 0.75 + 20 × 0.25 = 12.5")
    (window,) = working.terms
    assert [(term.value, term.numbers, term.source) for term in window.terms] == [
        (7.5, {"input": 10, "weight": 0.75}, Source(0, (0, 0, 0, 0))),
        (5, {"input": 20, "weight": 0.25}, Source(0, (0, 0, 0, 1))),
    ]
    assert window.patch is not None
    assert window.patch.kernel is not None
    assert (window.patch.inputs.tolist(), window.patch.kernel.tolist()) == ([[10, 20]], [[0.75, 0.25]])


def test_beyond_the_edge_stands_the_number_at_the_edge() -> None:
    working = work_pair(0, mode="linear")
    assert (working.total, [term.kind for term in working.terms]) == (10, ["value"])


@pytest.mark.parametrize("factors", SCALES)
@pytest.mark.parametrize("coordinates", COORDINATES)
@pytest.mark.parametrize("mode", ["linear", "cubic"])
def test_every_number_of_interpolations(mode: str, coordinates: str, factors: tuple[float, float]) -> None:
    attributes: dict[str, Any] = {"mode": mode, "coordinate_transformation_mode": coordinates}
    is_crop = coordinates == "tf_crop_and_resize"
    own = {"extrapolation_value": 7.0} if is_crop else {"exclude_outside": int(mode == "cubic")}
    check_with_runtime("Resize", [X, ROI if is_crop else None, scales(*factors)], attributes | own, 19)


@pytest.mark.parametrize("factors", SCALES)
@pytest.mark.parametrize("nearest", ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"])
@pytest.mark.parametrize("coordinates", [each for each in COORDINATES if each != "half_pixel_symmetric"])
def test_every_nearest_number(coordinates: str, nearest: str, factors: tuple[float, float]) -> None:
    attributes = {"mode": "nearest", "coordinate_transformation_mode": coordinates, "nearest_mode": nearest}
    check_with_runtime("Resize", [X, ROI, scales(*factors)], attributes, 11)


@pytest.mark.parametrize(
    ("nearest", "rows", "columns"), [("round_prefer_ceil", (7, 4), (10, 12)), ("round_prefer_floor", (7, 4), (11, 26))]
)
def test_in_the_middle_of_two_cells_rounding_errors_do_not_decide(
    nearest: str, rows: tuple[int, int], columns: tuple[int, int]
) -> None:
    """2 / (4 / 7) is 3.5, and in float32 less than that."""
    attributes = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": nearest}
    sizes = np.array([1, 1, rows[1], columns[1]])
    check_with_runtime("Resize", [normal(1, 1, rows[0], columns[0]), None, None, sizes], attributes)


@pytest.mark.parametrize("coordinates", ["align_corners", "asymmetric", "half_pixel"])
@pytest.mark.parametrize("mode", ["nearest", "linear", "cubic"])
def test_whole_factors_and_sizes(mode: str, coordinates: str) -> None:
    attributes = {"mode": mode, "coordinate_transformation_mode": coordinates}
    check_with_both("Resize", [X, None, scales(2, 3)], attributes, 19)
    check_with_both("Resize", [X, None, None, np.array([1, 2, 10, 12])], attributes, 19)


@pytest.mark.parametrize("mode", ["linear", "cubic"])
@pytest.mark.parametrize("factors", [(0.5, 0.5), (0.3, 0.7), (2, 0.4)])
@pytest.mark.parametrize("outside", [0, 1])
def test_antialiasing(mode: str, factors: tuple[float, float], outside: int) -> None:
    attributes = {"mode": mode, "antialias": 1, "exclude_outside": outside}
    check_with_runtime("Resize", [X, None, scales(*factors)], attributes, 19)


def test_axes_policies_and_coefficients() -> None:
    for policy in ("not_larger", "not_smaller"):
        attributes = {"keep_aspect_ratio_policy": policy, "axes": [2, 3], "mode": "linear"}
        check_with_runtime("Resize", [X, None, None, np.array([7, 9])], attributes, 19)
    check_with_runtime("Resize", [X, None, floats(2, 0.5)], {"axes": [-1, 2], "mode": "cubic"}, 19)
    check_with_both("Resize", [X, None, scales(2, 2)], {"mode": "cubic", "cubic_coeff_a": -0.5}, 13)


@pytest.mark.parametrize(
    "attributes", [{"mode": "linear"}, {"mode": "cubic"}, {"antialias": 1, "mode": "linear"}], ids=str
)
def test_where_no_length_changes_the_input_is_copied(attributes: dict[str, Any]) -> None:
    check_with_runtime("Resize", [X, None, scales(1.15, 1.1)], attributes, opset=18)
    crop = {"coordinate_transformation_mode": "tf_crop_and_resize"} | attributes
    check_with_runtime("Resize", [X, ROI, scales(1.1, 1)], crop, opset=18)


def test_one_and_three_axes() -> None:
    check_with_runtime("Resize", [X[0], None, scales(1.7)], {"mode": "linear"}, 13)
    check_with_runtime("Resize", [normal(1, 2, 3, 4, 3), None, scales(1.7, 2, 0.7)], {"mode": "linear"}, 13)


@pytest.mark.parametrize("mode", ["nearest", "linear"])
def test_the_first_versions(mode: str) -> None:
    for factors in ((2, 2), (1.5, 3), (0.5, 0.6), (2, 0.6)):
        check_with_runtime("Resize", [X, scales(*factors)], {"mode": mode}, 10)
    check_with_runtime("Upsample", [X, scales(2, 1.5)], {"mode": mode}, 9)
    check_with_runtime("Upsample", [X], {"mode": mode, "scales": [1.0, 1.0, 2.0, 1.5]}, 7)
