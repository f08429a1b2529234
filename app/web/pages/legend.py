"""The legend of a map: what its colours mean, and the query that asks for a map on that scale."""

from dataclasses import dataclass
from typing import Any

from app.analysis.clipping import CLIPPED, Clip
from app.analysis.statistics import LayerStatistics
from app.rendering.channel_scales import SheetDomain
from app.rendering.scale import Domain, Scale


@dataclass(frozen=True, slots=True)
class OffScale:
    """The values beyond the ends of a scale: how many, their share of all, and the one of greatest magnitude."""

    count: int
    share: float
    extreme: float


@dataclass(frozen=True, slots=True)
class Legend:
    """What the colours of a map mean: level 0 is `lo`, level 255 is `hi`.

    Values `off` the scale are drawn like its ends.
    """

    lo: float
    hi: float
    signed: bool
    domain: Domain
    off: OffScale | None = None


def map_legend(scale: Scale, layer: LayerStatistics, clip: Clip | None) -> Legend:
    """The legend of a map on this scale; `clip` is where the scale of the layer is clipped."""
    off = None
    if clip is not None and clip.beyond and scale.domain == "layer":
        extreme = layer.max if layer.max > -layer.min else layer.min
        off = OffScale(clip.beyond, clip.beyond / clip.cells, extreme)
    return Legend(scale.lo, scale.hi, scale.signed, scale.domain, off)


def scale_fields(domain: SheetDomain) -> dict[str, Any]:
    """The parameters of the API for maps on the scale of the page."""
    return {"domain": domain} | ({"clip": CLIPPED} if domain == "layer" else {})
