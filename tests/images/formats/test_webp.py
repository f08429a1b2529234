"""WebP headers: a file that is cut off is refused."""

from typing import Any

import pytest

from app.errors import BrokenPicture
from app.images.decode import Limits, decode
from tests.images.formats.flat import FLAT


def test_a_cut_webp_is_refused(make: Any) -> None:
    webp = make.saved(FLAT, "WebP")
    with pytest.raises(BrokenPicture, match="cut off"):
        decode(webp[:-10], Limits())
