"""Changes as text, and one after the other."""

import numpy as np
import pytest
from PIL import Image

from app.errors import InvalidRequest
from app.images.perturbations.change import MAX_CHANGES, Change, apply_changes, read_change, read_changes


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


def test_a_picture_takes_only_so_many() -> None:
    with pytest.raises(InvalidRequest, match="at most"):
        read_changes(["flip:1"] * (MAX_CHANGES + 1))


def test_changes_follow_one_another() -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    mirrored = Image.fromarray(rgb).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    expected = np.asarray(mirrored.rotate(30, Image.Resampling.BILINEAR))
    np.testing.assert_array_equal(apply_changes(rgb, read_changes(["flip:1", "rotation:30"])), expected)
    other = apply_changes(rgb, read_changes(["rotation:30", "flip:1"]))
    assert (other != expected).any()
