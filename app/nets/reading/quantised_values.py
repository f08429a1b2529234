"""Which values of a network are quantised, as far as the scale is a stored number, and what their numbers stand for."""

from collections.abc import Mapping
from math import prod

import numpy as np

from app.errors import NetworkError
from app.nets.reading.constants import Constants
from app.nets.reading.operators import Operator, OperatorGraph
from app.nets.reading.quantisation import Quantisation

# Where the scale and the zero point of the result are among the inputs of an operator that gives quantised numbers.
OUTPUT_SCALES: Mapping[str, tuple[int, int]] = {
    "QGemm": (7, 8),
    "QLinearAdd": (6, 7),
    "QLinearAveragePool": (3, 4),
    "QLinearConcat": (0, 1),
    "QLinearConv": (6, 7),
    "QLinearGlobalAveragePool": (3, 4),
    "QLinearLeakyRelu": (3, 4),
    "QLinearMatMul": (6, 7),
    "QLinearMul": (6, 7),
    "QLinearReduceMean": (3, 4),
    "QLinearSigmoid": (3, 4),
    "QLinearSoftmax": (3, 4),
    "QLinearWhere": (7, 8),
    "QuantizeLinear": (1, 2),
}
# Operators whose output has numbers of their inputs, or between them, and which of their inputs these are.
MOVES: Mapping[str, slice] = {
    **dict.fromkeys(("Clip", "Concat", "Max", "Min"), slice(None)),
    "Where": slice(1, None),
    **dict.fromkeys(
        (
            "DepthToSpace", "Dropout", "Expand", "Flatten", "Gather", "GatherElements", "GatherND", "GlobalMaxPool",
            "Identity", "MaxPool", "NhwcMaxPool", "Pad", "ReduceMax", "ReduceMin", "Reshape", "Resize", "Slice",
            "SpaceToDepth", "Split", "Squeeze", "Tile", "TopK", "Transpose", "Unsqueeze", "Upsample",
        ),
        slice(1),
    ),
}  # fmt: skip
LEAST_SCALE, GREATEST_SCALE = 2.0**-100, 2.0**100  # between them float32 has every real number with its 24 bits


def read_quantised_values(graph: OperatorGraph, constants: Constants) -> dict[str, Quantisation]:
    """The quantised values that depend on the network's input, by name: those with one scale that is stored."""
    known: dict[str, Quantisation] = {}
    for operator in graph.operators:
        if graph.input_dependent.isdisjoint(operator.outputs):
            continue
        quantisation = _quantisation(operator, graph, constants, known)
        if quantisation is not None:
            known.update((value, quantisation) for value in operator.outputs if _has_type(value, quantisation, graph))
    return known


def _quantisation(
    operator: Operator, graph: OperatorGraph, constants: Constants, known: Mapping[str, Quantisation]
) -> Quantisation | None:
    """What the numbers of an operator's output stand for."""
    if operator.op in MOVES:
        moved = [value for value in operator.inputs[MOVES[operator.op]] if value in graph.input_dependent]
        first, *others = {known.get(value) for value in moved} or {None}
        return None if others else first
    if operator.op not in OUTPUT_SCALES or operator.outputs[0] not in graph.values:
        return None
    at_scale, at_zero = OUTPUT_SCALES[operator.op]
    scale, zero = (_number(operator, at, graph, constants) for at in (at_scale, at_zero))
    if len(operator.inputs) <= at_zero or not operator.inputs[at_zero]:
        zero = 0.0
    if scale is None or zero is None or not LEAST_SCALE <= scale <= GREATEST_SCALE or zero != int(zero):
        return None
    return Quantisation(graph.values[operator.outputs[0]].dtype.name, scale, int(zero))


def _number(operator: Operator, position: int, graph: OperatorGraph, constants: Constants) -> float | None:
    """The one number of an input that is a stored constant."""
    value = operator.inputs[position] if position < len(operator.inputs) else ""
    spec = graph.values.get(value)
    if value in graph.input_dependent or spec is None or prod(spec.shape) != 1:
        return None
    try:
        array = constants.array(value)
    except (KeyError, NetworkError):  # computed in a run, or not here
        return None
    return float(array.reshape(-1)[0].astype(np.float32))


def _has_type(value: str, quantisation: Quantisation, graph: OperatorGraph) -> bool:
    """Whether a value is of the type of quantised numbers: not so the indices of a MaxPool."""
    return value in graph.values and graph.values[value].dtype.name == quantisation.dtype
