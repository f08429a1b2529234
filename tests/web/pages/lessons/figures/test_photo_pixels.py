"""Pixels of a photo, against Pillow's."""

import re

import httpx
from PIL import Image

from app.web.samples import SAMPLES


def test_the_numbers_are_those_of_the_photo(site: httpx.Client) -> None:
    page = site.get("/figures/photo-pixels?across=30&down=60").raise_for_status().text
    photo = Image.open(SAMPLES / "cat.jpg").convert("RGB")
    left, top = round(0.3 * (photo.width - 8)), round(0.6 * (photo.height - 8))
    assert f"from row {top}, column {left}" in page
    for at, name in enumerate(("red", "green", "blue")):
        cells = re.findall(rf'data-cell="{name}\.(\d)\.(\d)"[^>]*>(\d+)<', page)
        assert len(cells) == 64
        for row, column, value in cells:
            pixel = photo.getpixel((left + int(column), top + int(row)))
            assert isinstance(pixel, tuple)
            assert int(value) == pixel[at]
