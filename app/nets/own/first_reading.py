"""The first reading of a network: where nothing states the size of its images, at the first usual one that it fits."""

from collections.abc import Iterator
from pathlib import Path

from app.errors import NetworkError
from app.nets.card import Card, InputSpec
from app.nets.graph import Graph
from app.nets.network import Network
from app.nets.own.description import change_input
from app.nets.own.proposal import usual_resizing
from app.nets.session import NetworkRuntime
from app.work.stop import Stop

# (width, height), tried after the proposed one: of classifiers and lines of text, of detectors, of small images.
USUAL_SIZES = (
    *((256, 256), (320, 48), (299, 299), (384, 384)),
    *((512, 512), (640, 640)),
    *((320, 32), (100, 32), (64, 64), (32, 32), (28, 28)),
)


def read_first(card: Card, path: Path, runtime: NetworkRuntime, stop: Stop) -> tuple[Card, Graph]:
    """The card with a size that the layers of the file fit, and the graph for it.

    Raises:
        NetworkError: the file can't be read at the size of the card, nor at a usual one if that is only assumed.
    """
    reasons = []
    for candidate in _candidates(card):
        stop.check()
        try:
            return candidate, Network(candidate, path, (), runtime).graph
        except NetworkError as error:
            reasons.append(error)
    raise reasons[0]


def _candidates(card: Card) -> Iterator[Card]:
    """The card, and it with each usual size where its own is assumed."""
    yield card
    if {"width", "height"}.isdisjoint(card.assumed):
        return
    for width, height in USUAL_SIZES:
        sides = {"width": width, "height": height}
        change = {name: side for name, side in sides.items() if name in card.assumed}
        yield card.model_copy(update={"input": _resized(card, change_input(card.input, change))})


def _resized(card: Card, spec: InputSpec) -> InputSpec:
    """The input with the usual way to fit a picture into its size, where that is assumed, too."""
    if "resize" not in card.assumed or spec.resize.rule == "letterbox":
        return spec
    resizing = usual_resizing(spec.width, spec.height)
    return spec.model_copy(update={"resize": resizing.fit(spec.width, spec.height)})
