"""The outputs of a network that is no classifier: boxes on the input, masks with a legend, images, numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from app.analysis.detections import Detection
from app.analysis.output_reading import OutputOptions, OutputReading
from app.nets.graph_outputs.output import GraphOutput
from app.nets.labels import ClassLabels
from app.nets.network import Network
from app.rendering.palette import hex_colour
from app.web.links import image_api_path, pinned_id
from app.web.pages.address import Address
from app.web.pages.components import Choice

OPACITY = 0.5  # of a mask over the input
BARS_SIDE = 240  # pixels of the bars of a vector
DRAWN = {"boxes", "mask", "image", "vector"}
LISTED = 20  # boxes and classes; the API has all
LINE = 1 / 160  # of the longer side of the input: the width of a frame
LETTER = 1 / 24  # the same: the height of a letter at a frame


@dataclass(frozen=True, slots=True)
class LegendEntryView:
    """A class in the legend of a drawing: `value` is its share of a mask, or its number at a place of a sequence.

    `label` is its index where no label fits, and empty if it is the only class.
    """

    label: str
    value: float
    colour: str


@dataclass(frozen=True, slots=True)
class BoxView:
    """A box in pixels of the input; `label` is that of a class in the legend.

    `why` leads to the explanation of its score, None where that is not a number of the output that is explained.
    """

    label: str
    score: float
    why: str | None
    colour: str
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class OutputView:
    """One output: what it is, the page of its layer, its drawing, and what there is to read in it.

    `kinds` are what it may be read as. `src` is None where there is nothing to draw. `classes` are those of a mask,
    `places` those of a sequence.
    """

    output: GraphOutput
    reading: OutputReading
    kinds: tuple[Choice, ...]
    href: str
    src: str | None
    array: str
    signed: bool
    boxes: tuple[BoxView, ...]
    classes: tuple[LegendEntryView, ...]
    places: tuple[LegendEntryView, ...]


@dataclass(frozen=True, slots=True)
class OutputsView:
    """All outputs, and the threshold of boxes and masks, None where there is none of these.

    `width` and `height` are those of the input, `line` and `letter` the sizes of what is drawn at boxes.
    """

    outputs: tuple[OutputView, ...]
    threshold: float | None
    is_default: bool
    width: int
    height: int
    line: float
    letter: float


def outputs_view(network: Network, address: Address, readings: Sequence[OutputReading]) -> OutputsView:
    """The outputs of the network for the picture of the address."""
    spec = network.card.input
    longer = max(spec.width, spec.height)
    return OutputsView(
        outputs=tuple(_output_view(network, address, each) for each in readings if each.output.kind != "box_part"),
        threshold=_threshold(address, readings),
        is_default=address.threshold is None,
        width=spec.width,
        height=spec.height,
        line=longer * LINE,
        letter=longer * LETTER,
    )


def _threshold(address: Address, readings: Sequence[OutputReading]) -> float | None:
    options = OutputOptions(address.threshold)
    if any(each.detections for each in readings):
        return options.of_boxes.score
    if any(each.mask and each.mask.threshold is not None for each in readings):
        return options.of_masks
    return None


def _output_view(network: Network, address: Address, reading: OutputReading) -> OutputView:
    output = reading.output
    path = f"{image_api_path(pinned_id(network), str(address.image))}/outputs/{output.index}"
    labels = ClassLabels(network.class_names, output.classes, reading.detections.skipped if reading.detections else 0)
    mask, sequence = reading.mask, reading.sequence
    return OutputView(
        output=output,
        reading=reading,
        kinds=tuple(Choice(kind, address.link(read_as=kind), kind == output.kind) for kind in output.alternatives),
        href=address.link(layer=output.layer.id, channel=None),
        src=None if reading.minimum is None or output.kind not in DRAWN else f"{path}.png{_query(address, output)}",
        array=f"{path}.npy",
        signed=(reading.minimum or 0) < 0,
        boxes=_boxes(network, address, reading, labels),
        classes=tuple(_class(each.index, each.share, labels) for each in mask.classes[:LISTED]) if mask else (),
        places=tuple(_class(each.index, each.value, labels) for each in sequence) if sequence else (),
    )


def _query(address: Address, output: GraphOutput) -> str:
    fields: dict[str, Any] = {"read_as": address.read_as} if address.read_as else {}
    if output.kind == "vector":
        fields["size"] = BARS_SIDE
    if output.kind == "mask":
        fields["overlay"] = OPACITY
    if output.kind in ("mask", "boxes") and address.threshold is not None:
        fields["threshold"] = address.threshold
    return f"?{urlencode(fields)}" if fields else ""


def _boxes(network: Network, address: Address, reading: OutputReading, labels: ClassLabels) -> tuple[BoxView, ...]:
    return tuple(
        BoxView(
            label=_label(box.index, labels),
            score=box.score,
            why=_explanation_of(network, address, reading, box),
            colour=hex_colour(box.index),
            left=box.left,
            top=box.top,
            width=box.right - box.left,
            height=box.bottom - box.top,
        )
        for box in (reading.detections.boxes if reading.detections else ())
    )


def _explanation_of(network: Network, address: Address, reading: OutputReading, box: Detection) -> str | None:
    layout, detections = reading.output.boxes, reading.detections
    if layout is None or detections is None:
        return None
    scores, explained = network.outputs[layout.scores].layer, network.graph.head.output
    if (scores.id, scores.shape) != (explained.id, explained.shape):
        return None
    columns = [length for length in scores.shape if length > 1][-1]
    return address.link(why=str(layout.score_index(box.row, box.index + detections.skipped, columns)))


def _class(index: int, value: float, labels: ClassLabels) -> LegendEntryView:
    return LegendEntryView(_label(index, labels), value, hex_colour(index))


def _label(index: int, labels: ClassLabels) -> str:
    return labels.find(index) or ("" if labels.classes == 1 else str(index))
