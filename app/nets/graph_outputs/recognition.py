"""Recognising what each output of a network is: from its shape, the operators before it, its name and the labels."""

from collections.abc import Mapping
from math import isclose

from app.nets.graph import Graph
from app.nets.graph_outputs.box_layout import BoxLayout, BoxSearch, Evidence
from app.nets.graph_outputs.output import COLOURS, Certainty, GraphOutput
from app.nets.layer import Layer
from app.nets.reading.final_activation import KEEPS_NUMBERS, ROUNDING, OutputSearch
from app.nets.reading.operators import Operator

CERTAINTY: Mapping[Evidence, Certainty] = {
    "metadata": "certain",
    "names": "certain",
    "cells_of_grids": "likely",
    "box_and_scores": "likely",
    "final_boxes": "possible",
}
ENLARGED = {"Resize", "Upsample", "DepthToSpace"}  # keep the meaning of the numbers
RANGED = {"Tanh", "Clip"}
LINEAR_MAPS = {"Conv", "ConvTranspose", "QLinearConv", "Gemm", "MatMul", "Add", "BatchNormalization"}
MOST_CLASSES = 256  # of a mask that only its shape tells of
COARSEST = 8  # pixels of the input for one place of such a mask
SAME_PROPORTIONS = 0.1


def recognise_outputs(graph: Graph, class_count: int, metadata: Mapping[str, str]) -> tuple[GraphOutput, ...]:
    """What each output of a network is; `class_count` is the number of its labels, `metadata` that of its file."""
    search = BoxSearch(graph.outputs, graph.input.shape[1:], class_count, metadata.get("task", ""))
    layouts = search.layouts() if graph.head.kind == "vector" else ()
    of_boxes = {index: layout for layout in layouts for index in layout.outputs}
    reader = _OutputReader(graph, class_count)
    return tuple(
        _of_boxes(index, output, of_boxes[index]) if index in of_boxes else reader.read(index, output)
        for index, output in enumerate(graph.outputs)
    )


def _of_boxes(index: int, output: Layer, layout: BoxLayout) -> GraphOutput:
    certainty = CERTAINTY[layout.evidence]
    if index != layout.boxes:
        return GraphOutput(index, output, "box_part", certainty, layout.evidence)
    return GraphOutput(index, output, "boxes", certainty, layout.evidence, layout.classes, layout)


class _OutputReader:
    """Reads one output that is no boxes."""

    def __init__(self, graph: Graph, class_count: int) -> None:
        self._graph = graph
        self._class_count = class_count
        self._makers: Mapping[str, Operator] = {
            value: operator for operator in graph.operators.operators for value in operator.outputs if value
        }

    def read(self, index: int, output: Layer) -> GraphOutput:
        try:
            return self._read(index, output)
        except Exception:  # a file may give the operators before an output any attributes and any number of inputs
            return GraphOutput(index, output, "maps" if output.has_maps else "vector", "possible", "shape")

    def _read(self, index: int, output: Layer) -> GraphOutput:
        head = self._graph.head
        if head.kind != "vector" and head.output.id == output.id:
            return GraphOutput(index, output, "classes", "certain", "head", head.units)
        lengths = [length for length in output.shape if length > 1]
        maker = self._maker(output.output)
        if maker is not None and maker.op == "ArgMax" and len(lengths) == 2 and self._is_map(lengths[0], lengths[1]):
            return GraphOutput(index, output, "mask", "certain", "argmax", self._reduced(maker))
        if output.has_maps and {"height", "width"} <= set(output.axes) and self._is_map(*output.map_size):
            return self._read_map(index, output, maker)
        if len(lengths) == 2:
            return self._read_sequence(index, output)
        return GraphOutput(index, output, "maps" if len(lengths) > 2 else "vector", "certain", "shape")

    def _read_map(self, index: int, output: Layer, maker: Operator | None) -> GraphOutput:
        """A mask, an image or plain maps with the proportions of the input."""
        channels, height, _ = output.map_shape
        _, above, _ = self._graph.input.shape
        formula = OutputSearch(self._graph.operators, self._source(output.output), channels).activation()
        op = "" if maker is None else maker.op
        if channels > 1 and formula is not None and formula.kind in ("softmax", "log_softmax"):
            return GraphOutput(index, output, "mask", "certain", "softmax", channels)
        if channels > 1 and channels == self._class_count:
            return GraphOutput(index, output, "mask", "likely", "labels", channels)
        if channels in COLOURS and op in RANGED:
            return GraphOutput(index, output, "image", "likely", "range")
        if channels in COLOURS and height > above:
            return GraphOutput(index, output, "image", "likely", "enlarged")
        if formula is not None and formula.kind in ("sigmoid", "hard_sigmoid"):
            if channels == 3 and height == above:
                return GraphOutput(index, output, "image", "possible", "sigmoid")
            certainty: Certainty = "possible" if channels == self._graph.input.shape[0] else "likely"
            return GraphOutput(index, output, "mask", certainty, "sigmoid", channels)
        if channels in COLOURS and height == above:
            return GraphOutput(index, output, "image", "possible", "size")
        if 1 < channels <= MOST_CLASSES and op in LINEAR_MAPS and height * COARSEST >= above:
            return GraphOutput(index, output, "mask", "possible", "linear_maps", channels)
        return GraphOutput(index, output, "maps", "certain", "shape")

    def _read_sequence(self, index: int, output: Layer) -> GraphOutput:
        """Two axes: scores at each of several places if a softmax is over the last, else perhaps tokens."""
        numbers = [length for length in output.shape if length > 1][1]
        formula = OutputSearch(self._graph.operators, output.output, numbers).activation()
        if formula is not None and formula.kind in ("softmax", "log_softmax"):
            return GraphOutput(index, output, "sequence", "likely", "softmax", numbers)
        if numbers == self._class_count:
            return GraphOutput(index, output, "sequence", "likely", "labels", numbers)
        return GraphOutput(index, output, "sequence", "possible", "two_axes")

    def _is_map(self, height: int, width: int) -> bool:
        """Whether the sides have about the proportions of the input."""
        _, above, across = self._graph.input.shape
        return isclose(height / above, width / across, rel_tol=SAME_PROPORTIONS) or (
            abs(height * across / above - width) <= 1
        )

    def _maker(self, value: str) -> Operator | None:
        """The operator that computes the numbers of a value."""
        return self._makers.get(self._source(value))

    def _source(self, value: str) -> str:
        """The value before operators that keep, round or enlarge its numbers."""
        while value in self._makers and self._makers[value].op in KEEPS_NUMBERS | ROUNDING | ENLARGED:
            value = self._makers[value].inputs[0]
        return value

    def _reduced(self, argmax: Operator) -> int:
        """How many entries an ArgMax chooses from."""
        shape = self._graph.operators.shape(argmax.inputs[0])
        return int(shape[argmax.attributes.get("axis", 0)])
