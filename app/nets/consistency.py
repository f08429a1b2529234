"""Whether a network's file, its card and its labels fit each other."""

import hashlib
from collections.abc import Sequence
from math import prod
from pathlib import Path

from app.errors import NetworkError
from app.nets.card import Card
from app.nets.graph import Graph
from app.nets.graph_outputs.recognition import recognise_outputs
from app.nets.reading.inputs.layout import has_colours

FLOATS = {"float16", "float32", "float64"}
UNIT_LABELS = (1, 2)  # the names of a single score: of its class alone, or of both answers


def check_consistency(card: Card, labels: Sequence[str], graph: Graph) -> None:
    """Raises NetworkError unless the graph takes what the card prepares and gives one score for each label.

    Without labels every output fits; one that the card calls a `vector` needs none. Labels may also be those of the
    classes of boxes or of a mask.
    """
    _check_type(graph)
    _check_channels(card, graph)
    _check_labels(card, labels, graph)


def has_classes(graph: Graph, labels: int) -> bool:
    """Whether so many labels name the network's classes: one for each score, or for those of its boxes or masks."""
    scores = prod(graph.scores.shape)
    if labels == scores or (scores == 1 and labels in UNIT_LABELS):
        return True
    return any(output.has_classes(labels) for output in recognise_outputs(graph, labels, {}))


def check_size(card: Card, path: Path) -> None:
    """Raises NetworkError if the file is not as long as the card says."""
    size = path.stat().st_size
    if card.bytes is not None and size != card.bytes:
        raise NetworkError(
            f"The file has {size} bytes, its card describes one of {card.bytes}.", file=size, card=card.bytes
        )


def check_hash(card: Card, path: Path) -> None:
    """Raises NetworkError unless the file has the hash on the card. Reads the whole file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != card.sha256:
        raise NetworkError(f"The file of {card.name} is not the one that its card describes.")


def _check_type(graph: Graph) -> None:
    image = graph.input
    if image.dtype.name not in FLOATS and not image.takes_levels:
        raise NetworkError(
            f"The file takes numbers of the type {image.dtype.name}: an image is given in float32, float16, float64 or "
            "in an integer type that holds 0 to 255.",
            dtype=image.dtype.name,
        )


def _check_channels(card: Card, graph: Graph) -> None:
    taken, prepared = graph.input.shape[0], len(card.input.mean)
    if taken != prepared and has_colours(taken):
        raise NetworkError(
            f"The file and the card have different numbers of channels: {taken} and {prepared} "
            f"({card.input.channels}).",
            file=taken,
            card=prepared,
        )


def _check_labels(card: Card, labels: Sequence[str], graph: Graph) -> None:
    shape, classes = graph.scores.shape, len(labels)
    scores = prod(shape)
    if not labels or (graph.head.kind == "vector" and card.head == "vector") or has_classes(graph, classes):
        return
    is_vector = max(shape, default=1) == scores
    given = f"gives {scores} scores" if is_vector else f"gives {' x '.join(map(str, shape))} = {scores} values"
    name = f" {card.labels}" if card.labels else ""
    raise NetworkError(f"The file {given}, the labels{name} name {classes} classes.", scores=scores, labels=classes)
