"""A batch normalisation folded into the convolution before it: both as one convolution with its own kernel and bias."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.arithmetic.operators.normalisation import EPSILON
from app.arithmetic.working import Doubles, Operation, figure, operand
from app.errors import NoWorking
from app.nets.graph import Graph
from app.nets.layer import Layer

NORMALISATION = "BatchNormalization"
CONVOLUTIONS = ("Conv", "ConvTranspose")


@dataclass(frozen=True, slots=True)
class Folding:
    """How one channel of a convolution changes: kernel' = kernel · factor, bias' = (bias - mean) · factor + offset.

    `convolution` is the layer's id, `bias` its own bias; the other numbers are those of the normalisation.
    """

    convolution: str
    bias: float
    scale: float
    variance: float
    epsilon: float
    mean: float
    offset: float

    @property
    def factor(self) -> float:
        """What the kernel is multiplied by."""
        return float(_factor(np.float64(self.scale), np.float64(self.variance), self.epsilon))

    @property
    def folded_bias(self) -> float:
        """The bias of both as one."""
        return (self.bias - self.mean) * self.factor + self.offset

    @property
    def factor_formula(self) -> str:
        """The factor with its numbers: "0.81 ÷ √(5.7 + 1e-05) = 0.34"."""
        root = f"√({figure(self.variance)} + {figure(self.epsilon)})"
        return f"{figure(self.scale)} ÷ {root} = {figure(self.factor)}"

    @property
    def bias_formula(self) -> str:
        """The bias with its numbers: "(0 − (−0.9)) × 0.34 + 0.56 = 0.866"."""
        moved = f"({figure(self.bias)} − {operand(self.mean)}) × {operand(self.factor)}"
        return f"{moved} + {operand(self.offset)} = {figure(self.folded_bias)}"


def convolution_before(graph: Graph, layer: Layer) -> Layer | None:
    """The convolution that a batch normalisation can be folded into: the one whose output it reads; else None."""
    if layer.op != NORMALISATION:
        return None
    before = graph.by_id.get(graph.layer_inputs[layer.id][0].source)
    is_whole = before is not None and before.op in CONVOLUTIONS and before.shape == layer.shape
    return before if is_whole else None


def normalisations_after(graph: Graph, layer: Layer) -> tuple[Layer, ...]:
    """The batch normalisations that can be folded into a convolution."""
    return tuple(each for each in graph.layers if convolution_before(graph, each) == layer)


def required_convolution(graph: Graph, name: str) -> Layer:
    """The convolution that the layer of this id, or `input`, can be folded into.

    Raises:
        NoWorking: it is no batch normalisation, or what it reads is no convolution.
    """
    layer = graph.by_id.get(name)
    convolution = convolution_before(graph, layer) if layer else None
    if convolution is None:
        why = "Only a batch normalisation that reads a convolution can be shown as one step with it."
        raise NoWorking(why, layer=name)
    return convolution


def fold(convolution: Operation, normalisation: Operation) -> Operation:
    """The convolution that computes what a convolution and the batch normalisation of its output compute.

    Raises:
        NoWorking: the file says that the normalisation is training, or has its numbers for each place.
    """
    scale, offset, mean, variance = (normalisation.required(at).astype(np.float64) for at in range(1, 5))
    if normalisation.attributes.get("training_mode") or scale.ndim != 1:
        raise NoWorking("This BatchNormalization can't be folded into a convolution.", op=normalisation.op)
    factor = _factor(scale, variance, _epsilon(normalisation))
    bias = (_bias(convolution, len(factor)) - mean) * factor + offset
    return replace(convolution, inputs=(convolution.required(0), _scaled(convolution, factor), bias))


def folding(convolution: Operation, normalisation: Operation, name: str, channel: int) -> Folding:
    """The numbers of one channel; `name` is the id of the convolution's layer."""
    scale, offset, mean, variance = (float(normalisation.required(at)[channel]) for at in range(1, 5))
    bias = float(_bias(convolution, channel + 1)[channel])
    return Folding(name, bias, scale, variance, _epsilon(normalisation), mean, offset)


@np.errstate(all="ignore")  # a network may compute infinities, and so do we
def _factor(scale: Any, variance: Any, epsilon: float) -> Any:
    return scale / np.sqrt(variance + epsilon)


def _scaled(convolution: Operation, factor: Doubles) -> Doubles:
    """The weights with each filter times its factor; those of a ConvTranspose are (inputs, filters of a group, ...)."""
    weights: Doubles = convolution.required(1).astype(np.float64)
    if convolution.op == "Conv":
        return weights * factor.reshape(-1, *(1,) * (weights.ndim - 1))
    by_group = weights.reshape(int(convolution.attributes.get("group", 1)), -1, *weights.shape[1:])
    factors = factor.reshape(len(by_group), 1, weights.shape[1], *(1,) * (weights.ndim - 2))
    return (by_group * factors).reshape(weights.shape)


def _bias(convolution: Operation, channels: int) -> NDArray[np.float64]:
    bias = convolution.input(2)
    return np.zeros(channels) if bias is None else bias.astype(np.float64)


def _epsilon(normalisation: Operation) -> float:
    return float(normalisation.attributes.get("epsilon", EPSILON))
