"""The maps of a layer, each with a switch."""

from dataclasses import dataclass

from app.rendering.channel_scales import channel_scale
from app.rendering.sheet import SheetLayout, layout
from app.web.links import layer_path, pinned_id
from app.web.pages.experiments.consequences import sheet_query
from app.web.pages.experiments.switch_off.gather import SwitchOffData
from app.web.pages.legend import Legend, map_legend

TILE_SIDE = 64  # pixels, about, of a map with a switch
MAX_SWITCHES = 1024  # maps that are on the page


@dataclass(frozen=True, slots=True)
class SwitchView:
    """The map of a channel, as a part of the sheet, with its switch."""

    channel: int
    box: str
    is_off: bool


@dataclass(frozen=True, slots=True)
class SwitchSheetView:
    """The maps of a layer, each with a switch: `src` is the sheet that they are parts of."""

    src: str
    layout: SheetLayout
    switches: tuple[SwitchView, ...]
    signed: bool
    legend: Legend


def switch_sheet_view(data: SwitchOffData) -> SwitchSheetView:
    """The switches of the page."""
    layer, off = data.layer, set(data.ablation.channels)
    grid = layout(layer.map_shape, side=TILE_SIDE)
    scale = channel_scale(data.statistics, 0, "layer", data.clip)
    tiles = [grid.tile(channel) for channel in range(min(layer.channels, MAX_SWITCHES))]
    path = layer_path(pinned_id(data.inference.network), data.inference.image, layer.id)
    return SwitchSheetView(
        src=f"{path}.png?{sheet_query(grid, clipped=True)}",
        layout=grid,
        switches=tuple(
            SwitchView(channel, " ".join(map(str, tile)), channel in off) for channel, tile in enumerate(tiles)
        ),
        signed=scale.signed,
        legend=map_legend(scale, data.statistics.layer, data.clip),
    )
