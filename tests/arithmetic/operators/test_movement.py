"""Where numbers that are passed on come from: by hand, and against the reference evaluator and onnxruntime."""

from typing import Any

import numpy as np
import pytest

from app.arithmetic.registry import work
from app.arithmetic.working import Index, Operation, Source
from tests.arithmetic.reference import check_numbers, check_with_both, check_with_runtime, floats, normal, runtime

X = normal(1, 4, 3, 5)
SEVEN = np.array(7, np.float32)


def whole(*numbers: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.array(numbers, np.int64)


def test_the_branch_of_a_concatenation() -> None:
    branches = (floats([1, 2]), floats([3, 4, 5]))
    working = work(Operation("Concat", 17, {"axis": 1}, branches, (1, 5)), (0, 3))
    assert (working.total, working.formula) == (4, "x[0, 1] = 4")
    assert [(term.value, term.source, term.is_chosen) for term in working.terms] == [(4, Source(1, (0, 1)), True)]


def test_padding_is_the_constant() -> None:
    operation = Operation("Pad", 17, {}, (floats(1, 2), whole(1, 0), SEVEN), (3,))
    working = work(operation, (0,))
    assert (working.total, working.formula, working.terms[0].kind) == (7, "7 = 7", "padding")
    assert (working.terms[0].source, working.terms[0].is_chosen) == (None, True)
    assert work(operation, (1,)).terms[0].source == Source(0, (0,))


def test_a_channel_shuffle() -> None:
    """Six channels in two groups: Reshape, Transpose and Reshape interleave the groups."""
    x = np.arange(6, dtype=np.float32).reshape(1, 6, 1, 1)
    steps: list[tuple[str, dict[str, Any], tuple[int, ...]]] = [
        ("Reshape", {}, (1, 2, 3, 1, 1)),
        ("Transpose", {"perm": [0, 2, 1, 3, 4]}, (1, 3, 2, 1, 1)),
        ("Reshape", {}, (1, 6, 1, 1)),
    ]
    values = [x, x.reshape(steps[0][2]), x.reshape(steps[0][2]).transpose(0, 2, 1, 3, 4)]
    origins = []
    for channel in range(6):
        index: Index = (0, channel, 0, 0)
        for (op, attributes, shape), value in zip(reversed(steps), reversed(values), strict=True):
            source = work(Operation(op, 17, attributes, (value,), shape), index).terms[0].source
            assert source is not None
            index = source.index
        origins.append(index[1])
    assert origins == [0, 3, 1, 4, 2, 5]


def test_a_conversion_drops_the_fraction() -> None:
    assert work(Operation("Cast", 17, {"to": 7}, (floats(-2.7),), (1,)), (0,)).formula == "−2.7 → −2"


@pytest.mark.parametrize(
    ("op", "inputs", "attributes", "opset"),
    [
        ("Identity", [X], {}, 17),
        ("Dropout", [X], {"ratio": 0.5}, 10),
        ("Dropout", [X], {}, 17),
        ("Flatten", [X], {}, 17),
        ("Flatten", [X], {"axis": 2}, 17),
        ("Flatten", [X], {"axis": -1}, 17),
        ("Reshape", [X, whole(0, 2, 2, -1)], {}, 17),
        ("Squeeze", [X, whole(0)], {}, 17),
        ("Squeeze", [X], {"axes": [0]}, 11),
        ("Unsqueeze", [X, whole(0, 5)], {}, 17),
        ("Unsqueeze", [X], {"axes": [1]}, 11),
        ("Transpose", [X], {}, 17),
        ("Transpose", [X], {"perm": [0, 2, 3, 1]}, 17),
        ("Concat", [X, normal(1, 2, 3, 5), X], {"axis": 1}, 17),
        ("Concat", [X, normal(1, 4, 3, 1), X], {"axis": -1}, 17),
        ("Expand", [normal(3, 1), whole(2, 1, 4)], {}, 17),
        ("Tile", [X, whole(1, 2, 3, 1)], {}, 17),
        ("Gather", [X, whole(3, -1, 0)], {"axis": 1}, 17),
        ("Gather", [X, np.array(2)], {"axis": 1}, 17),
        ("Gather", [X, np.array([[0, 1], [2, -1]])], {"axis": 3}, 17),
        ("GatherElements", [X, np.arange(30).reshape(1, 2, 3, 5) % 8 - 4], {"axis": 1}, 17),
        ("DepthToSpace", [normal(1, 8, 2, 3)], {"blocksize": 2}, 17),
        ("DepthToSpace", [normal(1, 8, 2, 3)], {"blocksize": 2, "mode": "CRD"}, 17),
        ("SpaceToDepth", [normal(1, 2, 4, 6)], {"blocksize": 2}, 17),
    ],
)
def test_every_number(op: str, inputs: list[Any], attributes: dict[str, Any], opset: int) -> None:
    check_with_both(op, inputs, attributes, opset)


@pytest.mark.parametrize(
    ("inputs", "attributes", "opset", "parts"),
    [
        ([X], {"axis": 1}, 11, 2),
        ([X], {"axis": 1, "split": [1, 3]}, 11, 2),
        ([X, whole(1, 3)], {"axis": 1}, 13, 2),
        ([X], {"axis": -3}, 13, 4),
        ([X], {"axis": 3, "num_outputs": 2}, 18, 2),
        ([X], {"axis": 3, "num_outputs": 3}, 18, 3),
        ([normal(7, 2)], {"num_outputs": 2}, 18, 2),
        ([normal(7, 2)], {"num_outputs": 3}, 18, 3),
        ([normal(4, 3)], {}, 11, 2),
    ],
)
def test_every_part_of_a_split(inputs: list[Any], attributes: dict[str, Any], opset: int, parts: int) -> None:
    check_with_both("Split", inputs, attributes, opset, parts)


@pytest.mark.parametrize(
    "limits",
    [
        [(1,), (3,), (1,)],
        [(0, -3), (99, -1), (1, 3), (2, 1)],
        [(-1, 99), (-99, -99), (3, 1), (-1, -2)],
        [(-99,), (2,), (3,), (1,)],
        [(3,), (0,), (-1,), (-2,)],
        [(0, 1), (1, 3)],
    ],
)
def test_slices(limits: list[tuple[int, ...]]) -> None:
    check_with_both("Slice", [X, *(whole(*each) for each in limits)], {})
    if len(limits) < 4:  # older versions have no steps
        check_with_both("Slice", [X], dict(zip(("starts", "ends", "axes"), map(list, limits), strict=False)), 9)


@pytest.mark.parametrize("mode", ["constant", "edge", "reflect"])
def test_pads(mode: str) -> None:
    pads = [0, 1, 2, 1, 0, 2, 1, 3]
    check_with_both("Pad", [X, whole(*pads)], {"mode": mode})
    check_with_runtime("Pad", [X], {"mode": mode, "pads": pads}, 2)


def test_pads_that_fill_crop_or_wrap() -> None:
    check_with_both("Pad", [X, whole(0, 1, 2, 1, 0, 2, 1, 3), SEVEN], {})
    check_with_runtime("Pad", [X], {"pads": [0, 1, 2, 1, 0, 2, 1, 3], "value": 7.0}, 2)
    for mode in ("constant", "edge"):
        check_with_runtime("Pad", [X, whole(0, 0, -1, 1, 0, 0, 2, -1)], {"mode": mode})
    check_with_both("Pad", [X, whole(2, 1, 1, 0), SEVEN, whole(3, -2)], {}, 18)
    check_with_both("Pad", [X, whole(0, 9, 2, 1, 0, 2, 7, 11)], {"mode": "wrap"}, 19)


@pytest.mark.parametrize("to", [1, 3, 5, 6, 7, 9, 10, 11])
def test_conversions(to: int) -> None:
    check_with_both("Cast", [10 * X], {"to": to})


@pytest.mark.parametrize(("to", "bits"), [(2, 8), (3, 7), (4, 16), (5, 15), (6, 31), (12, 32), (7, 63), (13, 64)])
def test_conversions_of_the_greatest_number_of_so_many_bits(to: int, bits: int) -> None:
    most = np.nextafter(2.0**bits, 0)  # its fraction is dropped, where it has one
    check_with_runtime("Cast", [np.array([most, 0.9, 1.5])], {"to": to})


@pytest.mark.parametrize("mode", ["DCR", "CRD"])
@pytest.mark.parametrize("size", [2, 3])
def test_depth_to_space_is_undone_by_space_to_depth(mode: str, size: int) -> None:
    x, attributes = normal(2, 2 * size**2, 2, 3), {"blocksize": size, "mode": mode}
    check_with_both("DepthToSpace", [x], attributes)
    (spread,) = runtime("DepthToSpace", [x], attributes)
    check_numbers(Operation("SpaceToDepth", 17, attributes, (spread,), x.shape), x)
