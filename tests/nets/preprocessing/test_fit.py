"""Other fits than the network's own, and the part of the picture that they use."""

import pytest

from app.nets.preprocessing.fit import (
    MAX_RESIZED_PIXELS,
    Crop,
    ViewPlacement,
    central_crop,
    change_fit,
    margin_colour,
    other_fits,
    placement_of,
    resized_size,
)
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


@pytest.mark.parametrize(
    ("rule", "to", "size", "expected"),
    [
        ("squash", None, (400, 300), ViewPlacement((0, 0, 400, 300), (224, 160), 0, 0)),
        ("letterbox", None, (400, 200), ViewPlacement((0, 0, 400, 200), (224, 112), 0, -24)),
        ("letterbox", None, (400, 201), ViewPlacement((0, 0, 400, 201), (224, 113), 0, -23)),
        ("letterbox", None, (100, 200), ViewPlacement((0, 0, 100, 200), (80, 160), -72, 0)),
        ("letterbox", None, (1000, 1), ViewPlacement((0, 0, 1000, 1), (224, 1), 0, -79)),
        ("letterbox", None, (1, 1000), ViewPlacement((0, 0, 1, 1000), (1, 160), -111, 0)),
        ("shorter_side", 256, (400, 300), ViewPlacement((0, 0, 400, 300), (341, 256), 58, 48)),
        ("shorter_side", 256, (300, 400), ViewPlacement((0, 0, 300, 400), (256, 341), 16, 90)),
        ("shorter_side", 250, (20, 1280), ViewPlacement((0, 0, 20, 1280), (250, 16_000), 13, 7920)),
        ("shorter_side", 250, (1280, 20), ViewPlacement((0, 0, 1280, 20), (16_000, 250), 7888, 45)),
        ("shorter_side", 250, (1281, 20), ViewPlacement((631.54, 3.6, 649.46, 16.4), (224, 160), 0, 0)),
    ],
)
def test_where_the_picture_comes_to_lie(
    rule: str, to: int | None, size: tuple[int, int], expected: ViewPlacement
) -> None:
    placement = placement_of(*size, spec(rule, to, width=224, height=160))
    assert placement.box == pytest.approx(expected.box, abs=0.01)
    assert (placement.size, placement.left, placement.top) == (expected.size, expected.left, expected.top)
    assert MAX_RESIZED_PIXELS == 250 * 16_000


@pytest.mark.parametrize(
    ("channels", "mean", "colour"),
    [
        ("RGB", (0.2, 0.4, 2.0), (51, 102, 255)),
        ("BGR", (0.2, 0.4, -1.0), (0, 102, 51)),
        ("grey", (0.4,), (102, 102, 102)),
    ],
)
def test_a_margin_has_the_colour_of_the_mean_or_its_own(
    channels: str, mean: tuple[float, ...], colour: tuple[int, int, int]
) -> None:
    own = spec("letterbox", channels=channels).model_copy(update={"mean": mean, "scale": 1 / 255})
    assert margin_colour(own) == colour
    resize = own.resize.model_copy(update={"margin": 114})
    margin = own.model_copy(update={"resize": resize})
    assert margin_colour(margin) == (114, 114, 114)
    assert change_fit(margin, "letterbox").resize.margin == 114
    assert change_fit(margin, "squash").resize.margin is change_fit(margin, "crop").resize.margin is None
    assert change_fit(margin, "squash").resize.interpolation == resize.interpolation


@pytest.mark.parametrize(("width", "height"), [(224, 160), (160, 224)])
def test_a_crop_is_as_large_as_possible(width: int, height: int) -> None:
    own = spec("squash", width=width, height=height)
    assert change_fit(own, "crop").resize.to == 224
    assert central_crop(500, 300, change_fit(own, "crop")) == Crop(*crop_by_hand((500, 300), (width, height), 224))


def crop_by_hand(size: tuple[int, int], view: tuple[int, int], to: int) -> tuple[float, float, float, float]:
    """Left, top, width and height in pixels of the picture, whose shorter side is resized."""
    factor = to / min(size)
    resized = [int(to * max(size) / min(size)) if length == max(size) else to for length in size]
    assert resized[0] == pytest.approx(size[0] * factor, abs=1)
    scales = [length / after for length, after in zip(size, resized, strict=True)]
    offsets = [round((after - length) / 2) for after, length in zip(resized, view, strict=True)]
    left, top = (offset * scale for offset, scale in zip(offsets, scales, strict=True))
    return left, top, view[0] * scales[0], view[1] * scales[1]


@pytest.mark.parametrize(
    ("size", "resized"), [((30, 30), (10, 10)), ((31, 30), (10, 10)), ((30, 31), (10, 10)), ((30, 33), (10, 11))]
)
def test_the_longer_side_is_truncated_but_never_shorter(size: tuple[int, int], resized: tuple[int, int]) -> None:
    assert resized_size(*size, spec("shorter_side", 10, width=5, height=5).resize) == resized
