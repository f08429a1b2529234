"""Quantisation in PyTorch, straight through: the integers are floats, and rounding has the gradient 1."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor


def quantized(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    """The integers as floats; `clamp` has the gradient 1 within the range, and rounding has it everywhere."""
    x, scale, zero = inputs
    kind = torch.iinfo(zero.dtype)
    number = x / _along(scale, x, settings)
    rounded = number + (number.round() - number).detach() + _along(zero.to(x.dtype), x, settings)
    return rounded.clamp(kind.min, kind.max)


def dequantized(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    x, scale, zero = inputs
    return (x - _along(zero.to(x.dtype), x, settings)) * _along(scale, x, settings)


def _along(value: Tensor, x: Tensor, settings: Mapping[str, Any]) -> Tensor:
    return value if value.dim() == 0 else value.reshape(-1, *[1] * (x.dim() - 1 - settings.get("axis", 1)))
