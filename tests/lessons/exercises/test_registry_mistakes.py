"""What each usual mistake gives, by hand: one problem of a kind whose numbers are known."""

from collections.abc import Iterator, Sequence
from math import e, log
from random import Random
from typing import Any

import numpy as np
import pytest

from app.lessons.exercises.counting.true_count import COUNTS
from app.lessons.exercises.exercise import read_options
from app.lessons.exercises.registry import KINDS


class Drawn(Random):
    """Gives these numbers instead of random ones, whatever is drawn from, if they are among it."""

    def __init__(self, numbers: Sequence[Any]) -> None:
        super().__init__()
        self.left: Iterator[Any] = iter(numbers)

    def choice(self, seq: Any) -> Any:
        number = next(self.left) if len(seq) > 1 else seq[0]
        assert number in seq
        return number

    def randint(self, a: int, b: int) -> int:
        return int(self.choice(range(a, b + 1)))

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        return int(self.choice(range(start)))


EXAMPLES: list[tuple[str, dict[str, Any], Sequence[Any], Any, dict[str, Any]]] = [
    (
        "convolution-parameters",
        {"kernels": [3], "channels": [4], "filters": [5]},
        [14],
        185,
        {
            "biases_not_counted": 180,
            "one_bias": 181,
            "one_filter": 37,
            "one_channel": 50,
            "side_not_squared": 65,
            "places_counted": 36260,
        },
    ),
    (
        "convolution-parameters",
        {"kernels": [1], "channels": [1], "filters": [5]},
        [14],
        10,
        {"biases_not_counted": 5, "one_bias": 6, "one_filter": 2, "places_counted": 1960},
    ),
    (
        "fully-connected-parameters",
        {"inputs": [7], "outputs": [3]},
        [],
        24,
        {"biases_not_counted": 21, "one_bias": 22, "biases_of_inputs": 28, "added": 10},
    ),
    (
        "fully-connected-parameters",
        {"inputs": [7], "outputs": [7]},
        [],
        56,
        {"biases_not_counted": 49, "one_bias": 50, "added": 14},
    ),
    (
        "sharing",
        {"sizes": [8], "channels": [3], "kernels": [3], "filters": [4]},
        [],
        27648,
        {"convolution_counted": 108, "one_map": 6912, "added": 336, "biases_counted": 27792, "one_channel": 9216},
    ),
    (
        "network-parameters",
        {"sizes": [28], "channels": [3], "filters": [4], "classes": [10]},
        [],
        6074,
        {"biases_not_counted": 6060, "pooling_forgotten": 23354, "one_map_flattened": 1754, "one_channel": 5874},
    ),
    (
        "network-parameters",
        {"sizes": [28], "channels": [1], "filters": [4], "classes": [10]},
        [],
        5874,
        {"biases_not_counted": 5860, "pooling_forgotten": 23154, "one_map_flattened": 1554},
    ),
    (
        "network-parameters",  # of 5 x 5 and 4, then 8 filters: maps of 24, 12, 8 and 4 rows
        {"sizes": [28], "channels": [1], "filters": [4], "classes": [10], "convolutions": 2},
        [],
        104 + 808 + 1290,
        {
            "biases_not_counted": 100 + 800 + 1280,
            "pooling_forgotten": 104 + 808 + 5130,
            "one_map_flattened": 104 + 808 + 170,
            "one_channel": 104 + 208 + 1290,
        },
    ),
    ("detector-cells", {"sides": [96]}, [], 189, {"one_map": 144, "sides_added": 21, "sum_squared": 441}),
    (
        "tensor-size",
        {"sides": [20], "channels": [3]},
        [],
        1200,
        {"sides_added": 120, "all_added": 43, "one_plane": 400},
    ),
    ("tensor-size", {"sides": [20], "channels": [1]}, [], 400, {"sides_added": 40, "all_added": 41}),
    (
        "receptive-field",
        {"layers": 2, "kernels": [3], "strides": [2], "pools": False},
        [],
        7,
        {"kernels_added": 6, "largest_kernel": 3, "strides_forgotten": 5, "own_stride": 13},
    ),
    (
        "receptive-field",
        {"layers": 3, "kernels": [3], "strides": [1], "pools": False},
        [],
        7,
        {"kernels_added": 9, "largest_kernel": 3},
    ),
    (
        "separable",
        {"kernels": [3], "channels": [16], "filters": [32], "sizes": [7]},
        [],
        41 / 288,
        {"depthwise_alone": 1 / 32, "pointwise_alone": 1 / 9, "inverse": 288 / 41, "multiplied": 1 / 288},
    ),
    (
        "normalised-level",
        {},
        [201, 100, 50],
        2.02,
        {"not_divided": 101, "mean_not_subtracted": 4.02, "multiplied": 5050, "sign": -2.02},
    ),
    (
        "output-size",
        {"least": 10, "largest": 10, "kernels": [3], "strides": [2], "paddings": [1]},
        [],
        5,
        {"one_missing": 4, "stride_forgotten": 10, "padding_left_out": 4, "padding_once": 5, "rounded_up": 6},
    ),
    (
        "output-size",
        {"least": 10, "largest": 10, "kernels": [3], "strides": [1], "paddings": [0], "dilations": [2]},
        [],
        6,
        {"one_missing": 5, "dilation_forgotten": 8},
    ),
    ("same-padding", {"kernels": [5]}, [], 2, {"both_sides": 4, "half_rounded_up": 3}),
    ("same-padding", {"kernels": [5], "dilations": [2]}, [], 4, {"both_sides": 8, "dilation_forgotten": 2}),
    (
        "pooling",
        {"size": 3, "stride": 1},
        range(1, 10),
        [[5, 6], [8, 9]],
        {"average_for_max": [[3, 4], [6, 7]], "sum": [[12, 16], [24, 28]], "least": [[1, 2], [4, 5]]},
    ),
    (
        "pooling",
        {"size": 3, "kernel": 2, "stride": 2, "pool": "average"},
        range(1, 10),
        [[3]],
        {"max_for_average": [[5]], "sum": [[12]], "stride_forgotten": [[3, 4], [6, 7]]},
    ),
    (
        "pooling-cell",
        {"size": 4, "largest": 15},
        [*range(16), 1, 0],
        13,
        {"average_for_max": 10.5, "sum": 42, "least": 8, "stride_forgotten": 9},
    ),
    (
        "relu",
        {"rows": 1},
        [-2, 0, 5],
        [[0, 0, 5]],
        {"unchanged": [[-2, 0, 5]], "absolute": [[2, 0, 5]], "negative_side": [[-2, 0, 0]], "ones": [[0, 0, 1]]},
    ),
    (
        "softmax",
        {"classes": 2, "temperatures": [0.5]},
        [10, 0, 0],
        1 / (1 + e**-2),
        {
            "exponential": e**2,
            "logit_share": 1,
            "temperature_left_out": 1 / (1 + e**-1),
            "temperature_multiplied": 1 / (1 + e**-0.5),
        },
    ),
    ("softmax", {"classes": 2}, [10, -10, 1], 1 / (1 + e**2), {"exponential": 1 / e, "logit_share": -1}),
    (
        "batch-normalisation",
        {},
        [2, 3, 4, 1.5, -1.0],
        2,
        {"variance_not_rooted": 0.5, "scale_left_out": 1, "shift_left_out": 3, "mean_left_out": 4.25},
    ),
    (
        "batch-normalisation",
        {},
        [2, 0, 4, 1.5, -1.0],
        2,
        {"variance_not_rooted": 0.5, "scale_left_out": 1, "shift_left_out": 3},
    ),
    (
        "dropout",
        {"ask": "average"},
        [0.25, 8.0],
        6,
        {"not_scaled": 8, "other_direction": 32 / 3, "rate_for_share": 2},
    ),
    ("dropout", {"ask": "scaled"}, [0.2, 4.0], 5, {"not_scaled": 4, "other_direction": 3.2, "rate_for_share": 20}),
    (
        "gradient-length",
        {},
        [0.5, 3],
        0.125,
        {"multiplied_by_count": 1.5, "one_layer_fewer": 0.25, "one_factor": 0.5},
    ),
    (
        "gradient-length",
        {"layers": "skip"},
        [0.2, 3],
        1.728,
        {
            "multiplied_by_count": 3.6,
            "one_layer_fewer": 1.44,
            "one_factor": 1.2,
            "skip_left_out": 0.008,
            "skip_added_once": 1.008,
        },
    ),
    (
        "cross-entropy",
        {"classes": 2},
        [3, 1, 1],
        log(4),
        {
            "sign_left_out": -log(4),
            "base_ten": log(4) / log(10),
            "base_two": 2,
            "other_classes": log(4 / 3),
            "difference": 0.75,
        },
    ),
    (
        "gradient-step",
        {"rates": [0.1]},
        [10, -20],
        1.2,
        {"uphill": 0.8, "rate_left_out": 3, "gradient_left_out": 0.9, "change_alone": -0.2},
    ),
]


@pytest.mark.parametrize(("name", "options", "drawn", "answer", "mistakes"), EXAMPLES)
def test_what_each_mistake_gives(
    name: str, options: dict[str, Any], drawn: Sequence[Any], answer: Any, mistakes: dict[str, Any]
) -> None:
    kind = KINDS[name]
    problem = kind.draw(Drawn(drawn), read_options(kind, options))
    np.testing.assert_allclose(problem.answer, answer)
    assert problem.mistakes.keys() == mistakes.keys()
    for mistake, wrong in mistakes.items():
        np.testing.assert_allclose(problem.mistakes[mistake], wrong, err_msg=mistake)


@pytest.mark.parametrize(
    ("index", "drawn", "count", "mistakes"),
    [
        (0, [3, 8, 4], 292, {"biases_not_counted": 288, "one_channel": 40, "one_filter": 73}),
        (1, [64, 10], 650, {"biases_not_counted": 640, "one_bias": 641, "added": 74}),
        (2, [3, 1, 10], 10, {"one_missing": 9, "stride_forgotten": 20, "padding_left_out": 9, "rounded_up": 11}),
        (3, [3, 2], 5, {"kernels_added": 6, "largest_kernel": 3}),
    ],
)
def test_what_each_mistake_of_a_stated_count_gives(
    index: int, drawn: Sequence[int], count: int, mistakes: dict[str, int]
) -> None:
    stated = COUNTS[index](Drawn(drawn))
    assert (stated.count, stated.mistakes) == (count, mistakes)
