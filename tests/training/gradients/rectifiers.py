"""The gradients of rectifiers that are not their derivative, for PyTorch's autograd."""

from typing import Any

import torch
from torch import Tensor


class _Guided(torch.autograd.Function):
    """The gradient passes where the rectifier is open and the gradient above 0 (Springenberg et al., 2015)."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, y: Tensor, passing: Tensor) -> Tensor:
        ctx.save_for_backward(passing)
        return y.clone()

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        (passing,) = ctx.saved_tensors
        return torch.where(passing & (gradient > 0), gradient, 0), None, None


class _Deconvnet(torch.autograd.Function):
    """The gradient is rectified instead (Zeiler & Fergus, 2014)."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, y: Tensor, passing: Tensor) -> Tensor:
        return y.clone()

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        return gradient.clamp(min=0), None, None


RECTIFIERS = {"guided": _Guided.apply, "deconvnet": _Deconvnet.apply}
