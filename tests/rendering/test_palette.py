"""The colours of classes: none twice, and neighbours far apart."""

import colorsys
from itertools import pairwise

import pytest

from app.rendering.palette import FIRST, GOLDEN_ANGLE, class_colour, hex_colour

COUNT = 100


def test_the_first_classes_have_the_colours_of_okabe_and_ito() -> None:
    published = ["e69f00", "56b4e9", "009e73", "f0e442", "0072b2", "d55e00", "cc79a7"]
    assert [hex_colour(index) for index in range(len(FIRST))] == [f"#{colour}" for colour in published]


def test_no_two_classes_have_one_colour() -> None:
    assert len({class_colour(index) for index in range(COUNT)}) == COUNT


def test_the_hues_of_further_classes_are_a_golden_angle_apart() -> None:
    further = [colorsys.rgb_to_hls(*(level / 255 for level in class_colour(n))) for n in range(len(FIRST), COUNT)]
    for (one, lightness, _), (other, next_lightness, saturation) in pairwise(further):
        assert (other - one) % 1 == pytest.approx(GOLDEN_ANGLE, abs=0.01)
        assert abs(lightness - next_lightness) == pytest.approx(0.2, abs=0.01)
        assert saturation == pytest.approx(0.7, abs=0.02)


@pytest.mark.parametrize("index", [0, 3, 7, 8, 50])
def test_html_has_the_same_colour(index: int) -> None:
    assert bytes.fromhex(hex_colour(index).removeprefix("#")) == bytes(class_colour(index))
