"""16-bit PNGs with transparency come out within 1 of 255, which the high bytes alone would not give."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from app.images.decode import Limits, decode

Pixels = npt.NDArray[Any]


def wide(colours: Pixels) -> Pixels:
    """(24, 40, 4) of 0..65535, the high and the low bytes unlike each other."""
    values: Pixels = np.roll(colours, 1, axis=0) * 256.0 + colours
    return values


def over_white(colour: Pixels, alpha: Pixels) -> Pixels:
    """255 times what is seen of (H, W, C) `colour` with coverage `alpha` before white; both run to 65535."""
    share = alpha[..., None] / 65535
    seen: Pixels = 255 * (colour / 65535 * share + 1 - share)
    return seen


def test_one_colour_is_transparent_and_none_that_differs_in_a_low_byte(make: Any) -> None:
    values = np.full((24, 40, 3), 0x1234)
    values[..., 1] += np.arange(40) - 8
    values[12:, :, 2] += 1
    png = make.png((40, 24), 16, 2, [row.tobytes() for row in values.astype(">u2")], tRNS=b"\x12\x34" * 3)
    expected = values / 257
    expected[:12, 8] = 255
    assert np.abs(decode(png, Limits()).rgb - expected).max() <= 0.5


@pytest.mark.parametrize(("colour", "channels"), [(4, 2), (6, 4)], ids=["grey and alpha", "RGBA"])
def test_16_bit_png_with_alpha(colour: int, channels: int, make: Any, colours: Pixels) -> None:
    values = wide(colours)[..., :channels].astype(">u2")
    png = make.png((40, 24), 16, colour, [row.tobytes() for row in values])
    expected = over_white(values[..., :-1], values[..., -1])
    assert np.abs(decode(png, Limits()).rgb - expected).max() <= 1
