"""The well-known kernels: what each gives on an even surface."""

import numpy as np
import pytest

from app.arithmetic.photo_kernel import format_rows, read_rows
from app.web.pages.presets import PRESETS


@pytest.mark.parametrize(
    ("name", "total"),
    [
        ("identity", 1),
        ("blur", 1),
        ("sharpen", 1),
        ("emboss", 1),
        ("sobel_x", 0),
        ("sobel_y", 0),
        ("laplacian", 0),
        ("gabor", 0),
    ],
)
def test_what_the_numbers_add_up_to(name: str, total: float) -> None:
    assert np.sum(PRESETS[name]) == pytest.approx(total, abs=1e-9)


def test_all_are_named_and_readable() -> None:
    for rows in PRESETS.values():
        np.testing.assert_allclose(read_rows(format_rows(rows)), rows, rtol=1e-5)
