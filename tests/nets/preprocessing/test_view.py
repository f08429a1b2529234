"""From a picture to the view, against Pillow's plain resize and crop."""

import numpy as np
import pytest
from PIL import Image
from skimage import data

from app.nets.preprocessing.fit import Crop
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import crop_of, picture_of_view, view_of
from tests.nets.preprocessing.inputs import blank, spec


def test_squash_takes_the_whole_picture() -> None:
    picture = data.chelsea()
    expected = np.asarray(Image.fromarray(picture).resize((224, 224), Image.Resampling.BICUBIC))
    np.testing.assert_array_equal(view_of(picture, spec("squash")), expected)


@pytest.mark.parametrize("channels", ["RGB", "BGR", "grey"])
def test_letterbox_has_the_whole_picture_and_zero_around_it(channels: str) -> None:
    means = (
        {"mean": (100.0,), "std": (2.0,)} if channels == "grey" else {"mean": (90.0, 100.0, 110.0), "std": (2.0,) * 3}
    )
    letterbox = spec("letterbox", channels=channels).model_copy(update=means)
    picture = data.chelsea()  # 451 x 300
    view = view_of(picture, letterbox)
    down = round(300 * 224 / 451)
    top = (224 - down) // 2
    whole = Image.fromarray(picture).resize((224, down), Image.Resampling.BICUBIC)
    expected = whole.convert("L").convert("RGB") if channels == "grey" else whole
    np.testing.assert_array_equal(view[top : top + down], np.asarray(expected))
    tensor = tensor_of(view, letterbox)[0]
    assert not tensor[:, :top].any()
    assert not tensor[:, top + down :].any()
    assert crop_of(picture, letterbox) == Crop(0, 0, 451, 300)


@pytest.mark.parametrize(("width", "height"), [(451, 300), (300, 451), (256, 256), (1024, 40), (100, 80)])
def test_shorter_side_is_resized_and_the_centre_cropped(width: int, height: int) -> None:
    picture = np.asarray(Image.fromarray(data.chelsea()).resize((width, height)))
    across = 256 if width <= height else int(256 * width / height)
    down = 256 if height <= width else int(256 * height / width)
    whole = Image.fromarray(picture).resize((across, down), Image.Resampling.BICUBIC)
    left, top = round((across - 224) / 2), round((down - 224) / 2)
    expected = np.asarray(whole.crop((left, top, left + 224, top + 224)))
    np.testing.assert_array_equal(view_of(picture, spec("shorter_side", 256)), expected)


def test_a_picture_too_long_to_be_resized_as_a_whole_has_the_same_crop() -> None:
    picture = np.repeat(np.linspace(0, 255, 2048).astype(np.uint8)[None, :, None], 3, axis=2).repeat(30, axis=0)
    across = int(256 * 2048 / 30)
    whole = Image.fromarray(picture).resize((across, 256), Image.Resampling.BICUBIC)
    left = round((across - 224) / 2)
    expected = np.asarray(whole.crop((left, 16, left + 224, 240)), dtype=int)
    assert np.abs(view_of(picture, spec("shorter_side", 256)).astype(int) - expected).max() <= 2


def test_the_crop_box_is_in_the_pixels_of_the_picture() -> None:
    assert crop_of(blank(512, 512), spec("shorter_side", 256)) == Crop(32, 32, 448, 448)
    assert crop_of(blank(512, 256), spec("shorter_side", 256)) == Crop(144, 16, 224, 224)
    assert crop_of(blank(640, 480), spec("squash")) == Crop(0, 0, 640, 480)


def test_a_grey_view_is_the_luma_in_three_equal_planes() -> None:
    red = np.full((8, 8, 3), (255, 0, 0), np.uint8)
    view = view_of(red, spec("squash", channels="grey", width=4, height=4))
    np.testing.assert_array_equal(view, np.full((4, 4, 3), round(0.299 * 255), np.uint8))


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 500, 3), (500, 1, 3)])
def test_the_smallest_pictures_have_a_view(shape: tuple[int, int, int]) -> None:
    picture = np.full(shape, 200, np.uint8)
    for rule, to in (("squash", None), ("shorter_side", 256)):
        np.testing.assert_array_equal(view_of(picture, spec(rule, to)), np.full((224, 224, 3), 200))


def test_a_digit_is_the_luma_of_the_picture_and_no_colour() -> None:
    """A red stroke on white, 12 pixels by 40: the view is 6 by 20, and the part of the picture used is the stroke."""
    picture = blank(120, 100)
    picture[30:70, 50:62] = (200, 0, 0)
    fed = spec("digit", 20, channels="grey", width=32, height=32)
    view = view_of(picture, fed)
    assert crop_of(picture, fed) == Crop(50, 30, 12, 40)
    assert np.ptp(view, axis=2).max() == 0
    expected = np.zeros((32, 32), np.uint8)
    expected[6:26, 14:20] = 255  # middles 9.5 and 2.5, rounded to even, come to rest on 16
    np.testing.assert_array_equal(view[..., 0], expected)


@pytest.mark.parametrize("rule", ["squash", "letterbox", "shorter_side"])
@pytest.mark.parametrize("channels", ["RGB", "BGR"])
def test_a_changed_view_is_that_of_its_own_picture(rule: str, channels: str) -> None:
    to = 257 if rule == "shorter_side" else None
    own, picture = spec(rule, to, channels=channels), data.chelsea()
    view = view_of(picture, own) ^ np.uint8(1)
    np.testing.assert_array_equal(view_of(picture_of_view(view, picture, own), own), view)
