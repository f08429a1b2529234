"""Other fits than the network's own, and the part of the picture that they use."""

import pytest

from app.nets.preprocessing.fit import Crop, central_crop, change_fit, other_fits, placement_of, resized_size
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


@pytest.mark.parametrize("size", [(400, 300), (301, 400), (224, 224), (7, 1000), (10_000_000, 3), (3, 10_000_000)])
@pytest.mark.parametrize(("rule", "to"), [("squash", None), ("letterbox", None), ("shorter_side", 256)])
def test_the_middle_of_the_picture_is_that_of_the_view(rule: str, to: int | None, size: tuple[int, int]) -> None:
    own = spec(rule, to, width=224, height=160)
    placement = placement_of(*size, own)
    left, top, right, bottom = placement.box
    assert (left + right, top + bottom) == pytest.approx(size, abs=1)
    assert abs(2 * placement.left + own.width - placement.size[0]) <= 1
    assert abs(2 * placement.top + own.height - placement.size[1]) <= 1
