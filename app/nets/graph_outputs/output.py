"""One output of a network, what it is, and what that was recognised by."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from app.nets.graph_outputs.box_layout import BoxLayout
from app.nets.layer import Layer

OutputKind = Literal["classes", "boxes", "box_part", "mask", "image", "sequence", "maps", "vector"]
MapKind = Literal["mask", "image", "maps"]  # what maps with the proportions of the input may be
Certainty = Literal["certain", "likely", "possible"]
COLOURS = (1, 3)  # channels of an image
MAX_NAME = 200  # characters
Sign = Literal[
    "chosen",
    "head",
    "metadata",
    "cells_of_grids",
    "box_and_scores",
    "names",
    "final_boxes",
    "argmax",
    "softmax",
    "labels",
    "sigmoid",
    "linear_maps",
    "range",
    "enlarged",
    "size",
    "two_axes",
    "shape",
]


@dataclass(frozen=True, slots=True)
class GraphOutput:
    """One output: its place among the outputs, and the `layer` that computes it with the output's name and shape.

    - `classes`: the scores of classes, as `app.nets.head` describes them.
    - `boxes`: boxes around objects, which `boxes` tells how to read; a `box_part` is read together with one.
    - `mask`: for every place the class, the scores of `classes` classes, or the probability of one.
    - `image`: one or three channels of the input's proportions.
    - `sequence`: numbers for each of several places in a row, such as scores of characters or tokens.
    - `maps`: channels of a map. `vector`: any other numbers.

    `sign` is what the kind was recognised by, and `certainty` how sure that is.
    """

    index: int
    layer: Layer
    kind: OutputKind
    certainty: Certainty
    sign: Sign
    classes: int = 0
    boxes: BoxLayout | None = None

    @property
    def alternatives(self) -> tuple[MapKind, ...]:
        """What else it may be read as, with what it is; none where its shape leaves no choice."""
        if self.kind not in ("mask", "image", "maps") or self.sign == "argmax" or not self.layer.has_maps:
            return ()
        return ("mask", "image", "maps") if self.layer.channels in COLOURS else ("mask", "maps")

    def read_as(self, kind: MapKind | None) -> "GraphOutput":
        """The output as one of this kind, if that is an alternative; else as it is."""
        if kind is None or kind == self.kind or kind not in self.alternatives:
            return self
        classes = self.layer.channels if kind == "mask" else 0
        return replace(self, kind=kind, certainty="certain", sign="chosen", classes=classes)

    def has_classes(self, labels: int) -> bool:
        """Whether so many labels name its classes, or those besides a background."""
        if self.kind == "boxes" and self.boxes is not None and self.boxes.family in ("pairs", "queries"):
            return labels in (self.classes, self.classes - 1)
        return self.kind in ("boxes", "mask", "sequence") and labels == self.classes

    @property
    def name(self) -> str:
        """The beginning of its name in the file: text from a stranger."""
        return self.value[:MAX_NAME]

    @property
    def value(self) -> str:
        """The ONNX value that it is."""
        return self.layer.output


def kinds_of(outputs: Iterable[GraphOutput]) -> tuple[OutputKind, ...]:
    """The kinds of outputs, each once; parts of boxes are no kind of their own."""
    return tuple(dict.fromkeys(output.kind for output in outputs if output.kind != "box_part"))


def has_more_than_classes(outputs: Iterable[GraphOutput]) -> bool:
    """Whether one of the outputs is more than the scores of classes."""
    return any(output.kind != "classes" for output in outputs)
