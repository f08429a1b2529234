"""The geometry of a scatter chart: accuracy over the logarithm of MACs, the area of circles for parameters."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from app.web.pages.charts.axis import Tick

WIDTH, HEIGHT = 960, 480
LEFT, RIGHT, TOP, BOTTOM = 48, 24, 16, 56
SCALE = 3.0  # pixels of radius for the square root of a million parameters
LEAST_RADIUS = 3.0
LETTER, LINE = 6.9, 14.0  # pixels of a letter and a line of a label
DISTANCES = range(4, 84, 10)
QUADRANT = (0, 90, 45, 22, 68)  # degrees; the other quadrants are its mirror images
ANGLES = tuple(dict.fromkeys(each % 360 for at in QUADRANT for each in (at, -at, 180 - at, 180 + at)))
FAR = 10.0  # pixels between a circle and its label from which on a line joins them
SIZES = (1e6, 1e7, 1e8)
Anchor = Literal["start", "middle", "end"]
ANCHORED: Mapping[Anchor, float] = {"start": 0, "middle": 0.5, "end": 1}  # the share of a name before its anchor


@dataclass(frozen=True, slots=True)
class Point:
    """One network: its MACs, accuracy in per cent and parameters; `stood_in` if the accuracy is another's figure."""

    id: str
    name: str
    macs: int
    accuracy: float
    params: int
    ready: bool
    stood_in: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """The position of a name: the point of its baseline at `anchor`, and a line to it if it is far from its circle."""

    x: float
    y: float
    anchor: Anchor
    lead: tuple[float, float, float, float] | None


@dataclass(frozen=True, slots=True)
class Circle:
    point: Point
    x: float
    y: float
    r: float
    label: Label


@dataclass(frozen=True, slots=True)
class ScatterChart:
    """A chart in pixels. The largest circles come first, so that they hide no others.

    `sizes` are the circles of the key: their radius and how many parameters it stands for.
    """

    circles: tuple[Circle, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    sizes: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


@dataclass(frozen=True, slots=True)
class LabelBox:
    x: float
    y: float
    width: float
    height: float

    def overlap(self, other: "LabelBox") -> float:
        """The area of the intersection."""
        across = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        down = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return max(0.0, across) * max(0.0, down)


class LabelPlace(NamedTuple):
    """Where a name may stand: its box, anchored at the place `x` of the box, at a distance from its circle."""

    box: LabelBox
    x: float
    anchor: Anchor
    distance: float


INSIDE = LabelBox(LEFT, TOP, WIDTH - RIGHT - LEFT, HEIGHT - BOTTOM - TOP)


def scatter_chart(points: Sequence[Point]) -> ScatterChart:
    """The chart of at least one point, each with at least one MAC."""
    up = _fives(point.accuracy for point in points)
    low, high = _range(point.macs for point in points)

    def x_of(macs: float) -> float:
        return INSIDE.x + (math.log10(macs) - low) / (high - low) * INSIDE.width

    def y_of(accuracy: float) -> float:
        return INSIDE.y + (up[-1] - accuracy) / (up[-1] - up[0]) * INSIDE.height

    placed = [(point, x_of(point.macs), y_of(point.accuracy), radius(point.params)) for point in points]
    placed.sort(key=lambda each: -each[3])
    labels = _labels([(point.name, x, y, r) for point, x, y, r in placed])
    return ScatterChart(
        circles=tuple(Circle(*each, label) for each, label in zip(placed, labels, strict=True)),
        across=tuple(Tick(x_of(step), step) for step in _steps(low, high)),
        up=tuple(Tick(y_of(step), step) for step in up),
        sizes=tuple(Tick(radius(size), size) for size in SIZES),
    )


def radius(params: float) -> float:
    """The radius in pixels for an area proportional to the number of parameters, at least `LEAST_RADIUS`."""
    return max(LEAST_RADIUS, SCALE * math.sqrt(params / 1e6))


def _range(values: Iterable[float]) -> tuple[float, float]:
    """The ends of a logarithmic axis, with a margin."""
    ordered = sorted(values)
    return math.log10(ordered[0]) - 0.15, math.log10(ordered[-1]) + 0.15


def _steps(low: float, high: float) -> list[float]:
    """1, 2, 5, 10 ... between the ends of a logarithmic axis."""
    steps = (factor * 10.0**power for power in range(math.floor(low), math.ceil(high)) for factor in (1, 2, 5))
    return [step for step in steps if low <= math.log10(step) <= high]


def _fives(values: Iterable[float]) -> list[float]:
    """Every 5 per cent from below the smallest value to above the largest, with a margin."""
    ordered = sorted(values)
    first, last = math.floor((ordered[0] - 2) / 5), math.ceil((ordered[-1] + 2) / 5)
    return [5.0 * step for step in range(max(0, first), min(20, last) + 1)]


def _labels(circles: Sequence[tuple[str, float, float, float]]) -> list[Label]:
    """A position for each name: one after another, the one around its circle with the least overlap."""
    bodies = [LabelBox(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r) for _, x, y, r in circles]
    taken: list[LabelBox] = []
    labels: dict[int, Label] = {}
    for index in sorted(range(len(circles)), key=lambda i: circles[i][3]):  # smallest first
        name, x, y, r = circles[index]
        others = [body for i, body in enumerate(bodies) if i != index]
        places = _places(len(name) * LETTER, x, y, r)
        place = min(places, key=lambda place: _cost(place.box, place.distance, taken, others))
        taken.append(place.box)
        lead = _lead(place.box, x, y, r) if place.distance > FAR else None
        labels[index] = Label(place.x, place.box.y + 0.78 * LINE, place.anchor, lead)
    return [labels[index] for index in range(len(circles))]


def _places(width: float, x: float, y: float, r: float) -> Iterator[LabelPlace]:
    """Places around a circle, nearest first. A name is anchored at its side next to the circle, as it may be shorter
    than its box.
    """
    for distance in DISTANCES:
        for angle in ANGLES:
            across, down = round(math.cos(math.radians(angle)), 6), math.sin(math.radians(angle))
            anchor: Anchor = "start" if across > 0 else "end" if across < 0 else "middle"
            near = x + across * (r + distance)
            top = y + down * (r + distance) - LINE / 2 * (1 - down)
            yield LabelPlace(LabelBox(near - ANCHORED[anchor] * width, top, width, LINE), near, anchor, distance)


def _cost(box: LabelBox, distance: float, taken: Iterable[LabelBox], bodies: Iterable[LabelBox]) -> float:
    """What speaks against a place, without the errors of rounding: of equal places the first is taken."""
    outside = box.width * box.height - box.overlap(INSIDE)
    covered = 10 * sum(map(box.overlap, taken)) + 2 * sum(map(box.overlap, bodies))
    return round(covered + 20 * outside + 4 * distance, 6)


def _lead(box: LabelBox, x: float, y: float, r: float) -> tuple[float, float, float, float]:
    """From the circle's edge to the nearest point of the label's box."""
    near_x = min(max(x, box.x - 2), box.x + box.width + 2)
    near_y = min(max(y, box.y), box.y + box.height)
    length = math.hypot(near_x - x, near_y - y) or 1.0
    return x + (near_x - x) / length * r, y + (near_y - y) / length * r, near_x, near_y
