"""What the outputs of a network that is no classifier name first: classes of boxes, of areas, of places in a row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from app.analysis.output_reading import OutputReading
from app.nets.graph_outputs.output import OutputKind
from app.nets.labels import ClassLabels

MOST = 12  # of one output


@dataclass(frozen=True, slots=True)
class LeadingClass:
    """A class that an output names: its `label`, its index where none fits.

    `value` is the score of its box, its share of a mask, or its number at the first of its places in a sequence.
    """

    output: int
    kind: OutputKind
    index: int
    label: str
    value: float


def leading_classes(readings: Sequence[OutputReading], names: Sequence[str]) -> tuple[LeadingClass, ...] | None:
    """The first classes of each output; `names` are the labels. None if no output names classes.

    Of a sequence the same class in a row counts once.
    """
    if not any(reading.detections or reading.mask or reading.sequence for reading in readings):
        return None
    return tuple(
        LeadingClass(reading.output.index, reading.output.kind, index, _label(reading, names, index), value)
        for reading in readings
        for index, value in islice(_classes(reading), MOST)
    )


def main_classes(leading: Sequence[LeadingClass]) -> tuple[tuple[int, int], ...]:
    """The first class of each output, of a sequence all, as pairs of output and class."""
    first = {each.output: each for each in reversed(leading)}
    return tuple((each.output, each.index) for each in leading if each.kind == "sequence" or each is first[each.output])


def _classes(reading: OutputReading) -> Iterator[tuple[int, float]]:
    if reading.detections:
        yield from ((box.index, box.score) for box in reading.detections.boxes)
    if reading.mask:
        yield from ((each.index, each.share) for each in reading.mask.classes)
    for index, places in groupby(reading.sequence or (), key=lambda place: place.index):
        yield index, next(places).value


def _label(reading: OutputReading, names: Sequence[str], index: int) -> str:
    skipped = reading.detections.skipped if reading.detections else 0
    return ClassLabels(names, reading.output.classes, skipped).find(index) or str(index)
