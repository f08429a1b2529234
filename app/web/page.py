"""What the page's template is given: all three places together."""

from dataclasses import dataclass
from typing import Literal

from app.web.addresses import Address
from app.web.answered import Prepared
from app.web.contexts import Choice, ColourTable, NetworkContext, Notice, Sample, Shown
from app.web.inspected import LayerContext
from app.web.takeaway import TakeAway
from app.web.why import Why

Part = Literal["page", "picture", "inspector", "map", "belief", "beside"]
WHY_PARTS: frozenset[Part] = frozenset(("map", "belief", "beside"))  # of an explanation, which may take many runs


@dataclass(frozen=True, slots=True)
class Page:
    """The page. `inspected` is what the third place shows: the network itself until a layer is chosen,
    or what the network was given, if that is `prepared`, or `why` it says so."""

    address: Address
    part: Part
    samples: tuple[Sample, ...]
    network: NetworkContext
    shown: Shown | None
    inspected: LayerContext | None
    prepared: Prepared | None
    why: Why | None
    takeaway: TakeAway
    picture_notice: Notice | None
    layer_notice: Notice | None
    colormaps: tuple[Choice, ...]
    unsigned: ColourTable
    signed: ColourTable
    max_bytes: int

    @property
    def status(self) -> int:
        notice = self.picture_notice or self.layer_notice or (self.why.notice if self.why else None)
        return notice.status if notice else 200
