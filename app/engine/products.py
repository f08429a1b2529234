"""What can be computed for an explanation request, and the key under which each product is kept."""

from dataclasses import dataclass
from typing import Any, Literal, Self, TypeVar

from app.attribution.evaluation.faithfulness import Faithfulness
from app.attribution.evaluation.sanity_check import Stage
from app.attribution.explain import Explanation
from app.attribution.method import OptionValue
from app.attribution.target import Target
from app.engine.inference import Inference
from app.engine.question import ExplanationRequest
from app.engine.results import Key

T = TypeVar("T")
Product = Literal["explanation", "faithfulness", "cascade", "sweep"]


@dataclass(frozen=True, slots=True)
class RequestKey(Key[T]):
    """All that a product of a request depends on."""

    network: str
    image: str
    method: str
    target: Target
    layer: str | None
    options: tuple[tuple[str, OptionValue], ...]
    random: int

    @classmethod
    def of(cls, inference: Inference, request: ExplanationRequest) -> Self:
        layer = request.layer.id if request.layer else None
        name, target, options = request.method.name, request.target, request.options
        return cls(*inference.identity, name, target, layer, options, request.random)


class ExplanationKey(RequestKey[Explanation]):
    """The map of a request."""

    __slots__ = ()


class FaithfulnessKey(RequestKey[Faithfulness]):
    """The faithfulness of a map."""

    __slots__ = ()


class CascadeKey(RequestKey[tuple[Stage, ...]]):
    """The sanity check: a map compared with those of the network with random weights."""

    __slots__ = ()


class SweepKey(RequestKey[tuple[Explanation, ...]]):
    """A method's maps at every suitable layer."""

    __slots__ = ()


KEYS: dict[Product, type[RequestKey[Any]]] = {
    "explanation": ExplanationKey,
    "faithfulness": FaithfulnessKey,
    "cascade": CascadeKey,
    "sweep": SweepKey,
}
