"""A batch normalisation and the convolution before it: the numbers of both as one step, and the way there and back."""

from dataclasses import dataclass

from app.arithmetic.folding import Folding, convolution_before, normalisations_after
from app.nets.layer import CellPlace
from app.web.pages.number.trail import Trail


@dataclass(frozen=True, slots=True)
class FoldingView:
    """The two layers by name, and the page that shows them the other way. `figures` are those of both as one."""

    convolution: str
    normalisation: str
    href: str
    figures: Folding | None


def folding_view(trail: Trail, figures: Folding | None) -> FoldingView | None:
    """For a number of a convolution or of the batch normalisation after it; None for any other."""
    graph, place = trail.network.graph, trail.here
    layer = graph.by_id.get(place.layer)
    if layer is None:
        return None
    before = convolution_before(graph, layer)
    if before is not None:
        href = trail.folded(place, is_folded=figures is None)
        return FoldingView(before.name, layer.name, href, figures)
    after = next(iter(normalisations_after(graph, layer)), None)
    if after is None:
        return None
    href = trail.folded(CellPlace(after.id, place.channel, place.y, place.x), is_folded=True)
    return FoldingView(layer.name, after.name, href, None)
