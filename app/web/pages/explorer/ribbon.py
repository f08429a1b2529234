"""The network as one ribbon from the input to the output: stations in a row, the current one open, skips as arcs."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.analysis.operator_kind import operator_kind
from app.nets.layer import INPUT, Layer
from app.nets.network import Network
from app.web.links import image_api_path, pinned_id
from app.web.pages.address import Address
from app.web.pages.explorer.connections import arc_path, bent_path, lane_path, leaving_path
from app.web.pages.explorer.formulas import FormulasView, formulas_of
from app.web.pages.explorer.gather import PageData
from app.web.pages.explorer.stations import (
    Place,
    Station,
    connections_of,
    inner_lanes_of,
    lanes_of,
    places_of,
    row_count,
    stations_of,
)
from app.web.pages.thumbnails import ThumbnailView, thumbnail
from app.web.pages.wording import TIMES

THUMB = 44  # pixels; a station's picture
SMALL = 26  # that of a layer in the open station
PITCH = 96  # from one station to the next
COLUMN, ROW = 128, 40  # from one layer of the open station to the next
EDGE = 16  # left and right of everything
TOP = 30  # above the rows, for the name of the open station
LABELS = 40  # below a station's picture
LANE, LANES = 8, 8  # the height of a lane for the arcs above, and the most of them
STEM = 14  # from a station to where an arc leaves or joins
STATION_LETTERS, LAYER_LETTERS = 12, 11  # of a name; with letters of 7 px they leave a gap to the next one


@dataclass(frozen=True, slots=True)
class NodeView:
    """A station or a layer as a picture with a name, in pixels. `layer` is the one that it leads to.

    `count` is the number of layers that it stands for; `small` ones have their name at the right, others below.
    `formulas` are those of a single layer.
    """

    layer: Layer
    href: str
    x: float
    y: float
    side: int
    name: str
    full_name: str
    shape: str
    kind: str
    count: int
    small: bool
    current: bool
    formulas: FormulasView | None
    thumbnail: ThumbnailView | None

    @property
    def middle(self) -> float:
        return self.y + self.side / 2

    @property
    def target(self) -> "TargetView":
        if self.small:
            return TargetView(self.x - 4, self.middle - ROW / 2, COLUMN - 8, ROW)
        return TargetView(self.x - (PITCH - THUMB) / 2, self.y - 8, PITCH, THUMB + LABELS + 8)


@dataclass(frozen=True, slots=True)
class TargetView:
    """Where a pointer points at a node: its picture and its name."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class FrameView:
    """The frame around the open station."""

    name: str
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class RibbonView:
    """The ribbon in pixels; `edges` are SVG paths, `arcs` those from a station to one further on.

    `current_x` is the middle of the current place, to scroll to.

    Its height depends on the network alone, so that nothing below it moves when another layer is chosen.
    """

    width: int
    height: int
    nodes: tuple[NodeView, ...]
    edges: tuple[str, ...]
    arcs: tuple[str, ...]
    frame: FrameView | None
    input_src: str | None
    input_shape: str
    input_href: str
    input_current: bool
    input_y: float
    current_x: int


def ribbon_view(data: PageData) -> RibbonView:
    """The ribbon of the view's network."""
    network, address = data.network, data.address
    drawing = _Drawing(data)
    for station in drawing.stations:
        drawing.add(station)
    drawing.connect()
    return RibbonView(
        width=round(drawing.x - PITCH + THUMB + 2 * EDGE),
        height=drawing.height,
        nodes=tuple(drawing.nodes),
        edges=tuple(dict.fromkeys(drawing.edges)),
        arcs=tuple(drawing.arcs),
        frame=drawing.frame,
        input_src=f"{image_api_path(pinned_id(network), address.image)}/view.png"
        if data.run and address.image
        else None,
        input_shape=_compact(network.graph.input.shape),
        input_href=address.link(layer=INPUT, channel=None),
        input_current=address.layer == INPUT,
        input_y=drawing.middle - THUMB / 2,
        current_x=round(drawing.current_x),
    )


class _Drawing:
    """The ribbon while it grows from left to right."""

    def __init__(self, data: PageData) -> None:
        self._network: Network = data.network
        self._address: Address = data.address
        self._run = data.run
        layers = self._network.graph.layers
        self._kinds = {layer.id: operator_kind(layer.op) for layer in layers}
        self.stations = stations_of(layers, self._kinds)
        self._connections = connections_of(self.stations)
        self._lanes = lanes_of(self._connections, LANES)
        places = [places_of(station.layers) for station in self.stations]
        rows = max(map(row_count, places))
        self._top = TOP + LANE * (
            1 + max(self._lanes.values(), default=-1) + max(map(_inner_lanes, places))
        )  # of the rows
        self._skips_end = LANE * (1 + max(self._lanes.values(), default=-1))  # below it are the titles and the rows
        self.middle = self._top + max(rows * ROW, THUMB) / 2
        self.height = round(self.middle + max(rows * ROW / 2, THUMB / 2 + LABELS)) + 12
        self.x = float(EDGE + PITCH)
        self._ends: list[tuple[float, float]] = []  # the left and the right end of each station
        self.current_x = EDGE + THUMB / 2
        self.nodes: list[NodeView] = []
        self.edges: list[str] = []
        self.arcs: list[str] = []
        self.frame: FrameView | None = None

    def add(self, station: Station) -> None:
        """Add a station at the right: open if the current layer is in it, else folded."""
        is_current = any(layer.id == self._address.layer for layer in station.layers)
        if is_current and station.is_stack:
            self._open(station)
            return
        self.nodes.append(self._node(station, self.x, self.middle - THUMB / 2))
        if is_current:
            self.current_x = self.x + THUMB / 2
        self._ends.append((self.x, self.x + THUMB))
        self.x += PITCH

    def connect(self) -> None:
        """Draw what each station reads: a line from the one before it, an arc from one further back."""
        for source, reader in self._connections:
            start = EDGE + THUMB if source < 0 else self._ends[source][1]
            end = self._ends[reader][0]
            if reader - source == 1:
                self.edges.append(f"M{start:g} {self.middle:g}H{end:g}")
            elif reader > source:
                top = self._skips_end - LANE * self._lanes[source, reader] - LANE / 2
                self.arcs.append(lane_path(start + STEM, end - STEM, self.middle, top))

    def _open(self, station: Station) -> None:
        places = places_of(station.layers)
        columns, rows = 1 + max(place.column for place in places), row_count(places)
        left, top = self.x, self.middle - rows * ROW / 2
        above = LANE * _inner_lanes(places)
        self.frame = FrameView(station.name, len(places), left, top - above, columns * COLUMN + 24, rows * ROW + above)
        lanes = inner_lanes_of(places, LANES)
        column = {place.layer.id: place.column for place in places}
        right = left + self.frame.width
        drawn: dict[str, NodeView] = {}
        for place in places:
            node = self._place(place, left, top)
            drawn[place.layer.id] = node
            self.nodes.append(node)
            for source in place.layer.inputs:
                lane = lanes.get((column.get(source, -1), place.column), 0)
                self.edges.append(self._edge(drawn.get(source), node, left, LANE * lane))
            if node.current:
                self.current_x = node.x + SMALL / 2
        for layer in station.layers[:-1]:
            if layer.id in self._read_outside(station):
                node = drawn[layer.id]
                self.edges.append(leaving_path((node.x + node.side, node.y), top + 4, (right, self.middle)))
        last = drawn[station.last.id]
        self.edges.append(bent_path((last.x + SMALL, last.middle), (right, self.middle)))
        self._ends.append((left, right))
        self.x = right + PITCH - THUMB

    def _read_outside(self, station: Station) -> set[str]:
        """What layers of other stations read."""
        inside = {layer.id for layer in station.layers}
        layers = (layer for layer in self._network.graph.layers if layer.id not in inside)
        return {source for layer in layers for source in layer.inputs}

    def _edge(self, source: NodeView | None, node: NodeView, entry: float, higher: float) -> str:
        """From a layer of the station, or from what stands before it, to a layer. A skip runs above what it skips."""
        x, y = (source.x + source.side, source.middle) if source else (entry, self.middle)
        is_skip = node.x - x > COLUMN and (source is None or source.middle == node.middle)
        if not is_skip:
            return bent_path((x, y), (node.x, node.middle))
        return arc_path((x, y), (node.x, node.y), min(y, node.middle) - ROW / 2 + 2 - higher)

    def _place(self, place: Place, left: float, top: float) -> NodeView:
        """A layer of the open station, whose frame begins at `left` and `top`."""
        x, y = left + 16 + place.column * COLUMN, top + place.row * ROW + (ROW - SMALL) / 2
        return self._node(Station("", (place.layer,)), x, y)

    def _node(self, station: Station, x: float, y: float) -> NodeView:
        """A folded station, or a layer of the open one, which is a station without a name."""
        layer, small = station.face, not station.name
        name = station.name or self._short_name(layer)
        letters = LAYER_LETTERS if small else STATION_LETTERS
        statistics = self._run.statistics.get(layer.id) if self._run else None
        kind = self._kinds[layer.id]
        is_drawn = kind != "passthrough"
        return NodeView(
            layer=layer,
            href=self._address.link(layer=layer.id, channel=None),
            x=x,
            y=y,
            side=SMALL if small else THUMB,
            name=name if len(name) <= letters else f"…{name[1 - letters :]}",
            full_name=layer.name if small else name,
            shape=_compact(layer.shape),
            kind=kind,
            count=len(station.layers),
            small=small,
            current=layer.id == self._address.layer,
            formulas=formulas_of(self._network, layer) if len(station.layers) == 1 else None,
            thumbnail=thumbnail(self._network, layer, self._address, statistics) if statistics and is_drawn else None,
        )

    def _short_name(self, layer: Layer) -> str:
        return layer.name.removeprefix(f"{layer.block}/").removeprefix(f"{layer.block}.") if layer.block else layer.name


def _compact(shape: Sequence[int]) -> str:
    return TIMES.join(map(str, shape))


def _inner_lanes(places: Sequence[Place]) -> int:
    """How many lanes a station needs above its rows, besides the one that has room within the first row."""
    return max(inner_lanes_of(places, LANES).values(), default=0)
