"""The sheet of a layer on a page that follows live frames: its maps in the answer itself, and what its colours mean."""

from dataclasses import dataclass

from app.analysis.operator_kind import operator_kind
from app.engine.experiments.live_frames import LayerSheet
from app.nets.layer import Layer
from app.rendering.scale import Scale
from app.web.pages.wording import short_name

MAP_SIDE = 56  # pixels, about, of a small map
LARGE_MAP_SIDE = 112  # of the maps of a layer that is alone on its page


@dataclass(frozen=True, slots=True)
class LiveSheetView:
    """All channels of a layer: the picture with its size in pixels, and its legend.

    `src` and `legend` are None where values are NaN or infinite. `href` is the layer's page in the Explorer.
    """

    layer: Layer
    short_name: str
    kind: str
    src: str | None
    width: int
    height: int
    legend: Scale | None
    href: str


def live_sheet_view(sheet: LayerSheet, href: str) -> LiveSheetView:
    """The sheet of a layer as a page draws it first; a script replaces it with those of the frames that follow."""
    return LiveSheetView(
        layer=sheet.layer,
        short_name=short_name(sheet.layer),
        kind=operator_kind(sheet.layer.op),
        src=sheet.drawing.data_url if sheet.drawing else None,
        width=sheet.layout.width,
        height=sheet.layout.height,
        legend=sheet.scale,
        href=href,
    )
