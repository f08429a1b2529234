"""The panel of a number: the window that it is computed from, its terms, its value, and the numbers around it."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from urllib.parse import urlencode

from app.analysis.operator_kind import operator_kind
from app.analysis.statistics import Statistics
from app.arithmetic.cell import CellTerm, CellWorking, map_shape
from app.arithmetic.loss import LossWorking
from app.arithmetic.readers import CellReader
from app.engine.activations import RunSummary
from app.nets.layer import INPUT, CellPlace, Layer
from app.nets.network import Network
from app.rendering.channel_scales import channel_scale
from app.rendering.scale import Scale
from app.web.links import channel_path, image_api_path, image_png_path, pinned_id
from app.web.pages.address import Address
from app.web.pages.components import Notice
from app.web.pages.number.folding import FoldingView, folding_view
from app.web.pages.number.gather import NumberData, plane_of, planes
from app.web.pages.number.grids import GridView, grids_of
from app.web.pages.number.path import PathView, path_view
from app.web.pages.number.terms import WorkingTermView, term_views
from app.web.pages.number.trail import NumberLink, Trail

MAP_SIDE = 192  # pixels of a map, about
PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class FramedMap:
    """A map, the input or the picture, with the cells in a frame: rows and columns from `top` and `left` on.

    `src` is its PNG, `width` and `height` count its cells, each drawn as `magnify` by `magnify` pixels. A `scale` is
    that of a map's colours.
    """

    src: str
    width: int
    height: int
    magnify: float
    top: int
    left: int
    rows: int
    columns: int
    scale: Scale | None = None


@dataclass(frozen=True, slots=True)
class WindowView:
    """What one input channel adds: its map with the window, the grids, and their sum.

    `layer` is the name of the layer that it is of, empty for the input and the picture.
    """

    kind: str
    value: float
    layer: str
    channel: int
    map: FramedMap | None
    grids: tuple[GridView, ...]
    is_picture: bool


@dataclass(frozen=True, slots=True)
class ReaderView:
    """A layer that reads the number: how many cells of how many channels, and the page of one of them."""

    link: NumberLink
    cells: tuple[int, int]
    channels: int


@dataclass(frozen=True, slots=True)
class NumberWorkingView:
    """How the number is computed. `reads` are the layers that it reads, and their pages.

    `single` is the one number that all is computed from, if there is only one. `map` is that of the layer itself.
    With `has_what_if` it is a sum of products, whose factors may be typed over.
    """

    op: str
    value: float
    total: float
    formula: str
    is_sum: bool
    has_what_if: bool
    plane: WindowView | None
    terms: tuple[WorkingTermView, ...]
    reads: tuple[tuple[str, str], ...]
    single: NumberLink | None
    map: FramedMap | None
    readers: tuple[ReaderView, ...]

    @property
    def is_finite(self) -> bool:
        return isfinite(self.value)


@dataclass(frozen=True, slots=True)
class NumberView:
    """The number of one cell, with the way to the numbers beside it. `notice` says why it has no working.

    The `path` is shown in place of the working; `path_href` leads to it, or back. `loss` is that of a class whose
    score the number is.
    """

    place: NumberLink
    layer: Layer | None
    kind: str
    layer_href: str
    channel_href: str | None
    trail: tuple[NumberLink, ...]
    previous: str | None
    next: str | None
    working: NumberWorkingView | None
    path: PathView | None
    path_href: str
    folding: FoldingView | None
    loss: LossWorking | None
    notice: Notice | None


def number_view(network: Network, address: Address, data: NumberData, run: RunSummary | None) -> NumberView:
    """The panel at this address; `run` is that of its picture."""
    trail = Trail(network, address, data.place)
    place, layer = data.place, network.graph.by_id.get(data.place.layer)
    before, after = _neighbours(network, place) if data.working else (None, None)
    statistics = run.statistics if run else {}
    return NumberView(
        place=trail.name(place),
        layer=layer,
        kind=operator_kind(layer.op) if layer else "other",
        layer_href=address.link(layer=place.layer, channel=None),
        channel_href=address.link(layer=place.layer, channel=place.channel, cell=address.cell) if layer else None,
        trail=trail.steps,
        previous=trail.beside(before) if before else None,
        next=trail.beside(after) if after else None,
        working=_working(trail, data.working, statistics) if data.working else None,
        path=path_view(trail, data.path, statistics) if data.path else None,
        path_href=address.link(path=not address.path),
        folding=folding_view(trail, data.working.folding) if data.working else None,
        loss=data.loss,
        notice=data.notice,
    )


def _neighbours(network: Network, place: CellPlace) -> tuple[CellPlace | None, CellPlace | None]:
    """The numbers before and after one: along the rows of its map, or of a vector its units."""
    channels, height, width = map_shape(network.graph, place.layer)
    is_vector = height * width == 1
    at, count = (place.channel, channels) if is_vector else (place.y * width + place.x, height * width)

    def number(position: int) -> CellPlace | None:
        if not 0 <= position < count:
            return None
        if is_vector:
            return CellPlace(place.layer, position)
        return CellPlace(place.layer, place.channel, *divmod(position, width))

    return number(at - 1), number(at + 1)


def _working(trail: Trail, working: CellWorking, statistics: Mapping[str, Statistics]) -> NumberWorkingView:
    picked = _picked(working, trail.address.plane)
    sources = {term.source for term in working.terms if term.source}
    place, terms = working.place, term_views(_listed(working.terms), trail, picked)
    return NumberWorkingView(
        op=working.op,
        value=working.value,
        total=working.total,
        formula=working.formula,
        is_sum=working.is_sum,
        plane=_plane(trail, working, picked, statistics) if picked else None,
        has_what_if=working.is_sum and (_has_products(picked) or any(term.factors for term in terms)),
        terms=terms,
        reads=_reads(trail, working),
        single=trail.onward(sources.pop()) if len(sources) == 1 and not working.is_sum else None,
        map=_framed_map(trail, place, (1, 1), statistics),
        readers=tuple(_reader(trail, each) for each in working.readers),
    )


def _has_products(picked: CellTerm | None) -> bool:
    return picked is not None and picked.term.kind == "plane"


def _listed(terms: tuple[CellTerm, ...]) -> tuple[CellTerm, ...]:
    """The terms to list: those of a window, if it is the only one."""
    is_window = [term.term.kind for term in terms] == ["window"]
    return terms[0].terms if is_window else terms


def _reads(trail: Trail, working: CellWorking) -> tuple[tuple[str, str], ...]:
    """The layers that are read, each once: an empty name for the input."""
    graph = trail.network.graph
    layers = dict.fromkeys(each.layer for each in working.inputs if each.layer != PICTURE)
    return tuple(
        (graph.by_id[layer].name if layer in graph.by_id else "", trail.address.link(layer=layer, channel=None))
        for layer in layers
    )


def _picked(working: CellWorking, channel: int | None) -> CellTerm | None:
    """The plane of an input channel, or the first one. One that is a single number has no grids."""
    drawn = [term for term in planes(working.terms) if term.term.patch is not None and term.term.patch.inputs.size > 1]
    return next((term for term in drawn if plane_of(term) == channel), next(iter(drawn), None))


def _plane(
    trail: Trail, working: CellWorking, picked: CellTerm, statistics: Mapping[str, Statistics]
) -> WindowView | None:
    patch, corner = picked.term.patch, picked.channel
    if patch is None:
        return None
    framed = None
    if corner is not None:
        rows, columns = (
            (count - 1) * step + 1 for count, step in zip(patch.inputs.shape, patch.dilations, strict=True)
        )
        place = CellPlace(corner.layer, corner.channel, patch.top, patch.left)
        if corner.layer in trail.network.graph.by_id or corner.layer == INPUT:
            framed = _framed_map(trail, place, (rows, columns), statistics)
        elif corner.layer == PICTURE:
            framed = _framed_picture(trail, working.inputs[0].shape, place, (rows, columns))
    layer = trail.network.graph.by_id.get(corner.layer) if corner else None
    return WindowView(
        kind=picked.term.kind,
        value=picked.term.value,
        layer=layer.name if layer else "",
        channel=corner.channel if corner else 0,
        map=framed,
        grids=grids_of(patch, corner, trail, framed.scale if framed else None),
        is_picture=working.place.layer == INPUT,
    )


def _framed_map(
    trail: Trail, place: CellPlace, size: tuple[int, int], statistics: Mapping[str, Statistics]
) -> FramedMap | None:
    """The map of a channel, or the input, with a window in a frame; None for a vector."""
    network, image = trail.network, str(trail.address.image)
    _, height, width = map_shape(network.graph, place.layer)
    if height * width == 1:
        return None
    magnify = max(1, MAP_SIDE // max(height, width))
    if place.layer == INPUT:
        src = f"{image_api_path(pinned_id(network), image)}/view.png"
        return FramedMap(src, width, height, magnify, place.y, place.x, *size)
    known = statistics.get(place.layer)
    if known is None or known.layer.nan or known.layer.inf:
        return None
    scale = channel_scale(known, place.channel, "channel")
    query = urlencode({"size": magnify * max(height, width), "domain": "channel"})
    src = f"{channel_path(pinned_id(network), image, place.layer, place.channel)}?{query}"
    return FramedMap(src, width, height, magnify, place.y, place.x, *size, scale)


def _framed_picture(trail: Trail, shape: tuple[int, int, int], place: CellPlace, size: tuple[int, int]) -> FramedMap:
    _, height, width = shape
    magnify = MAP_SIDE / max(height, width)
    return FramedMap(image_png_path(str(trail.address.image)), width, height, magnify, place.y, place.x, *size)


def _reader(trail: Trail, reader: CellReader) -> ReaderView:
    box = reader.window
    rows, columns = box.bottom - box.top, box.right - box.left
    middle = CellPlace(reader.layer, reader.channel, box.top + rows // 2, box.left + columns // 2)
    return ReaderView(trail.onward(middle), (rows, columns), reader.channels)
