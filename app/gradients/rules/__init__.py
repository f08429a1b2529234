"""The rules of all operators: how each is written forward and backward."""

from collections.abc import Mapping
from types import MappingProxyType

from app.gradients.rules import (
    activation,
    convolution,
    dense,
    merging,
    normalisation,
    pooling,
    reduction,
    resizing,
    shaping,
)
from app.gradients.rules.rule import Rule

RULES: Mapping[str, Rule] = MappingProxyType(
    convolution.RULES
    | dense.RULES
    | activation.RULES
    | pooling.RULES
    | normalisation.RULES
    | merging.RULES
    | shaping.RULES
    | reduction.RULES
    | resizing.RULES
)
