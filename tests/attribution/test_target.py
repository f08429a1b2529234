"""Targets: classes, pairs of classes and channels."""

import numpy as np
import pytest

from app.attribution.target import Target, find_class, read_target
from app.errors import InvalidRequest, UnknownChannel
from app.nets.network import Network


@pytest.mark.parametrize(
    ("text", "against", "expected"),
    [
        ("", "", Target(3)),
        ("1", "", Target(1)),
        ("class 2", "", Target(2)),
        ("CLASS 2", "class 0", Target(2, against=0)),
        ("class 0", "class 2", Target(0, against=2)),
        ("relu:3", "", Target(3, channel_of="relu")),
    ],
)
def test_a_target_is_read(dense: Network, text: str, against: str, expected: Target) -> None:
    assert read_target(dense, text, against, best=3) == expected


@pytest.mark.parametrize(("text", "against"), [("class", ""), ("5", ""), ("dog", ""), ("1", "1"), ("relu:0", "1")])
def test_a_text_that_is_no_target_is_refused(dense: Network, text: str, against: str) -> None:
    with pytest.raises(InvalidRequest):
        read_target(dense, text, against, best=3)


def test_classes_of_one_name_are_told_apart() -> None:
    with pytest.raises(InvalidRequest, match="matches `crane`: crane #0, crane #2"):
        find_class(("crane", "cat", "crane"), "crane")


def test_an_unknown_channel_is_refused(dense: Network) -> None:
    with pytest.raises(UnknownChannel, match="channels from 0 to 3"):
        read_target(dense, "relu:4", "", best=0)


def test_the_label_of_a_target(dense: Network) -> None:
    assert Target(2, against=0).label(dense) == "class 2 compared with class 0"
    assert Target(3, channel_of="relu").label(dense) == "relu, channel 3"


def test_the_seed_of_a_difference_is_positive_for_one_class_and_negative_for_the_other(dense: Network) -> None:
    seed = Target(2, against=0).seed(dense.graph.logits)
    np.testing.assert_array_equal(seed, [-1, 0, 1, 0, 0])
