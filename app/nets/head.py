"""The head of a network: what its output is, and the layer that its explanations start at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import prod
from typing import Any, Literal, TypeVar

import numpy as np
import numpy.typing as npt

from app.errors import NetworkError
from app.nets.graph_outputs.box_layout import BOX, MIN_PAIRS
from app.nets.graph_outputs.unit_length import has_unit_length
from app.nets.layer import INPUT, Layer
from app.nets.reading.final_activation import KEEPS_NUMBERS, FinalActivation, OutputSearch
from app.nets.reading.layers import LayerGraph
from app.nets.reading.operators import OperatorGraph

Real = TypeVar("Real", bound=np.floating[Any])
Activation = Callable[[npt.NDArray[Any]], npt.NDArray[Any]]  # from logits to scores, along the last axis
HeadKind = Literal["softmax", "log_softmax", "sigmoid", "binary", "logits", "probabilities", "vector"]

# The output of one of these is no scores of classes; of a softmax, where it is not over the classes.
NO_CLASSES = {
    "Tanh", "ArgMax", "ArgMin", "TopK", "NonMaxSuppression", "Softmax", "LogSoftmax", "QLinearSoftmax", "Greater",
    "GreaterOrEqual", "Less", "LessOrEqual", "Equal", "And", "Or", "Not", "Round", "OneHot",
}  # fmt: skip
ACTIVATED = {"softmax", "log_softmax", "sigmoid", "probabilities"}
LINEAR = {
    "Gemm",
    "QGemm",
    "MatMul",
    "Conv",
    "Add",
    "Sub",
    "BatchNormalization",
    "GlobalAveragePool",
    "ReduceMean",
    "AveragePool",
}


def softmax(logits: npt.NDArray[Real]) -> npt.NDArray[Real]:
    """exp(x) / sum of exp(x) along the last axis, in the dtype of `logits`, without overflow."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def sigmoid(logits: npt.NDArray[Real]) -> npt.NDArray[Real]:
    """1 / (1 + exp(-x)) of each entry, in the dtype of `logits`, without overflow."""
    power = np.exp(-np.abs(logits))
    return np.asarray(np.where(logits < 0, power, np.ones_like(power)) / (1 + power))


def hard_sigmoid(logits: npt.NDArray[Real], slope: float, shift: float) -> npt.NDArray[Real]:
    """max(0, min(1, slope * x + shift)) of each entry, in the dtype of `logits`."""
    return np.asarray(np.clip(slope * logits + shift, 0, 1), logits.dtype)


@dataclass(frozen=True, slots=True)
class Head:
    """What the network's output is.

    - `softmax`, `log_softmax`: (the logarithm of) the probability of each class, which add up to 1.
    - `sigmoid`: the probability of each label by itself; several labels may hold, or none.
    - `binary`: the probability of one label.
    - `logits`: the scores of classes before the softmax, which the file leaves out.
    - `probabilities`: probabilities of classes that come from no single softmax.
    - `vector`: numbers that are no scores of classes: features, boxes, masks, a regression.

    `logits` is the layer before the final activation, where explanations start, and `output` the layer of the output.
    `activation` gives the scores from the logits; without one the logits are the scores. `has_scores` is whether the
    output itself is the scores: the file has the activation.
    """

    kind: HeadKind
    logits: Layer
    output: Layer
    activation: Activation | None
    has_scores: bool

    @property
    def units(self) -> int:
        """How many numbers the output has."""
        return prod(self.output.shape)

    @property
    def is_exclusive(self) -> bool:
        """Whether at most one class holds, so that the best one's score may be its probability."""
        return self.kind != "sigmoid"


def find_head(graph: OperatorGraph, layers: LayerGraph, card_kind: HeadKind | None = None) -> Head:
    """The head of a network, recognised from its operators; the kind that its card names wins.

    Of several outputs it is the first that ends in the activation of classes, else the first.

    Raises:
        NetworkError: the output can't be of the kind that the card names, or is not that of a layer.
    """
    by_id = {layer.id: layer for layer in layers.layers}
    heads = [_recognise(graph, layers, output, by_id) for output in layers.outputs]
    if not heads and layers.before_output is not None:  # of a network whose outputs have no size before a run
        heads = [Head("vector", layers.before_output, layers.before_output, None, has_scores=True)]
    if not heads:
        raise NetworkError("The network's output is not that of a layer.")
    head = next((each for each in heads if each.kind in ACTIVATED), heads[0])
    if card_kind is not None and card_kind != head.kind:
        head = _of_kind(head, card_kind)
    return replace(head, logits=_with_batch_first(head.logits, by_id, graph))


def _recognise(graph: OperatorGraph, layers: LayerGraph, output: Layer, by_id: Mapping[str, Layer]) -> Head:
    search, units = OutputSearch(graph, output.output, prod(output.shape)), prod(output.shape)
    layer, is_float = by_id[output.id], graph.values[output.output].dtype.kind == "f"
    output = layer if search.computed_value(output.output) == layer.output else output
    no_classes = Head("vector", output, output, None, has_scores=True)
    is_vector = sum(length > 1 for length in output.shape) <= 1 and not _scores_boxes(output, layers.outputs)
    if not is_vector or not (is_float or output.quantisation):
        return no_classes
    formula = search.activation()
    if formula is not None:
        value = search.computed_value(formula.argument)
        logits = by_id.get(layers.layer_of.get(value, INPUT))
        return _head_of(formula, output, logits if logits is not None and logits.output == value else None)
    operator = search.operator
    if operator is None or operator.op in NO_CLASSES or has_unit_length(search):
        return no_classes
    if units > 1:
        return Head("logits", output, output, softmax, has_scores=False)
    return Head("binary", output, output, sigmoid, has_scores=False) if operator.op in LINEAR else no_classes


def _scores_boxes(output: Layer, outputs: Sequence[Layer]) -> bool:
    """Whether its numbers are those of boxes, of which another output has as many."""
    units, lengths = prod(output.shape), [[length for length in each.shape if length > 1] for each in outputs]
    return units >= MIN_PAIRS and [units, BOX] in lengths


def _head_of(formula: FinalActivation, output: Layer, logits: Layer | None) -> Head:
    """The head with an activation that is in the file; `logits` is None where no layer gives its argument."""
    units = prod(output.shape)
    activation: Activation = sigmoid
    match formula.kind:
        case "multiple":
            return Head("vector", output, output, None, has_scores=True)
        case "mixture":
            return Head("probabilities", output, output, None, has_scores=True)
        case "log_softmax":
            return Head("log_softmax", logits or output, output, softmax, has_scores=False)
        case "softmax":
            kind: HeadKind = "softmax"
            activation = softmax
        case "hard_sigmoid":
            kind = "sigmoid" if units > 1 else "binary"
            activation = partial(hard_sigmoid, slope=formula.slope, shift=formula.shift)
        case "sigmoid":
            kind = "sigmoid" if units > 1 else "binary"
    if logits is None:
        return Head(kind, output, output, None, has_scores=True)
    return Head(kind, logits, output, activation, has_scores=True)


def _of_kind(recognised: Head, kind: HeadKind) -> Head:
    """The head of the kind that the card names, in a network where another one was recognised."""
    output, single = recognised.output, recognised.units == 1
    if kind == "binary" and not single:
        raise NetworkError(
            f"The card says that the output is one unit; it has {recognised.units}.", units=recognised.units
        )
    if kind in ("softmax", "log_softmax") and single:
        raise NetworkError("The card says that the output is a softmax; over a single unit that is always 1.", units=1)
    match kind:
        case "vector":
            return Head("vector", output, output, None, has_scores=True)
        case "probabilities" if recognised.has_scores and recognised.activation is not None:
            return recognised if single else replace(recognised, kind=kind)
        case "probabilities":
            return Head("binary" if single else kind, output, output, None, has_scores=True)
        case "sigmoid" | "logits" if single:
            return (
                recognised if recognised.kind == "binary" else Head("binary", output, output, sigmoid, has_scores=False)
            )
        case "sigmoid" | "binary":
            return Head(kind, output, output, sigmoid, has_scores=False)
    return Head(kind, output, output, softmax, has_scores=False)


def _with_batch_first(layer: Layer, by_id: Mapping[str, Layer], graph: OperatorGraph) -> Layer:
    """The layer with the same numbers and a batch axis in front, before what removed or moved that axis."""
    earlier, search = layer, OutputSearch(graph, layer.output, prod(layer.shape))
    while earlier.batch_axis != 0:
        is_moved = earlier.op not in KEEPS_NUMBERS or (
            earlier.op == "Transpose" and sum(n > 1 for n in earlier.shape) > 1
        )
        value, before = search.read_first(earlier.output), by_id.get(earlier.inputs[0])
        if is_moved or before is None or before.output != value:  # that may be the second part of a Split
            return layer
        earlier = before
    return earlier
