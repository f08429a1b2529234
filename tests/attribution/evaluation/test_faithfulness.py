"""Deletion and insertion, against NumPy."""

from pathlib import Path

import numpy as np
import pytest

from app.attribution.evaluation.faithfulness import (
    Curves,
    Faithfulness,
    area,
    faithfulness,
    interpolated_inputs,
    measure_curves,
    pixel_order,
)
from app.attribution.target import Target
from app.errors import NonFinite
from app.nets.head import softmax
from app.nets.network import Network
from tests.attribution.conftest import SIDE, logits_of, overflowing
from tests.attribution.small import Array, drawn, explained, task_of

CLASS = Target(2)


def test_curves_are_the_probability_as_the_top_pixels_are_removed(dense: Network, tensor: Array) -> None:
    ranking = drawn(SIDE, SIDE, seed=11)
    (curves,) = measure_curves(task_of(dense, tensor, CLASS), [ranking], steps=4)
    order = np.argsort(-ranking.ravel())
    for step in range(5):
        without = tensor.reshape(3, -1).copy()
        without[:, order[: 16 * step]] = 0
        expected = softmax(logits_of(without.reshape(tensor.shape)))[2]
        assert curves.deletion_scores[step] == pytest.approx(expected, abs=1e-5)
    assert curves.insertion_scores[-1] == curves.deletion_scores[0]
    assert curves.deletion == pytest.approx(np.trapezoid(curves.deletion_scores, dx=0.25))


def test_interpolated_inputs_change_an_equal_share_of_pixels_each() -> None:
    begin, end = np.zeros((3, 4, 4), np.float32), np.ones((3, 4, 4), np.float32)
    order = pixel_order(drawn(4, 4))
    changed = [each[0].sum() for each in interpolated_inputs(begin, end, order, 5)]
    assert changed == [3, 6, 9, 12]


def test_equal_values_keep_their_order() -> None:
    assert pixel_order(np.array([[1, 2], [2, 0]], np.float32)).tolist() == [1, 2, 0, 3]


def test_the_area_is_that_of_trapezoids() -> None:
    assert area(np.array([1.0, 0.5, 0.0])) == 0.5
    assert area(np.array([1.0, 0, 0, 0, 0])) == pytest.approx(0.125)


def test_a_faithful_map_is_better_than_chance_and_its_negative_worse(dense: Network, tensor: Array) -> None:
    best = Target(int(logits_of(tensor).argmax()))
    task = task_of(dense, tensor, best)
    values = explained(dense, tensor, "gradient_x_input", best).values
    good, bad = faithfulness(task, values), faithfulness(task, -values)
    assert good.better_than == 1
    assert bad.better_than == 0
    assert good.curves.deletion < np.mean([each.deletion for each in good.random])
    assert good.curves.insertion > np.mean([each.insertion for each in good.random])


@pytest.mark.parametrize(
    ("deletion", "is_probability", "expected"),
    [
        ([0.5, 0.25, 0.1], True, True),
        ([0.5, 0.5, 0.5], True, False),
        ([0.5, 0.5 + 1e-9, 0.5], False, False),
        ([1e-9, 0.25, 0.1], True, False),
        ([1e-9, 0.25, 0.1], False, True),
    ],
    ids=["a probability that falls", "one that stays", "rounding", "a negligible one", "a small logit"],
)
def test_areas_say_something_where_the_score_changes(
    deletion: list[float], is_probability: bool, expected: bool
) -> None:
    curves = Curves(np.array(deletion), np.array(deletion[::-1]))
    measured = Faithfulness(curves, (curves,), 0.1, is_probability)
    assert measured.score == deletion[0]
    assert measured.is_measurable is expected


@pytest.mark.parametrize(
    ("target", "expected"), [(CLASS, True), (Target(2, against=0), True), (Target(1, channel_of="relu"), False)]
)
def test_the_score_of_a_class_is_a_probability_and_that_of_a_channel_is_not(
    dense: Network, tensor: Array, target: Target, expected: bool
) -> None:
    measured = faithfulness(task_of(dense, tensor, target), drawn(SIDE, SIDE))
    assert measured.is_probability is expected
    scores = np.concatenate([measured.curves.deletion_scores, measured.curves.insertion_scores])
    assert bool((scores <= 1).all() and (scores >= 0).all()) or not expected


def test_values_that_overflow_are_an_error(tmp_path: Path, tensor: Array) -> None:
    with pytest.raises(NonFinite):
        faithfulness(task_of(overflowing(tmp_path, 3e38), 10 * tensor, CLASS), drawn(SIDE, SIDE))
