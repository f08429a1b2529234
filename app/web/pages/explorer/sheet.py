"""The sheet of a layer: the maps of all its channels in one picture, with the legend or the range of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from urllib.parse import urlencode

import numpy as np

from app.analysis.statistics import Statistics, channel_order
from app.nets.layer import Layer
from app.nets.network import Network
from app.rendering.channel_scales import channel_scales
from app.rendering.scale import Scale
from app.rendering.sheet import SheetLayout, Tile, layout
from app.web.links import layer_path, model_path, pinned_id
from app.web.pages.address import Address
from app.web.pages.explorer.gather import LayerData
from app.web.pages.legend import Legend, map_legend, scale_fields

SHEET_WIDTH = 640  # pixels of the inspector's width for a sheet
FILLED = 0.8  # of that width, and of the columns of a square sheet: what whole multiples of a cell must reach
LABELLED_COLUMNS = 8  # so that the range fits on a tile


@dataclass(frozen=True, slots=True)
class TileRange:
    """The tile of a channel and the end of the channel's own scale."""

    tile: Tile
    end: float


@dataclass(frozen=True, slots=True)
class SheetView:
    """All channels of a layer in one picture, with its layout.

    The `legend` holds for all tiles; where each channel has its own scale, there are `ranges` instead. `order` is the
    channel at each position; None if they are in the order of their index. `chosen` is the tile of the chosen channel,
    `dead` those of the channels that are zero everywhere. `statistics` is the address of the figures of all channels,
    `fields` that of the receptive fields of the cells.
    """

    src: str
    layout: SheetLayout
    crisp: bool
    order: tuple[int, ...] | None
    chosen: Tile | None
    dead: tuple[Tile, ...]
    signed: bool
    legend: Legend | None
    ranges: tuple[TileRange, ...]
    statistics: str
    fields: str


def sheet_view(network: Network, layer: Layer, address: Address, data: LayerData, statistics: Statistics) -> SheetView:
    """The sheet of a layer with maps and finite `statistics`."""
    labelled = address.domain == "channel"
    grid = fitting_layout(layer.map_shape, labelled=labelled)
    path = layer_path(pinned_id(network), str(address.image), layer.id)
    order = channel_order(statistics.channels, address.order).tolist()
    dead = set(np.flatnonzero(statistics.channels.zeros == 1).tolist())
    scales = channel_scales(statistics, address.domain, data.clip)
    size = {"size": max(grid.cell_w, grid.cell_h), "columns": grid.columns}
    return SheetView(
        src=f"{path}.png?{urlencode({'order': address.order, **scale_fields(address.domain), **size})}",
        layout=grid,
        crisp=_is_crisp(grid, address),
        order=None if address.order == "index" else tuple(order),
        chosen=None if address.channel is None else grid.tile(order.index(address.channel)),
        dead=tuple(grid.tile(place) for place, channel in enumerate(order) if channel in dead),
        signed=scales[0].signed,
        legend=None if labelled else map_legend(scales[0], statistics.layer, data.clip),
        ranges=_ranges(grid, scales, order) if labelled else (),
        statistics=path,
        fields=f"{model_path(pinned_id(network))}/layers/{layer.id}/fields",
    )


def fitting_layout(shape: Sequence[int], *, labelled: bool = False) -> SheetLayout:
    """The layout of a sheet for the inspector: as wide as it, if possible with whole multiples of a cell.

    Otherwise it is wider, to be shrunk to fit. A `labelled` sheet is never wider, and has room for a number on a tile.
    """
    longer = max(shape[1:], default=1)
    square = layout(shape, side=longer, columns=LABELLED_COLUMNS if labelled else None).columns
    wanted = max(1, SHEET_WIDTH // square)
    multiples = [_filled(shape, longer * factor, square) for factor in range(1, ceil(wanted / longer) + 1)]
    best = max((each for each in multiples if each.width <= SHEET_WIDTH), key=_width, default=None)
    if best and best.width >= FILLED * SHEET_WIDTH and best.columns >= FILLED * square:
        return best
    if labelled:
        return layout(shape, side=wanted - 1, columns=square)
    side = longer * ceil(wanted / longer) if longer <= wanted else ceil(longer / (longer // wanted))
    return layout(shape, side=side)


def _filled(shape: Sequence[int], side: int, columns: int) -> SheetLayout:
    """The sheet with cells of this side and as many columns as fit."""
    sheet = layout(shape, side=side, columns=columns)
    fitting = max(1, (SHEET_WIDTH + sheet.gap) // sheet.pitch_x)
    return layout(shape, side=side, columns=min(columns, fitting))


def _width(sheet: SheetLayout) -> int:
    return sheet.width


def _is_crisp(grid: SheetLayout, address: Address) -> bool:
    """Whether a cell has at least one pixel on every screen; beside the map of a channel the sheet is half as wide."""
    return address.zoom != "1" or grid.magnify >= (2 if address.channel is None else 4)


def _ranges(grid: SheetLayout, scales: Sequence[Scale], order: Sequence[int]) -> tuple[TileRange, ...]:
    return tuple(TileRange(grid.tile(place), scales[channel].hi) for place, channel in enumerate(order))
