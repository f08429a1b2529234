"""The geometry of accuracy over depth: the lines of both probes, and a place to click for each layer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.web.pages.charts.axis import Tick

WIDTH, HEIGHT = 960, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 200, 16, 32
NAME_GAP = 18  # pixels between the names of two lines


@dataclass(frozen=True, slots=True)
class DepthPoint:
    """A layer on the chart: the accuracy and the height of both lines there, and the page of the layer."""

    layer: str
    accuracy: tuple[float, float]
    x: float
    linear: float
    nearest: float
    left: float
    width: float
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class DepthChart:
    """A chart in pixels. `chance` is the height of guessing; `linear_name` and `nearest_name` those of the names."""

    points: tuple[DepthPoint, ...]
    linear: str
    nearest: str
    linear_name: float
    nearest_name: float
    chance: float
    up: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    floor: int = HEIGHT - BOTTOM
    top: int = TOP


def depth_chart(
    accuracies: Mapping[str, tuple[float, float]], chance: float, chosen: str, link: Callable[[str], str]
) -> DepthChart:
    """The chart of at least one layer with the accuracy of its probes, (linear, nearest); `link` gives its page."""
    step = (WIDTH - RIGHT - LEFT) / len(accuracies)
    points = tuple(
        DepthPoint(
            layer=layer,
            x=LEFT + (at + 0.5) * step,
            accuracy=(linear, nearest),
            linear=_height(linear),
            nearest=_height(nearest),
            left=LEFT + at * step,
            width=step,
            href=link(layer),
            chosen=layer == chosen,
        )
        for at, (layer, (linear, nearest)) in enumerate(accuracies.items())
    )
    last = points[-1]
    middle = (last.linear + last.nearest) / 2
    apart = abs(last.linear - last.nearest) >= NAME_GAP
    return DepthChart(
        points=points,
        linear=_path([(point.x, point.linear) for point in points]),
        nearest=_path([(point.x, point.nearest) for point in points]),
        linear_name=last.linear if apart else middle - NAME_GAP / 2,
        nearest_name=last.nearest if apart else middle + NAME_GAP / 2,
        chance=_height(chance),
        up=tuple(Tick(_height(share), share) for share in (0, 0.25, 0.5, 0.75, 1)),
    )


def _height(accuracy: float) -> float:
    return TOP + (1 - accuracy) * (HEIGHT - BOTTOM - TOP)


def _path(places: Sequence[tuple[float, float]]) -> str:
    return f"M{'L'.join(f'{x:.1f} {y:.1f}' for x, y in places)}"
