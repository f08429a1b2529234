"""What an output of a network says of a view: its boxes, its mask, its image, its sequence, or its numbers alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.analysis.detections import LEAST_SCORE, MOST_OVERLAP, DetectionLimits, Detections, read_detections
from app.analysis.image_output import ImageRange, range_of
from app.analysis.segmentation import MASK_THRESHOLD, MaskSummary, mask_of, summarise_mask
from app.nets.graph_outputs.output import GraphOutput, MapKind

MAX_PLACES = 512  # of a sequence


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """The least score of a box or of a place of a mask, None for the usual one, and the greatest overlap of boxes.

    `read_as` is what maps are read as, None for what they are recognised as.
    """

    score: float | None = None
    overlap: float = MOST_OVERLAP
    read_as: MapKind | None = None

    @property
    def of_boxes(self) -> DetectionLimits:
        return DetectionLimits(LEAST_SCORE if self.score is None else self.score, self.overlap)

    @property
    def of_masks(self) -> float:
        return MASK_THRESHOLD if self.score is None else self.score


@dataclass(frozen=True, slots=True)
class SequencePlace:
    """The class with the highest number at one place of a sequence, and that number."""

    index: int
    value: float


@dataclass(frozen=True, slots=True)
class OutputReading:
    """An output, its least and greatest number, and what it shows, if it is of that kind.

    The numbers are None where one of them is NaN or infinite; of such an output there is no more to read.
    """

    output: GraphOutput
    minimum: float | None
    maximum: float | None
    detections: Detections | None = None
    mask: MaskSummary | None = None
    image: ImageRange | None = None
    sequence: tuple[SequencePlace, ...] | None = None


def read_outputs(
    outputs: Sequence[GraphOutput],
    values: Sequence[NDArray[np.float32]],
    size: tuple[int, int],
    options: OutputOptions,
) -> tuple[OutputReading, ...]:
    """What the outputs of a run say of a view of `size` (height, width)."""
    return tuple(_read_output(output.read_as(options.read_as), values, size, options) for output in outputs)


def _read_output(
    output: GraphOutput, values: Sequence[NDArray[np.float32]], size: tuple[int, int], options: OutputOptions
) -> OutputReading:
    own = values[output.index]
    least, greatest = float(own.min()), float(own.max())
    if not (np.isfinite(least) and np.isfinite(greatest)):
        return OutputReading(output, None, None)
    match output.kind:
        case "boxes" if output.boxes is not None:
            detections = read_detections(output.boxes, values, size, options.of_boxes)
            return OutputReading(output, least, greatest, detections=detections)
        case "mask":
            mask = mask_of(output, output.layer.maps_of(own), options.of_masks)
            return OutputReading(output, least, greatest, mask=summarise_mask(output, mask, options.of_masks))
        case "image":
            return OutputReading(output, least, greatest, image=range_of(own))
        case "sequence" if output.classes:
            return OutputReading(output, least, greatest, sequence=read_sequence(own))
    return OutputReading(output, least, greatest)


def read_sequence(values: NDArray[np.float32]) -> tuple[SequencePlace, ...]:
    """The best class at each of the first places; the longer axes of `values` are places and classes."""
    table = values.squeeze()[:MAX_PLACES]
    best = table.argmax(axis=1)
    return tuple(SequencePlace(int(index), float(row[index])) for index, row in zip(best, table, strict=True))
