"""Damage: noise on the weights of a layer, or a layer without its biases, and what the network answers then."""

import zlib
from collections.abc import Sequence, Set
from dataclasses import dataclass
from math import prod
from typing import Literal

import numpy as np

from app.errors import NotAvailable
from app.experiments.class_scores import possible_scores
from app.experiments.intervention import Intervention
from app.nets.layer import Layer
from app.nets.network import Network
from app.nets.outputs import Scores
from app.nets.taps import ScaledValue

DamageKind = Literal["noise", "no_biases"]
ROLES: dict[DamageKind, tuple[str, ...]] = {"noise": ("weight", "scale"), "no_biases": ("bias",)}
MAX_WEIGHTS = 16_000_000  # of a layer that gets noise, which is as large as they are
DEFAULT_AMOUNT, MAX_AMOUNT = 2.0, 16.0


@dataclass(frozen=True, slots=True)
class Damage:
    """What is done to a layer: normally distributed noise on its weights, or zeros for its biases.

    The noise is `amount` times as large as the weights, by the standard deviation of both; `seed` and the layer's id
    decide it, nothing else.
    """

    layer: str
    kind: DamageKind
    amount: float = 0.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The best class of a prediction, and its score; of a single unit its more probable side."""

    index: int
    score: float

    @classmethod
    def of(cls, scores: Scores) -> "Answer":
        each = possible_scores(scores)
        index = int(np.nanargmax(each)) if np.isfinite(each).any() else 0
        return cls(index, float(each[index]))


@dataclass(frozen=True, slots=True)
class DamagedAnswer:
    """What the network answers for a picture before and after the damage."""

    image: str
    before: Answer
    after: Answer

    @property
    def is_same(self) -> bool:
        return self.before.index == self.after.index


@dataclass(frozen=True, slots=True)
class Remainder:
    """Of `rated` pictures whose class the network has, how many it has right before and after the damage.

    `same` counts the answers that stay, among all `pictures`.
    """

    pictures: int
    rated: int
    right_before: int
    right_after: int
    same: int


def remainder(answers: Sequence[DamagedAnswer], right: Sequence[Set[int]]) -> Remainder:
    """What remains of the accuracy; `right` are the right classes of each picture, none for one that is not rated."""
    pairs = list(zip(answers, right, strict=True))
    return Remainder(
        pictures=len(pairs),
        rated=sum(bool(classes) for _, classes in pairs),
        right_before=sum(answer.before.index in classes for answer, classes in pairs),
        right_after=sum(answer.after.index in classes for answer, classes in pairs),
        same=sum(answer.is_same for answer, _ in pairs),
    )


def can_be_damaged(network: Network, layer: Layer, kind: DamageKind) -> bool:
    """Whether a layer has what the damage changes, as numbers that are not whole, and not too many of them."""
    value = _value(network, layer, kind)
    operators = network.graph.operators
    if value is None or operators.values[value].dtype.kind != "f":
        return False
    return kind == "no_biases" or prod(operators.shape(value)) <= MAX_WEIGHTS


def damaged_value(network: Network, damage: Damage) -> ScaledValue:
    """The value that the layer reads and that the damage changes.

    Raises:
        UnknownLayer: there is no such layer.
        NotAvailable: the layer has no such value, or it can't be changed.
    """
    layer = network.layer(damage.layer)
    value = _value(network, layer, damage.kind)
    if value is None or not can_be_damaged(network, layer, damage.kind):
        what = "weights" if damage.kind == "noise" else "biases"
        raise NotAvailable(f"{layer.name} has no {what} that can be changed: none, whole numbers, or too many.")
    return ScaledValue(value, network.graph.operators.values[value].dtype, layer.output)


def damaging(network: Network, damage: Damage) -> Intervention:
    """The damage as an intervention on its value; raises as `damaged_value` does."""
    scaled = damaged_value(network, damage)
    if damage.kind == "no_biases":
        return Intervention(scaled, 0, 0)
    weights = network.constant(scaled.value)
    rng = np.random.default_rng((damage.seed, zlib.crc32(damage.layer.encode())))
    size = damage.amount * float(weights.std(dtype=np.float64))
    return Intervention(scaled, 1, size * rng.standard_normal(weights.shape))


def _value(network: Network, layer: Layer, kind: DamageKind) -> str | None:
    """The ONNX value that the operator of the layer reads."""
    values = network.graph.weight_values(layer) if layer.weights else {}
    return next((values[role] for role in ROLES[kind] if role in values), None)
