"""The path of the largest contribution from a number down to a pixel: its steps in rows, its way over the input."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from app.analysis.operator_kind import operator_kind
from app.analysis.statistics import Statistics
from app.arithmetic.cell import INK, map_shape
from app.arithmetic.path import PIXEL, CellPath, PathStep
from app.nets.layer import INPUT, CellPlace
from app.nets.network import Network
from app.rendering.channel_scales import channel_scale
from app.rendering.scale import Scale
from app.web.links import channel_path, image_api_path, pinned_id
from app.web.pages.number.trail import NumberLink, Trail

TILE_CELLS, TILE_SIDE = 16, 64  # of a map around a cell: cells, and pixels of the longer side


@dataclass(frozen=True, slots=True)
class TileView:
    """The part of a map around a cell (y, x), in cells: its corner, its size, and the size of the whole map.

    `scale` is that of the map's colours; the input has its own colours.
    """

    src: str
    map_width: int
    map_height: int
    left: int
    top: int
    width: int
    height: int
    y: int
    x: int
    scale: Scale | None

    @property
    def magnify(self) -> float:
        return TILE_SIDE / max(self.width, self.height)


@dataclass(frozen=True, slots=True)
class PathStepView:
    """A number of the path: its page, the kind of its operator, and what it is."""

    link: NumberLink
    op: str
    kind: str
    value: float


@dataclass(frozen=True, slots=True)
class PathRowView:
    """Numbers of the path that follow one another at one place of a map, where nothing is added up on the way.

    The first `adds` to the number before it, with its share of the sum; None where that is no sum.
    """

    steps: tuple[PathStepView, ...]
    adds: float | None
    share: float | None
    tile: TileView | None


@dataclass(frozen=True, slots=True)
class PixelView:
    """The pixel of the picture at the end: `channel` is its colour, or the `value` is the ink of a digit.

    `share` is its share of the pixels that the level of the input's pixel is resized from.
    """

    channel: int
    is_ink: bool
    y: int
    x: int
    value: float
    share: float | None


@dataclass(frozen=True, slots=True)
class PathView:
    """The rows of the path, and the pixel if it leads to one.

    `src` is the input, `width` and `height` its size; `points` are the middles of the receptive fields along the path,
    in its pixels, the last at the path's end. `least` is the smallest share of a sum on the way.
    """

    rows: tuple[PathRowView, ...]
    pixel: PixelView | None
    src: str
    width: int
    height: int
    points: tuple[tuple[float, float], ...]
    least: float | None
    steps: int


def path_view(trail: Trail, path: CellPath, statistics: Mapping[str, Statistics]) -> PathView:
    """The path from the number of a trail; `statistics` are those of the layers."""
    network = trail.network
    cells = [step for step in path.steps if step.op != PIXEL]
    _, height, width = network.graph.input.shape
    return PathView(
        rows=tuple(_row(trail, steps, statistics) for steps in _rows(network, cells)),
        pixel=next((_pixel(step) for step in path.steps if step.op == PIXEL), None),
        src=_input_src(trail),
        width=width,
        height=height,
        points=tuple(dict.fromkeys(_points(network, cells))),
        least=min((step.share for step in path.steps if step.share is not None), default=None),
        steps=len(path.steps),
    )


def _rows(network: Network, steps: list[PathStep]) -> Iterator[list[PathStep]]:
    """The steps in rows: one that adds to a sum, or is elsewhere on a map, begins a new one."""
    row: list[PathStep] = []
    for step in steps:
        if row and (step.share is not None or _spot(network, step) != _spot(network, row[-1])):
            yield row
            row = []
        row.append(step)
    if row:
        yield row


def _spot(network: Network, step: PathStep) -> tuple[bool, int, int, int, tuple[int, int]]:
    place = step.place
    _, height, width = map_shape(network.graph, place.layer)
    return place.layer == INPUT, place.channel, place.y, place.x, (height, width)


def _row(trail: Trail, steps: list[PathStep], statistics: Mapping[str, Statistics]) -> PathRowView:
    first = steps[0]
    return PathRowView(
        steps=tuple(_step(trail, step) for step in steps),
        adds=first.adds,
        share=first.share,
        tile=_tile(trail, first.place, statistics),
    )


def _step(trail: Trail, step: PathStep) -> PathStepView:
    kind = "other" if step.place.layer == INPUT else operator_kind(step.op)
    return PathStepView(trail.onward(step.place), step.op, kind, step.value)


def _pixel(step: PathStep) -> PixelView:
    place = step.place
    return PixelView(place.channel, place.layer == INK, place.y, place.x, step.value, step.share)


def _tile(trail: Trail, place: CellPlace, statistics: Mapping[str, Statistics]) -> TileView | None:
    """The map around a cell; None for a vector, and for a map with NaN or infinity."""
    network = trail.network
    _, height, width = map_shape(network.graph, place.layer)
    source = _map_source(trail, place, statistics)
    if source is None or height * width == 1:
        return None
    (top, rows), (left, columns) = _around(place.y, height), _around(place.x, width)
    src, scale = source
    return TileView(src, width, height, left, top, columns, rows, place.y, place.x, scale)


def _around(at: int, length: int) -> tuple[int, int]:
    """The first cell and the number of cells of the part of an axis around one of its cells."""
    count = min(TILE_CELLS, length)
    return min(max(at - count // 2, 0), length - count), count


def _map_source(
    trail: Trail, place: CellPlace, statistics: Mapping[str, Statistics]
) -> tuple[str, Scale | None] | None:
    if place.layer == INPUT:
        return _input_src(trail), None
    known = statistics.get(place.layer)
    if known is None or known.layer.nan or known.layer.inf:
        return None
    _, height, width = map_shape(trail.network.graph, place.layer)
    query = urlencode({"size": max(height, width), "domain": "channel"})
    path = channel_path(pinned_id(trail.network), str(trail.address.image), place.layer, place.channel)
    return f"{path}?{query}", channel_scale(known, place.channel, "channel")


def _input_src(trail: Trail) -> str:
    return f"{image_api_path(pinned_id(trail.network), str(trail.address.image))}/view.png"


def _points(network: Network, steps: list[PathStep]) -> Iterator[tuple[float, float]]:
    """The middle of the receptive field of each cell on the path, where maps have places, (x, y)."""
    for place in (step.place for step in steps):
        if place.layer == INPUT:
            yield place.x + 0.5, place.y + 0.5
        elif network.graph.by_id[place.layer].moves_over_input:
            box = network.graph.box(place.layer, place.y, place.x)
            yield (box.left + box.right) / 2, (box.top + box.bottom) / 2
