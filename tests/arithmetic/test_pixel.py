"""A number of the input tensor against the tensor itself, and by hand."""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.arithmetic.pixel import LUMA, LUMA_BITS, PixelSource, pixel
from app.arithmetic.working import Term
from app.nets.card import InputSpec
from app.nets.layer import Box
from app.nets.preprocessing.fit import RGB
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import view_of

SAMPLES = Path(__file__).parents[2] / "static" / "samples"


def photo(name: str) -> RGB:
    with Image.open(SAMPLES / name) as image:
        return np.asarray(image.convert("RGB"))


def spec_of(rule: str, channels: str = "RGB", **resize: Any) -> InputSpec:
    count = 1 if channels == "grey" else 3
    mean, std = (0.485, 0.456, 0.406)[:count], (0.229, 0.224, 0.225)[:count]
    side = 28 if rule == "digit" else 32
    return InputSpec.model_validate(
        {"width": side, "height": side, "channels": channels, "scale": 1 / 255, "mean": mean, "std": std}
        | {"resize": {"rule": rule, **resize}},
    )


def check_sums(term: Term) -> None:
    if term.is_sum:
        assert sum(each.value for each in term.terms) == pytest.approx(term.value)
        if 0 < term.value < 255:  # where nothing is cut off, the other terms are nearly all of it
            assert all(abs(each.value) < 0.51 for each in term.terms if each.kind == "rounding")
    if {"weight", "level"} <= term.numbers.keys():  # of a colour, of a row or of a column
        assert term.value == pytest.approx(term.numbers["weight"] * term.numbers["level"])
    for each in term.terms:
        check_sums(each)


@pytest.mark.parametrize(
    ("name", "spec"),
    [
        ("cat.jpg", spec_of("squash")),
        ("coffee.jpg", spec_of("squash", "BGR", interpolation="bicubic")),
        ("rocket.jpg", spec_of("shorter_side", to=40)),
        ("rocket.jpg", spec_of("shorter_side", "grey", to=32, interpolation="bicubic")),
        ("palace.jpg", spec_of("letterbox")),
        ("palace.jpg", spec_of("letterbox", "BGR", interpolation="bicubic")),
        ("digits/3.jpg", spec_of("digit", "grey", to=20)),
        ("digits/7.jpg", spec_of("digit", "grey", to=20, interpolation="bicubic")),
    ],
)
def test_every_number_is_that_of_the_tensor(name: str, spec: InputSpec) -> None:
    picture = photo(name)
    tensor = tensor_of(view_of(picture, spec), spec)[0]
    for y, x in product(range(0, spec.height, 5), range(0, spec.width, 5)):
        source = PixelSource(picture, spec, y, x, limit=4)
        for channel in range(len(tensor)):
            working = pixel(source, channel)
            assert working.total == pytest.approx(tensor[channel, y, x], abs=1e-6)
            check_sums(working.terms[0])
            check_patches(working.terms[0], picture)


def check_patches(term: Term, picture: RGB) -> None:
    """A patch of a colour has its pixels, and every one the products of its numbers with weights that add up to 1."""
    if (patch := term.patch) and patch.kernel is not None:
        np.testing.assert_array_equal(patch.products, patch.inputs * patch.kernel)
        assert patch.kernel.sum() == pytest.approx(1)
        if "colour" in term.numbers:
            rows, columns = (
                slice(at, at + size) for at, size in zip((patch.top, patch.left), patch.inputs.shape, strict=True)
            )
            np.testing.assert_array_equal(patch.inputs, picture[rows, columns, int(term.numbers["colour"])])
    for each in term.terms:
        check_patches(each, picture)


def test_every_row_and_column_of_a_digit_is_either_margin_or_ink() -> None:
    picture, spec = photo("digits/3.jpg"), spec_of("digit", "grey", to=20)
    source = PixelSource(picture, spec, 14, 14, limit=2)
    digit = source.digit
    assert digit is not None
    assert source.window == Box(0, 0, *picture.shape[:2])
    for axis, begin in enumerate((digit.view_top, digit.view_left)):
        places = [(at, 14) if axis == 0 else (14, at) for at in range(28)]
        kinds = [pixel(PixelSource(picture, spec, *place, limit=2), 0).terms[0].kind for place in places]
        size = digit.resized.shape[axis]
        assert kinds == ["margin"] * begin + ["level"] * size + ["margin"] * (28 - begin - size)


@pytest.mark.parametrize("interpolation", ["bilinear", "bicubic"])
def test_a_tall_picture_is_resized_along_its_height_first(interpolation: str) -> None:
    """As Pillow does since version 13: what is rounded before the sum are the means of columns."""
    picture, spec = photo("cat.jpg")[:, 100:220], spec_of("squash", interpolation=interpolation)
    tensor = tensor_of(view_of(picture, spec), spec)[0]
    for y, x in product(range(0, spec.height, 5), range(0, spec.width, 5)):
        working = pixel(PixelSource(picture, spec, y, x, limit=4), 1)
        assert working.total == pytest.approx(tensor[1, y, x], abs=1e-6)
        check_sums(working.terms[0])
        assert {term.kind for term in working.terms[0].terms} <= {"column", "rest", "rounding"}


def test_a_picture_that_is_not_resized_by_hand() -> None:
    picture = np.zeros((32, 32, 3), np.uint8)
    picture[5, 7] = (10, 148, 30)
    working = pixel(PixelSource(picture, spec_of("squash"), 5, 7, limit=16), 1)
    assert working.total == pytest.approx((148 / 255 - 0.456) / 0.224)
    assert working.formula == "(148 × 0.003922 − 0.456) ÷ 0.224 = 0.5553"
    (level,) = working.terms
    assert level.patch is not None
    assert level.patch.inputs[level.patch.kernel == 1] == 148
    assert level.numbers == {"colour": 1, "scale": 1 / 255, "mean": 0.456, "std": 0.224}


def test_two_by_two_pixels_become_one_by_hand() -> None:
    """Bilinear: the four pixels next to the middle weigh 9, the outer ones 3 and 1, of 64."""
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[10:12, 20:22, 0] = [[64, 0], [0, 128]]
    source = PixelSource(picture, spec_of("squash"), 5, 10, limit=16)
    (level,) = pixel(source, 0).terms
    assert source.window == Box(9, 19, 13, 23)
    assert level.patch is not None
    assert level.patch.kernel is not None
    np.testing.assert_allclose(level.patch.kernel[1:3, 1:3], 9 / 64)
    assert level.value == round(64 * 9 / 64 + 128 * 9 / 64)
    rows = [term for term in level.terms if term.kind == "row" and term.value]
    assert [(row.numbers["unrounded"], row.numbers["level"]) for row in rows] == [(48, 48), (24, 24)]
    assert level.terms[-1].kind == "rounding"


def test_every_row_of_a_letterbox_is_either_margin_or_picture() -> None:
    picture, spec = photo("palace.jpg"), spec_of("letterbox")
    tensor = tensor_of(view_of(picture, spec), spec)[0]
    for turned in (False, True):
        kinds = []
        for at in range(32):
            place = (16, at) if turned else (at, 16)
            other = photo("palace.jpg").transpose(1, 0, 2) if turned else picture
            working = pixel(PixelSource(other, spec, *place, limit=2), 0)
            kinds.append(working.terms[0].kind)
            if not turned:
                assert working.total == pytest.approx(tensor[0, at, 16], abs=1e-6)
        begin, rows = kinds.index("level"), kinds.count("level")
        assert kinds == ["margin"] * begin + ["level"] * rows + ["margin"] * (32 - begin - rows)
        assert rows == round(32 * picture.shape[0] / picture.shape[1])


def test_the_luma_is_that_of_pillow_for_any_colour() -> None:
    colours = np.random.default_rng(0).integers(0, 256, (400, 500, 3), np.uint8)
    luma = (colours @ np.array(LUMA) + (1 << (LUMA_BITS - 1))) >> LUMA_BITS
    np.testing.assert_array_equal(luma, np.asarray(Image.fromarray(colours).convert("L")))


def test_the_margin_of_a_letterbox_has_no_pixels() -> None:
    source = PixelSource(photo("palace.jpg"), spec_of("letterbox"), 0, 0, limit=16)
    (level,) = pixel(source, 2).terms
    assert (level.kind, level.value, source.window) == ("margin", round(255 * 0.406), None)
