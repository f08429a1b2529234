"""Ink and its pieces on pictures of all shapes, against the same steps by scipy."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from scipy import ndimage

from app.nets.preprocessing.digits import extent_of, ink_of, ink_of_digit, is_like_strokes, pieces_of
from tests.nets.preprocessing.digits_by_scipy import (
    digit_by_scipy,
    digit_of,
    extent_by_scipy,
    ink_by_scipy,
    is_like_strokes_by_scipy,
)

Draw = Callable[[tuple[int, int], int], npt.NDArray[np.uint8]]
SHAPES = [(40, 60), (61, 47), (64, 65), (130, 70), (75, 200), (9, 130), (3, 4), (150, 151)]


def texture(shape: tuple[int, int], seed: int) -> npt.NDArray[np.float64]:
    """Blots of some size, 0 to 1."""
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=shape), max(shape) / 40)
    return np.asarray((noise - noise.min()) / np.ptp(noise))


def page(shape: tuple[int, int], seed: int) -> npt.NDArray[np.uint8]:
    """Blots on paper in light from one side; nearly as much of the picture is dark as is light."""
    chance = np.random.default_rng(seed)
    down, across = (np.linspace(0, chance.uniform(-60, 60), length) for length in shape)
    blots = (texture(shape, seed) > chance.uniform(0.4, 0.6)) * chance.uniform(30, 80)
    levels = 90 + blots + down[:, np.newaxis] + across + chance.normal(0, 2, shape)
    return np.asarray(levels.clip(0, 255), np.uint8)


def cut(shape: tuple[int, int], seed: int) -> npt.NDArray[np.uint8]:
    """A shape that touches some sides of the picture, fills some of its corners, and more or less of its middle."""
    chance = np.random.default_rng(seed)
    height, width = shape
    rim, corner = max(1, min(shape) // 16), max(1, min(shape) // 6)
    strength = np.ones(shape)
    strength[:: chance.integers(2, 9), rim:-rim] = chance.choice([0, 1])
    sides = [np.s_[:rim], np.s_[-rim:], np.s_[:, :rim], np.s_[:, -rim:]]
    for side in chance.permutation(4)[: chance.integers(0, 3)]:
        strength[sides[side]] = chance.uniform(0, 0.12)
    for row in (slice(None, corner), slice(height - corner, None)):
        for column in (slice(None, corner), slice(width - corner, None)):
            strength[row, column] = chance.choice([0, 0, 0.2, 0.3, 1])
    levels = 40 + strength * chance.uniform(8, 200)
    return np.asarray(levels if seed % 2 else 255 - levels, np.uint8)


def ink(shape: tuple[int, int], seed: int) -> npt.NDArray[np.float32]:
    """Strokes of different strength: some on the edges, some that fill a side, and specks."""
    chance = np.random.default_rng(seed)
    blots = texture(shape, seed)
    plane = 200 * np.maximum(blots - chance.uniform(0.45, 0.75), 0) + chance.exponential(0.5, shape)
    if seed % 3 == 0:
        plane[:2] += chance.uniform(20, 60)
    if seed % 2:
        plane[tuple(chance.integers(0, shape))] += 40
    return np.asarray(plane, np.float32)


@pytest.mark.parametrize("draw", [page, cut])
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("shape", SHAPES)
def test_the_ink_is_what_an_opening_leaves(draw: Draw, shape: tuple[int, int], seed: int) -> None:
    grey = draw(shape, seed)
    np.testing.assert_allclose(ink_of(grey), ink_by_scipy(grey), atol=0.01)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("shape", SHAPES)
def test_the_digit_is_the_connected_pieces_of_enough_ink(shape: tuple[int, int], seed: int) -> None:
    plane = ink(shape, seed)
    assert extent_of(plane) == extent_by_scipy(plane)
    assert pieces_of(plane) == digit_of(plane)[1]
    np.testing.assert_array_equal(ink_of_digit(plane), digit_by_scipy(plane))


def test_strokes_are_strong_and_fill_some_of_their_box() -> None:
    for seed in range(60):
        chance = np.random.default_rng(seed)
        plane = ink((30, 40), seed) ** chance.uniform(0.5, 3)
        levels = chance.uniform(0, min(255, plane.max() * chance.uniform(2, 8)), plane.shape)
        levels[chance.random(plane.shape) < 0.01] = chance.uniform(0, 255)
        grey = levels.astype(np.uint8)
        assert is_like_strokes(grey, plane) == is_like_strokes_by_scipy(grey, plane), seed


def test_paper_without_ink_has_no_strokes() -> None:
    paper = np.zeros((30, 40), np.float32)
    assert not is_like_strokes(np.full((30, 40), 200, np.uint8), paper)
