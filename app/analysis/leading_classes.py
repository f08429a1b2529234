"""What the outputs of a network that is no classifier name first: classes of boxes, of areas, of places in a row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from app.analysis.output_reading import OutputReading
from app.nets.graph_outputs.output import OutputKind
from app.nets.labels import ClassLabels

MOST, LONGEST = 12, 60  # of one output; of a sequence
BLANK = "blank"  # the class of a place without a character (Graves et al. 2006, CTC)


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

    Of a sequence the same class in a row counts once, and a blank not at all.
    """
    if not any(reading.detections or reading.mask or reading.sequence for reading in readings):
        return None
    return tuple(entry for reading in readings for entry in _entries(reading, names))


def main_classes(leading: Sequence[LeadingClass]) -> tuple[tuple[int, int], ...]:
    """The first class of each output, of a sequence all, as pairs of output and class."""
    first = {each.output: each for each in reversed(leading)}
    return tuple((each.output, each.index) for each in leading if each.kind == "sequence" or each is first[each.output])


def _entries(reading: OutputReading, names: Sequence[str]) -> Iterator[LeadingClass]:
    output, skipped = reading.output, reading.detections.skipped if reading.detections else 0
    labels = ClassLabels(names, output.classes, skipped)
    entries = (
        LeadingClass(output.index, output.kind, index, labels.find(index) or str(index), value)
        for index, value in _classes(reading)
    )
    if reading.sequence is None:
        yield from islice(entries, MOST)
    else:
        yield from islice((entry for entry in entries if entry.label != BLANK), LONGEST)


def _classes(reading: OutputReading) -> Iterator[tuple[int, float]]:
    if reading.detections:
        yield from ((box.index, box.score) for box in reading.detections.boxes)
    if reading.mask:
        yield from ((each.index, each.share) for each in reading.mask.classes)
    for index, places in groupby(reading.sequence or (), key=lambda place: place.index):
        yield index, next(places).value
