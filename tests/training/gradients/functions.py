"""Functions, norms and indexing in PyTorch, by the names of ONNX's operators."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  # its customary name


def _over(inputs: list[Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    return {"dim": inputs[1].tolist(), "keepdim": bool(settings.get("keepdims", 1))}


def _cumulative_sum(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    x, axis = inputs[0], int(inputs[1])
    ordered = x.flip(axis) if settings.get("reverse", 0) else x
    total = ordered.cumsum(axis)
    total = total - ordered if settings.get("exclusive", 0) else total
    return total.flip(axis) if settings.get("reverse", 0) else total


def _rms_norm(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    x, scale = inputs
    return F.rms_norm(x, list(x.shape[settings.get("axis", -1) :]), scale, settings.get("epsilon", 1e-5))


def _top_k(inputs: list[Any], settings: Mapping[str, Any]) -> tuple[Tensor, Tensor]:
    return torch.topk(inputs[0], int(inputs[1]), settings.get("axis", -1), bool(settings.get("largest", 1)))


def _gather_nd(inputs: list[Any], _: Mapping[str, Any]) -> Tensor:
    return inputs[0][tuple(inputs[1].unbind(-1))]


def _scatter_nd(inputs: list[Any], _: Mapping[str, Any]) -> Tensor:
    return inputs[0].index_put(tuple(inputs[1].unbind(-1)), inputs[2])


def _triangle(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    diagonal = int(inputs[1]) if len(inputs) > 1 else 0
    return inputs[0].triu(diagonal) if settings.get("upper", 1) else inputs[0].tril(diagonal)


def _extreme(choose: Callable[[Tensor, Tensor], Tensor], operands: list[Any]) -> Tensor:
    result, *others = operands
    for other in others:
        result = choose(result, other)
    return result


FUNCTIONS: dict[str, Callable[[list[Any], Mapping[str, Any]], Any]] = {
    **{
        name: lambda i, s, name=name: getattr(torch, name.lower())(i[0])
        for name in (
            "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Ceil", "Cos", "Cosh", "Floor", "Round", "Sign", "Sin",
            "Sinh", "Tan",
        )
    },
    "Cast": lambda i, s: i[0].float(),
    "Celu": lambda i, s: F.celu(i[0], s.get("alpha", 1.0)),
    "CumSum": _cumulative_sum,
    "Einsum": lambda i, s: torch.einsum(s["equation"].decode(), *i),
    "GatherElements": lambda i, s: i[0].gather(s.get("axis", 0), i[1]),
    "GatherND": _gather_nd,
    "LpNormalization": lambda i, s: F.normalize(i[0], s.get("p", 2), s.get("axis", -1)),
    "Max": lambda i, s: _extreme(torch.maximum, i),
    "Mean": lambda i, s: sum(i) / len(i),
    "Min": lambda i, s: _extreme(torch.minimum, i),
    "Mish": lambda i, s: F.mish(i[0]),
    "RMSNormalization": _rms_norm,
    "ReduceL1": lambda i, s: i[0].abs().sum(**_over(i, s)),
    "ReduceL2": lambda i, s: torch.linalg.vector_norm(i[0], **_over(i, s)),
    "ReduceLogSum": lambda i, s: i[0].sum(**_over(i, s)).log(),
    "ReduceLogSumExp": lambda i, s: i[0].logsumexp(**_over(i, s)),
    "ReduceSumSquare": lambda i, s: i[0].square().sum(**_over(i, s)),
    "ScatterElements": lambda i, s: i[0].scatter(s.get("axis", 0), i[1], i[2]),
    "ScatterND": _scatter_nd,
    "Selu": lambda i, s: F.selu(i[0]),
    "Shrink": lambda i, s: F.softshrink(i[0], s["lambd"]) if s.get("bias") else F.hardshrink(i[0], s["lambd"]),
    "Softsign": lambda i, s: F.softsign(i[0]),
    "Swish": lambda i, s: i[0] * torch.sigmoid(s.get("alpha", 1.0) * i[0]),
    "ThresholdedRelu": lambda i, s: F.threshold(i[0], s.get("alpha", 1.0), 0.0),
    "Tile": lambda i, s: i[0].repeat(i[1].tolist()),
    "TopK": _top_k,
    "Trilu": _triangle,
}  # fmt: skip
