"""PNG bytes, read back by Pillow."""

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from app.rendering.colormap import colour_table
from app.rendering.png import encode_grey, encode_palette, encode_rgb

RNG = np.random.default_rng(3)
SHAPES = [(1, 1), (1, 300), (300, 1), (17, 23)]


def read(data: bytes, mode: str) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        assert (picture.format, picture.mode) == ("PNG", mode)
        return np.asarray(picture.convert("RGB") if mode == "P" else picture)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_grey_comes_back(shape: tuple[int, int]) -> None:
    pixels = RNG.integers(0, 256, shape, np.uint8)
    np.testing.assert_array_equal(read(encode_grey(pixels), "L"), pixels)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_rgb_comes_back(shape: tuple[int, int]) -> None:
    pixels = RNG.integers(0, 256, (*shape, 3), np.uint8)
    np.testing.assert_array_equal(read(encode_rgb(pixels), "RGB"), pixels)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_palette_levels_come_back_in_their_colours(shape: tuple[int, int]) -> None:
    levels = RNG.integers(0, 256, shape, np.uint8)
    table = colour_table("viridis")
    np.testing.assert_array_equal(read(encode_palette(levels, table), "P"), table[levels])


def test_colours_add_their_table_to_a_file_and_no_more() -> None:
    levels = RNG.integers(0, 256, (30, 40), np.uint8).repeat(8, axis=0).repeat(8, axis=1)
    table = colour_table("viridis")
    assert len(encode_palette(levels, table)) == len(encode_grey(levels)) + table.size + 12  # of the chunk


def test_pixels_need_not_be_contiguous_in_memory() -> None:
    pixels = RNG.integers(0, 256, (20, 30), np.uint8)
    np.testing.assert_array_equal(read(encode_grey(pixels[2:19, 3:-1].T), "L"), pixels[2:19, 3:-1].T)


def test_equal_pixels_give_equal_bytes() -> None:
    pixels = RNG.integers(0, 256, (64, 64), np.uint8)
    assert encode_grey(pixels) == encode_grey(pixels.copy())


def test_a_sparse_map_is_a_small_file() -> None:
    pixels = np.zeros((512, 512), np.uint8)
    pixels[100:110, 200:220] = 255
    assert len(encode_grey(pixels)) < 3_000
