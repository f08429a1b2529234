"""Pixels of a photo, against Pillow's."""

import re

import httpx
import numpy as np
import pytest
from PIL import Image

from app.engine.engine import Engine
from app.rendering.png import encode_rgb
from app.web.samples import SAMPLES
from tests.web.pages.lessons.figures.conftest import GatherFigure


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


@pytest.mark.parametrize("shape", [(5, 9), (9, 5), (8, 8), (30, 40)])
def test_the_crop_is_within_the_photo_and_has_its_colours(
    gather_figure: GatherFigure, engine: Engine, shape: tuple[int, int]
) -> None:
    height, width = shape
    pixels = np.random.default_rng(1).integers(0, 256, (*shape, 3), np.uint8)
    image = engine.pictures.add(lambda: encode_rgb(pixels)).result().stored.id
    for across, down in ((0, 0), (100, 100), (50, 0), (0, 50)):
        figure = gather_figure("photo-pixels", image=image, across=across, down=down)
        side, left, top = figure.side, figure.left, figure.top
        assert (figure.size, side) == ((width, height), min(8, *shape))
        assert abs(left - across / 100 * (width - side)) <= 0.5 >= abs(top - down / 100 * (height - side))
        crop = pixels[top : top + side, left : left + side]
        assert crop.shape == (side, side, 3)
        assert [[bytes.fromhex(each.removeprefix("#")) for each in row] for row in figure.colours] == [
            [bytes(pixel) for pixel in row] for row in crop
        ]
        planes = [[[cell.value for cell in row] for row in plane.rows] for plane in figure.planes]
        assert np.array_equal(np.moveaxis(np.array(planes), 0, 2), crop)
    assert [plane.name for plane in figure.planes] == ["red", "green", "blue"]
