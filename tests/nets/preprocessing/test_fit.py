"""Other fits than the network's own, and the part of the picture that they use."""

import pytest

from app.nets.preprocessing.fit import Crop, central_crop, change_fit, other_fits, resized_size
from app.nets.preprocessing.view import crop_of
from tests.nets.preprocessing.inputs import blank, spec


def test_other_fits_exclude_the_networks_own() -> None:
    assert other_fits(spec("squash")) == ("crop", "letterbox")
    assert other_fits(spec("shorter_side", 256)) == ("crop", "squash", "letterbox")
    assert other_fits(spec("shorter_side", 224)) == ("squash", "letterbox")
    assert change_fit(spec("squash"), None) == spec("squash")
    tight = crop_of(blank(400, 200), change_fit(spec("squash"), "crop"))
    assert (tight.top, tight.width, tight.height) == (0, 200, 200)


@pytest.mark.parametrize(
    ("width", "height", "expected"), [(451, 300, (384, 256)), (300, 451, (256, 384)), (1000, 1, (256000, 256))]
)
def test_the_shorter_side_is_resized_and_the_longer_truncated(
    width: int, height: int, expected: tuple[int, int]
) -> None:
    assert resized_size(width, height, spec("shorter_side", 256).resize) == expected


def test_the_central_crop_is_in_the_pixels_of_the_picture() -> None:
    assert central_crop(512, 256, spec("shorter_side", 256)) == Crop(144, 16, 224, 224)
