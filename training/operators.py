"""What each PyTorch operation is in ONNX: one `Operator` per module or function, nothing merged, nothing computed."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.layers import PaddedConv2d


@dataclass(frozen=True)
class Operator:
    """One ONNX operator: its type, its attributes, and its constant inputs by role, in ONNX's order."""

    op_type: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    constants: Mapping[str, Tensor] = field(default_factory=dict)


def _pair(value: int | tuple[int, int]) -> list[int]:
    return [value, value] if isinstance(value, int) else list(value)


def _weights(module: nn.Module, *roles: str) -> dict[str, Tensor]:
    return {role: tensor for role in roles if (tensor := getattr(module, role)) is not None}


def _conv(module: nn.Conv2d) -> Operator:
    if isinstance(module.padding, str) or module.padding_mode != "zeros":
        raise ValueError("only a padding of zeros given in numbers can be exported")
    pads = module.pads if isinstance(module, PaddedConv2d) else [*module.padding, *module.padding]
    attributes = {
        "kernel_shape": list(module.kernel_size),
        "strides": list(module.stride),
        "pads": list(pads),
        "dilations": list(module.dilation),
        "group": module.groups,
    }
    return Operator("Conv", attributes, _weights(module, "weight", "bias"))


def _batch_norm(module: nn.BatchNorm2d) -> Operator:
    if not (module.affine and module.track_running_stats):
        raise ValueError("only a batch normalisation with weight, bias and running statistics can be exported")
    weights = _weights(module, "weight", "bias", "running_mean", "running_var")
    return Operator("BatchNormalization", {"epsilon": module.eps}, weights)


def _linear(module: nn.Linear) -> Operator:
    return Operator("Gemm", {"transB": 1}, _weights(module, "weight", "bias"))


def _window(module: nn.MaxPool2d | nn.AvgPool2d) -> dict[str, Any]:
    return {
        "kernel_shape": _pair(module.kernel_size),
        "strides": _pair(module.stride),
        "pads": _pair(module.padding) * 2,
        "ceil_mode": int(module.ceil_mode),
    }


def _max_pool(module: nn.MaxPool2d) -> Operator:
    return Operator("MaxPool", _window(module) | {"dilations": _pair(module.dilation)})


def _average_pool(module: nn.AvgPool2d) -> Operator:
    if module.divisor_override is not None:
        raise ValueError("an average with a divisor of its own can't be exported")
    return Operator("AveragePool", _window(module) | {"count_include_pad": int(module.count_include_pad)})


def _global_average_pool(module: nn.AdaptiveAvgPool2d) -> Operator:
    if module.output_size not in (1, (1, 1)):
        raise ValueError("only adaptive pooling to one value per channel can be exported")
    return Operator("GlobalAveragePool")


def _local_response_norm(module: nn.LocalResponseNorm) -> Operator:
    # An even window leans to one side in PyTorch and to the other in ONNX.
    if module.size % 2 == 0:
        raise ValueError("only local response normalisation over an odd number of channels can be exported")
    numbers = {"alpha": module.alpha, "beta": module.beta, "bias": module.k}
    return Operator("LRN", {"size": module.size} | {name: float(number) for name, number in numbers.items()})


def _flatten(module: nn.Flatten) -> Operator:
    if (module.start_dim, module.end_dim) != (1, -1):
        raise ValueError("only flattening everything but the batch can be exported")
    return Operator("Flatten", {"axis": 1})


def _relu6(_: nn.ReLU6) -> Operator:
    return Operator("Clip", constants={"min": torch.tensor(0.0), "max": torch.tensor(6.0)})


MODULES: dict[type[nn.Module], Callable[[Any], Operator]] = {
    nn.Conv2d: _conv,
    PaddedConv2d: _conv,
    nn.BatchNorm2d: _batch_norm,
    nn.ReLU: lambda _: Operator("Relu"),
    nn.ReLU6: _relu6,
    nn.Tanh: lambda _: Operator("Tanh"),
    nn.Sigmoid: lambda _: Operator("Sigmoid"),
    nn.MaxPool2d: _max_pool,
    nn.AvgPool2d: _average_pool,
    nn.AdaptiveAvgPool2d: _global_average_pool,
    nn.LocalResponseNorm: _local_response_norm,
    nn.Linear: _linear,
    nn.Dropout: lambda module: Operator("Dropout", constants={"ratio": torch.tensor(module.p)}),
    nn.Flatten: _flatten,
    nn.Softmax: lambda module: Operator("Softmax", {"axis": module.dim}),
}


def _as(kind: type[nn.Module]) -> Callable[..., Operator]:
    """The function whose arguments after the first are those of a module."""
    return lambda *args, **kwargs: MODULES[kind](kind(*args, **kwargs))


# A function, or the name of a tensor's method, and the operator for its arguments that are not tensors.
FUNCTIONS: dict[Callable[..., Any] | str, Callable[..., Operator]] = {
    torch.relu: _as(nn.ReLU),
    functional.relu: _as(nn.ReLU),
    "relu": _as(nn.ReLU),
    functional.relu6: _as(nn.ReLU6),
    torch.tanh: _as(nn.Tanh),
    torch.sigmoid: _as(nn.Sigmoid),
    functional.max_pool2d: _as(nn.MaxPool2d),
    functional.avg_pool2d: _as(nn.AvgPool2d),
    functional.adaptive_avg_pool2d: _as(nn.AdaptiveAvgPool2d),
    functional.local_response_norm: _as(nn.LocalResponseNorm),
    functional.dropout: lambda p=0.5, **_: MODULES[nn.Dropout](nn.Dropout(p)),
    functional.softmax: lambda dim, **_: MODULES[nn.Softmax](nn.Softmax(dim)),
    torch.softmax: _as(nn.Softmax),
    torch.flatten: lambda start_dim=0, end_dim=-1: _flatten(nn.Flatten(start_dim, end_dim)),
    "flatten": lambda start_dim=0, end_dim=-1: _flatten(nn.Flatten(start_dim, end_dim)),
    torch.add: lambda: Operator("Add"),
    operator.add: lambda: Operator("Add"),
    operator.iadd: lambda: Operator("Add"),
    torch.cat: lambda dim=0: Operator("Concat", {"axis": dim}),
}
