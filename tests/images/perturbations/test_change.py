"""Changes as text, and one after the other."""

from math import inf, nextafter

import numpy as np
import pytest
from PIL import Image

from app.errors import InvalidRequest
from app.images.perturbations.change import MAX_CHANGES, Change, apply_changes, change_of, read_change, read_changes
from app.images.perturbations.registry import PERTURBATIONS


@pytest.mark.parametrize("text", ["rotation:38", "shift:10,-5.5", "noise:20,7", "blur:0.1"])
def test_a_text_is_read_and_written(text: str) -> None:
    assert str(read_change(text)) == text


def test_amounts_that_are_left_out_are_neutral() -> None:
    assert read_change("shift:10") == Change("shift", (10, 0))
    assert read_change("brightness") == Change("brightness", (1,))
    assert read_change("brightness").is_neutral


@pytest.mark.parametrize(
    "text", ["", "twirl:3", "rotation:200", "rotation:nan", "rotation:1e999", "rotation:a", "rotation:1,2", "shift:,"]
)
def test_what_is_no_change_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest):
        read_change(text)


@pytest.mark.parametrize("name", PERTURBATIONS)
def test_amounts_may_reach_the_ends_of_their_ranges_and_no_further(name: str) -> None:
    parameters = PERTURBATIONS[name].parameters
    for amounts in ([each.low for each in parameters], [each.high for each in parameters]):
        assert change_of(name, amounts).amounts == tuple(amounts)
    for place, each in enumerate(parameters):
        neutral = [before.neutral for before in parameters[:place]]
        for beyond in (nextafter(each.low, -inf), nextafter(each.high, inf)):
            with pytest.raises(InvalidRequest, match=f"`{each.name}` of `{name}` is a number from"):
                change_of(name, [*neutral, beyond])
    with pytest.raises(InvalidRequest, match=f"at most {len(parameters)} amounts"):
        change_of(name, [each.neutral for each in parameters] + [0])


def test_amounts_have_six_digits() -> None:
    assert read_change("rotation:-12.3456789").amounts == (-12.3457,)
    assert str(Change("gamma", (1.23456789,))) == "gamma:1.23457"


def test_a_picture_takes_only_so_many() -> None:
    assert len(read_changes(["flip:1"] * MAX_CHANGES)) == MAX_CHANGES
    with pytest.raises(InvalidRequest, match="at most"):
        read_changes(["flip:1"] * (MAX_CHANGES + 1))


def test_changes_follow_one_another() -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    mirrored = Image.fromarray(rgb).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    expected = np.asarray(mirrored.rotate(30, Image.Resampling.BILINEAR))
    np.testing.assert_array_equal(apply_changes(rgb, read_changes(["flip:1", "rotation:30"])), expected)
    other = apply_changes(rgb, read_changes(["rotation:30", "flip:1"]))
    assert (other != expected).any()
