"""The figures of a comparison: the map of a channel and the sheet of all channels, drawn on a given scale."""

from dataclasses import dataclass
from math import ceil, sqrt
from urllib.parse import urlencode

from app.engine.experiments.differences import ComparedLayer
from app.rendering.scale import Scale
from app.rendering.sheet import SheetLayout, layout
from app.web.links import layer_path, pinned_id
from app.web.pages.legend import Legend

MAP_SIDE = 448  # pixels, about, of a column of the page
VECTOR_SIDE = 448


@dataclass(frozen=True, slots=True)
class MapsView:
    """The map of one channel and the sheet of all, with what their colours mean.

    Of a vector there is no map, and its `sheet` are the bars of its values. `values` is the address of the channel's
    values, None where they follow from those of both sides.
    """

    map: str | None
    map_size: tuple[int, int]
    values: str | None
    sheet: str
    layout: SheetLayout | None
    crisp: bool
    legend: Legend


def side_maps(compared: ComparedLayer, channel: int, scale: Scale) -> MapsView:
    """The maps of one of the layers."""
    path, query = _path(compared), _scale_query(scale)
    values = f"{path}/channels/{channel}.npy" if compared.layer.has_maps else None
    return _maps(compared, (f"{path}/channels/{channel}.png", f"{path}.png"), query, scale, values)


def difference_maps(
    layers: tuple[ComparedLayer, ComparedLayer], channel: int, scale: Scale, legend: Legend
) -> MapsView:
    """The maps of the second layer minus the first one."""
    reference, compared = layers
    against = {
        "against_model": pinned_id(reference.inference.network),
        "against_image": reference.inference.image,
        "against_layer": reference.layer.id,
    }
    path = _path(compared)
    paths = f"{path}/channels/{channel}/difference.png", f"{path}/difference.png"
    return _maps(compared, paths, against | _scale_query(scale), legend, None)


def _maps(
    compared: ComparedLayer,
    paths: tuple[str, str],
    query: dict[str, str],
    scale: Scale | Legend,
    values: str | None,
) -> MapsView:
    layer, (one, every) = compared.layer, paths
    legend = scale if isinstance(scale, Legend) else Legend(scale.lo, scale.hi, scale.signed, scale.domain)
    if not layer.has_maps:
        return MapsView(None, (1, 1), None, f"{every}?{urlencode(query | {'size': VECTOR_SIDE})}", None, False, legend)
    grid = _grid(layer.map_shape)
    size = {"size": max(grid.cell_w, grid.cell_h), "columns": grid.columns}
    return MapsView(
        map=f"{one}?{urlencode(query | {'size': MAP_SIDE})}",
        map_size=layer.map_size,
        values=values,
        sheet=f"{every}?{urlencode(query | size)}",
        layout=grid,
        crisp=grid.magnify > 1,
        legend=legend,
    )


def _grid(shape: tuple[int, int, int]) -> SheetLayout:
    """The sheet for a column of the page: whole multiples of a cell that fit, or the maps shrunk.

    A sheet of at most twice the width keeps its cells, to be shrunk by the browser.
    """
    channels, longer = shape[0], max(shape[1:])
    side = max(1, MAP_SIDE // ceil(sqrt(channels)) - 1)
    if side >= longer or longer <= 2 * side:
        return layout(shape, side=longer * max(1, side // longer))
    return layout(shape, side=ceil(longer / ceil(longer / (2 * side))))


def _path(compared: ComparedLayer) -> str:
    return layer_path(pinned_id(compared.inference.network), compared.inference.image, compared.layer.id)


def _scale_query(scale: Scale) -> dict[str, str]:
    """The parameters of the API for this scale; one of zeros alone has no end."""
    end = {"end": repr(scale.hi)} if scale.hi > 0 else {"domain": "layer"}
    return end | ({"signed": "true"} if scale.signed else {})
