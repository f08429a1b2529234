"""The rules of all operators: how each is written forward and backward."""

from collections.abc import Mapping
from types import MappingProxyType

from app.gradients.rules import (
    activation,
    convolution,
    data_movement,
    dense,
    einsum,
    function,
    indexing,
    merging,
    normalisation,
    pooling,
    quantisation,
    reduction,
    resizing,
    selection,
    self_gated,
)
from app.gradients.rules.rule import Rule

RULES: Mapping[str, Rule] = MappingProxyType(
    convolution.RULES
    | dense.RULES
    | einsum.RULES
    | activation.RULES
    | self_gated.RULES
    | function.RULES
    | pooling.RULES
    | normalisation.RULES
    | merging.RULES
    | data_movement.RULES
    | reduction.RULES
    | resizing.RULES
    | selection.RULES
    | indexing.RULES
    | quantisation.RULES
)
