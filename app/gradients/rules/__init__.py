"""The rules of all operators: how each is written forward and backward."""

from collections.abc import Mapping
from types import MappingProxyType

from app.gradients.rules import (
    activation,
    convolution,
    data_movement,
    dense,
    function,
    merging,
    normalisation,
    pooling,
    quantisation,
    reduction,
    resizing,
    selection,
)
from app.gradients.rules.rule import Rule

RULES: Mapping[str, Rule] = MappingProxyType(
    convolution.RULES
    | dense.RULES
    | activation.RULES
    | function.RULES
    | pooling.RULES
    | normalisation.RULES
    | merging.RULES
    | data_movement.RULES
    | reduction.RULES
    | resizing.RULES
    | selection.RULES
    | quantisation.RULES
)
