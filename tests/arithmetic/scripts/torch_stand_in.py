"""What scripts use of PyTorch, made of NumPy and onnxruntime: where PyTorch is not installed, they can be run too.

`tests/training/test_cell_scripts.py` runs them with PyTorch itself.
"""

from collections.abc import Callable, Sequence
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
from scipy import special

from tests.arithmetic.reference import runtime

Axes = int | Sequence[int] | None


class Tensor(np.ndarray[Any, Any]):
    """An array with the names that methods and arguments have in PyTorch."""

    def permute(self, *axes: int) -> "Tensor":
        return tensor(self.transpose(axes))

    def repeat_interleave(self, count: int) -> "Tensor":
        return tensor(self.repeat(count))

    def mean(self, dim: Axes = None, keepdim: bool = False) -> Any:  # type: ignore[override]  # as in PyTorch
        return _along(np.mean, self, dim, keepdim)

    def sum(self, dim: Axes = None, keepdim: bool = False) -> Any:  # type: ignore[override]  # as in PyTorch
        return _along(np.sum, self, dim, keepdim)

    def amax(self, dim: Axes = None, keepdim: bool = False) -> Any:
        return _along(np.max, self, dim, keepdim)

    def var(  # type: ignore[override]  # as in PyTorch
        self, dim: Axes = None, *, correction: int, keepdim: bool = False
    ) -> Any:
        assert correction == 0
        return _along(np.var, self, dim, keepdim)

    def nanmean(self) -> Any:
        return np.nanmean(np.asarray(self))

    def nan_to_num(self, number: float) -> "Tensor":
        return tensor(np.nan_to_num(self, nan=number))

    def isnan(self) -> "Tensor":
        return tensor(np.isnan(self), np.bool_)

    def double(self) -> "Tensor":
        return tensor(self)


def tensor(values: Any, dtype: Any = np.float64) -> Tensor:
    return np.asarray(values, dtype).view(Tensor)


def _along(function: Callable[..., Any], values: Tensor, dim: Axes, keepdim: bool) -> Any:
    axes = tuple(dim) if isinstance(dim, Sequence) else dim
    return tensor(function(np.asarray(values), axis=axes, keepdims=keepdim))


def _run(op: str, *inputs: Any, **attributes: Any) -> Tensor:
    """What onnxruntime computes in float32."""
    singles = [None if each is None else np.asarray(each, np.float32) for each in inputs]
    return tensor(runtime(op, singles, attributes)[0])


def _convolve(x: Any, weight: Any, bias: Any = None, stride: Any = 1, dilation: Any = 1, groups: int = 1) -> Tensor:
    rank = np.ndim(x) - 2
    strides, dilations = (np.broadcast_to(each, rank).tolist() for each in (stride, dilation))
    return _run("Conv", x, weight, bias, strides=strides, dilations=dilations, group=groups)


def _pool_max(x: Any, kernel: Sequence[int], *, stride: Sequence[int], dilation: Sequence[int]) -> Tensor:
    return _run("MaxPool", x, kernel_shape=kernel, strides=stride, dilations=dilation)


def _pool_mean(x: Any, kernel: Sequence[int], *, stride: Sequence[int]) -> Tensor:
    return _run("AveragePool", x, kernel_shape=kernel, strides=stride)


def _pad(x: Any, sides: Sequence[int], *, value: float) -> Tensor:
    """The sides are those of the last axis first."""
    pairs = [sides[at : at + 2] for at in range(0, len(sides), 2)]
    whole = [*[(0, 0)] * (np.ndim(x) - len(pairs)), *reversed(pairs)]
    return tensor(np.pad(x, whole, constant_values=value))


def _batch_norm(x: Any, mean: Any, var: Any, weight: Any, bias: Any, *, eps: float) -> Tensor:
    return _run("BatchNormalization", x, weight, bias, mean, var, epsilon=eps)


def _response_norm(x: Any, size: int, *, alpha: float, beta: float, k: float) -> Tensor:
    return _run("LRN", x, size=size, alpha=alpha, beta=beta, bias=k)


def modules() -> dict[str, ModuleType]:
    """The modules that scripts import, by name."""
    functional: dict[str, Any] = {
        "batch_norm": _batch_norm,
        "gelu": lambda x: tensor(x * special.ndtr(x)),
        "hardswish": lambda x: x * np.clip(x + 3, 0, 6) / 6,
        "local_response_norm": _response_norm,
        "log_softmax": lambda x, *, dim: _run("LogSoftmax", x, axis=dim),
        "mish": lambda x: x * np.tanh(np.log1p(np.exp(x))),
        "pad": _pad,
        "relu": lambda x: np.maximum(x, 0),
        "softmax": lambda x, *, dim: _run("Softmax", x, axis=dim),
        "softplus": lambda x: np.log1p(np.exp(x)),
    }
    for rank in (1, 2, 3):
        functional |= {f"conv{rank}d": _convolve, f"max_pool{rank}d": _pool_max, f"avg_pool{rank}d": _pool_mean}
    torch: dict[str, Any] = {
        "cat": lambda parts, *, dim: tensor(np.concatenate(parts, dim)),
        "clamp": np.clip,
        "einsum": lambda equation, *parts: tensor(np.einsum(equation, *parts)),
        "erf": lambda x: tensor(special.erf(x)),
        "float64": np.float64,
        "from_numpy": tensor,
        "tensor": tensor,
        "where": lambda condition, one, other: tensor(np.where(condition, one, other)),
        "zeros": lambda shape, *, dtype: tensor(np.zeros(shape, dtype)),
        **{name: getattr(np, name) for name in ("abs", "exp", "expm1", "log", "sqrt", "tanh")},
    }
    torch["nn"] = SimpleNamespace(functional=SimpleNamespace(**functional))
    return {
        name: _module(name, entries)
        for name, entries in (("torch", torch), ("torch.nn", {}), ("torch.nn.functional", functional))
    }


def _module(name: str, entries: dict[str, Any]) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(entries)
    return module
