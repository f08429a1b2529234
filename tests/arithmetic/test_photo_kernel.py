"""A typed kernel on a photo: how it is read, and what it makes of the photo."""

import numpy as np
import pytest
from scipy.ndimage import correlate

from app.arithmetic import pixel
from app.arithmetic.photo_kernel import LUMA, PhotoKernel, format_rows, read_rows
from app.errors import InvalidRequest

SOBEL = ((-1.0, 0.0, 1.0), (-2.0, 0.0, 2.0), (-1.0, 0.0, 1.0))
PLANES = np.random.default_rng(0).integers(0, 256, (3, 9, 11)).astype(np.float64)


@pytest.mark.parametrize("text", ["-1 0 1; -2 0 2; -1 0 1", "-1,0,1\r\n-2,0,2\n\n-1,0,1\n", "−1 0 1;−2.0 0 2;−1 0 1;"])
def test_rows_are_between_lines_or_semicolons(text: str) -> None:
    assert read_rows(text) == SOBEL


def test_what_is_written_is_read_again() -> None:
    rows = ((0.5, -1.25), (1e-3, 7.0))
    assert read_rows(format_rows(rows)) == rows


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (" ; ", "The kernel is empty"),
        ("1 2; 3", "ragged"),
        ("1 x", "numbers only"),
        ("1 nan", "finite"),
        ("1e400 1", "finite"),
        (";".join(["1"] * 12), "at most 11"),
        (" ".join(["1"] * 12), "at most 11"),
    ],
)
def test_what_is_no_kernel_is_refused(text: str, message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        read_rows(text)


def test_the_luma_is_that_of_pixels() -> None:
    assert tuple(round(weight / (1 << pixel.LUMA_BITS), 3) for weight in pixel.LUMA) == LUMA
    assert sum(pixel.LUMA) == 1 << pixel.LUMA_BITS


def test_a_kernel_may_have_eleven_rows_and_columns() -> None:
    assert len(read_rows(";".join([" ".join(["1"] * 11)] * 11))) == 11


def test_the_luma_is_convolved_without_padding() -> None:
    luma = np.tensordot(LUMA, PLANES, 1)
    expected = correlate(luma, np.array(SOBEL))[1:-1, 1:-1] + 3
    found = PhotoKernel(SOBEL, bias=3).task(PLANES).compute()
    np.testing.assert_allclose(found, expected[np.newaxis], rtol=1e-12)


def test_each_colour_is_convolved_by_itself_with_a_stride() -> None:
    expected = np.stack([correlate(plane, np.array(SOBEL))[1:-1, 1:-1][::2, ::2] for plane in PLANES])
    found = PhotoKernel(SOBEL, stride=2, in_colour=True).task(PLANES).compute()
    np.testing.assert_allclose(found, expected, rtol=1e-12)
