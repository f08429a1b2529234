"""What is asked of an explanation."""

from collections.abc import Hashable
from dataclasses import dataclass

from app.attribution.method import Method, Value
from app.attribution.target import Target
from app.nets.layer import Layer


@dataclass(frozen=True, slots=True)
class Asked:
    """What an explanation depends on besides network and picture; `random` is how many layers have lost their weights.

    `options` are the method's parameters as (name, value), in its order.
    """

    method: Method
    target: Target
    layer: Layer | None
    options: tuple[tuple[str, Value], ...]
    random: int = 0

    @property
    def key(self) -> Hashable:
        layer = self.layer.id if self.layer else None
        return (self.method.name, self.target, layer, self.options, self.random)
