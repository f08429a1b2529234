"""The geometry of deletion and insertion curves: that of one map among those of random maps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from app.web.pages.charts.axis import Tick, round_values

Curve = npt.NDArray[np.float64]  # the score at equal steps of the share of pixels
WIDTH, HEIGHT = 256, 148
LEFT, RIGHT, TOP, BOTTOM = 56, 10, 10, 24
UP = 3  # steps of the upright axis, at most


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One point of the curves: the share of the pixels, the map's score and the mean of the random maps'."""

    share: float
    score: float
    random: float


@dataclass(frozen=True, slots=True)
class CurveChart:
    """A chart in pixels. `own` is the curve of the map, `random` are those of random maps, `fill` is the area below."""

    kind: Literal["deletion", "insertion"]
    own: str
    fill: str
    random: tuple[str, ...]
    up: tuple[Tick, ...]
    across: tuple[Tick, ...]
    rows: tuple[CurvePoint, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    floor: int = HEIGHT - BOTTOM


def curve_chart(kind: Literal["deletion", "insertion"], own: Curve, random: Sequence[Curve], top: float) -> CurveChart:
    """The chart of curves with equal numbers of points, from the smallest score, or 0, to `top`."""
    low = min(0.0, float(own.min()), *(float(each.min()) for each in random))
    span = (top - low) or 1.0
    right, floor = WIDTH - RIGHT, HEIGHT - BOTTOM

    def x_of(share: float) -> float:
        return LEFT + share * (right - LEFT)

    def y_of(score: float) -> float:
        return floor - (score - low) / span * (floor - TOP)

    def path(scores: Curve) -> str:
        points = (f"{x_of(at / (len(scores) - 1)):.1f} {y_of(score):.1f}" for at, score in enumerate(scores.tolist()))
        return f"M{'L'.join(points)}"

    mean = np.mean(random, axis=0)
    return CurveChart(
        kind=kind,
        own=path(own),
        fill=f"{path(own)}V{floor}H{LEFT}Z",
        random=tuple(map(path, random)),
        up=tuple(Tick(y_of(value), value) for value in round_values(low, low + span, UP)),
        across=tuple(Tick(x_of(share), share) for share in (0, 0.5, 1)),
        rows=tuple(CurvePoint(at / (len(own) - 1), score, float(mean[at])) for at, score in enumerate(own.tolist())),
    )
