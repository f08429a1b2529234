"""Digits drawn with strokes, each a little different: moved, scaled, slanted, thicker or thinner, with noise."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIDE = 14  # pixels
NOISE = 0.08  # standard deviation
StrokePoints = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class DrawnDigits:
    """Images (N, 1, 14, 14) float32 from 0 to 1, and which digit each shows."""

    images: NDArray[np.float32]
    labels: NDArray[np.int64]


def _arc(centre: tuple[float, float], radii: tuple[float, float], start: float, end: float) -> StrokePoints:
    """Points of an ellipse between two angles in degrees, from the right and clockwise."""
    angles = np.radians(np.linspace(start, end, 13))
    return np.stack([centre[0] + radii[0] * np.cos(angles), centre[1] + radii[1] * np.sin(angles)], axis=1)


def _line(*points: tuple[float, float]) -> StrokePoints:
    return np.array(points)


# The strokes of each digit: points (x, y) in a square of side 1, y downwards.
STROKES: tuple[tuple[StrokePoints, ...], ...] = (
    (_arc((0.5, 0.5), (0.27, 0.42), 0, 360),),
    (_line((0.36, 0.26), (0.55, 0.08), (0.55, 0.92)),),
    (_arc((0.5, 0.32), (0.26, 0.24), -180, 30), _line((0.725, 0.44), (0.24, 0.92), (0.78, 0.92))),
    (_arc((0.47, 0.29), (0.26, 0.21), -150, 90), _arc((0.47, 0.71), (0.29, 0.21), -90, 150)),
    (_line((0.62, 0.92), (0.62, 0.08), (0.2, 0.65), (0.84, 0.65)),),
    (_line((0.76, 0.08), (0.32, 0.08), (0.3, 0.46)), _arc((0.48, 0.66), (0.27, 0.26), -130, 140)),
    (_line((0.66, 0.08), (0.4, 0.32), (0.28, 0.6)), _arc((0.51, 0.68), (0.24, 0.24), 0, 360)),
    (_line((0.2, 0.08), (0.8, 0.08), (0.42, 0.92)),),
    (_arc((0.5, 0.29), (0.21, 0.21), 0, 360), _arc((0.5, 0.71), (0.26, 0.21), 0, 360)),
    (_arc((0.49, 0.32), (0.24, 0.24), 0, 360), _line((0.73, 0.34), (0.7, 0.6), (0.54, 0.92))),
)


def draw_digits(count: int, seed: int) -> DrawnDigits:
    """The digits 0 to 9 in turn, `count` of each, drawn at random from a seed."""
    random = np.random.default_rng(seed)
    by_digit = np.stack([_draw(strokes, count, random) for strokes in STROKES])
    images = by_digit.swapaxes(0, 1).reshape(-1, 1, SIDE, SIDE)
    return DrawnDigits(images.astype(np.float32), np.tile(np.arange(len(STROKES)), count))


def _draw(strokes: tuple[StrokePoints, ...], count: int, random: np.random.Generator) -> StrokePoints:
    """A digit several times (count, 14, 14): brightness falls off at the edge of the strokes."""
    angle, slant = np.radians(random.uniform(-9, 9, count)), random.uniform(-0.2, 0.2, count)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]).transpose(2, 0, 1)
    shear = np.array([[np.ones(count), slant], [np.zeros(count), np.ones(count)]]).transpose(2, 0, 1)
    matrix = turn @ shear * random.uniform(0.78, 0.96, (count, 2, 1)) * SIDE
    centre = SIDE / 2 + random.uniform(-1, 1, (count, 1, 2))
    moved = [(stroke - 0.5) @ matrix.transpose(0, 2, 1) + centre for stroke in strokes]
    begin = np.concatenate([stroke[:, :-1] for stroke in moved], axis=1)
    end = np.concatenate([stroke[:, 1:] for stroke in moved], axis=1)
    thickness = random.uniform(0.45, 0.95, (count, 1, 1))
    ink = np.clip(thickness + 0.5 - distances(begin, end), 0, 1)
    return np.clip(ink + random.normal(0, NOISE, ink.shape), 0, 1)


def distances(begin: StrokePoints, end: StrokePoints) -> StrokePoints:
    """The distance (count, 14, 14) from the centre of each pixel to the nearest of the segments."""
    middle = np.arange(SIDE) + 0.5
    nearest = np.full((len(begin), SIDE, SIDE), np.inf)
    for at in range(begin.shape[1]):
        (x, y), (across, down) = begin[:, at].T, (end - begin)[:, at].T
        right, below = middle - x[:, np.newaxis, np.newaxis], middle[:, np.newaxis] - y[:, np.newaxis, np.newaxis]
        across, down = across[:, np.newaxis, np.newaxis], down[:, np.newaxis, np.newaxis]
        share = np.clip((right * across + below * down) / (across**2 + down**2), 0, 1)
        nearest = np.minimum(nearest, (right - share * across) ** 2 + (below - share * down) ** 2)
    return np.asarray(np.sqrt(nearest))
