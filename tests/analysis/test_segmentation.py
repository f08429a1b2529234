"""Masks of networks that give scores, probabilities or classes, by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.analysis.segmentation import NO_CLASS, MaskClass, mask_of, summarise_mask


def output(sign: str, classes: int) -> Any:
    return SimpleNamespace(sign=sign, classes=classes)


SCORES = np.array([[[3.0, 0.0], [0.0, 0.0]], [[1.0, 2.0], [5.0, 0.0]], [[0.0, 1.0], [4.0, 0.5]]], np.float32)


def test_each_place_has_the_class_of_its_highest_score() -> None:
    mask = mask_of(output("softmax", 3), SCORES, 0.5)
    assert mask.tolist() == [[0, 1], [1, 2]]
    summary = summarise_mask(output("softmax", 3), mask, 0.5)
    assert summary.classes == (MaskClass(1, 0.5), MaskClass(0, 0.25), MaskClass(2, 0.25))
    assert (summary.uncovered, summary.threshold, summary.height, summary.width) == (0, None, 2, 2)


def test_a_place_without_a_probable_class_has_none() -> None:
    probabilities = np.array([[[0.9, 0.1], [0.5, 0.4]]], np.float32)
    mask = mask_of(output("sigmoid", 1), probabilities, 0.5)
    assert mask.tolist() == [[0, NO_CLASS], [0, NO_CLASS]]
    summary = summarise_mask(output("sigmoid", 1), mask, 0.5)
    assert (summary.classes, summary.uncovered, summary.threshold) == ((MaskClass(0, 0.5),), 0.5, 0.5)


def test_logits_of_one_class_are_compared_as_probabilities() -> None:
    logits = np.array([[[2.0, 0.5], [-3.0, 1.0]]], np.float32)  # a probability of 0.7 is a logit of 0.85
    assert mask_of(output("linear_maps", 1), logits, 0.7).tolist() == [[0, NO_CLASS], [NO_CLASS, 0]]


@pytest.mark.parametrize("off", [(-0.1, 0.4), (0.1, 1.1)])
def test_one_number_that_is_no_probability_makes_all_of_them_logits(off: tuple[float, float]) -> None:
    """Of logits, those above 0 are probabilities above a half."""
    assert mask_of(output("sigmoid", 1), np.array([[off]], np.float32), 0.5).tolist() == [
        [0 if number > 0 else NO_CLASS for number in off]
    ]


@pytest.mark.parametrize("shape", [(2, 2), (1, 2, 2)])
def test_classes_that_the_network_chose_are_its_own(shape: tuple[int, ...]) -> None:
    chosen = np.array([4.0, 0.0, 7.0, 4.0], np.float32).reshape(shape)
    assert mask_of(output("argmax", 21), chosen, 0.5).tolist() == [[4, 0], [7, 4]]
