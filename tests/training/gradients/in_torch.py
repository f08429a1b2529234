"""ONNX networks run by PyTorch, for its autograd: each operator as torch.nn.functional has it."""

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  # its customary name

from tests.training.gradients.functions import FUNCTIONS
from tests.training.gradients.quantisation import dequantized, quantized
from tests.training.gradients.rectifiers import RECTIFIERS


class InTorch:
    """A network of version 9 or newer, run in the precision of its picture. `values` holds what the last run made.

    `relu` is the rule of rectifiers. With `seen`, values of another run of the same picture, what is rectified or
    clipped there is here, and maxima are where they are there: so rounding does not decide between the two sides of a
    kink, where the gradient jumps.
    """

    def __init__(self, model: onnx.ModelProto, relu: str = "exact", seen: Mapping[str, Tensor] | None = None) -> None:
        self._graph = model.graph
        self._relu = relu
        self._seen = seen or {}
        self._weights = {tensor.name: _tensor(tensor) for tensor in model.graph.initializer}
        self.values: dict[str, Tensor] = {}

    def __call__(self, x: Tensor) -> Tensor:
        self.values = {name: w.to(x.dtype) if w.is_floating_point() else w for name, w in self._weights.items()}
        self.values[next(i.name for i in self._graph.input if i.name not in self._weights)] = x
        for node in self._graph.node:
            settings = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
            inputs = [self.values[name] if name else None for name in node.input]
            made = self._made(node, inputs, settings)
            self.values.update(zip(node.output, made if isinstance(made, list | tuple) else (made,), strict=False))
        return self.values[self._graph.output[0].name]

    def _made(self, node: onnx.NodeProto, inputs: list[Any], settings: Mapping[str, Any]) -> Any:
        bounds = {"Relu": [0, None], "Clip": [*inputs[1:], None, None][:2]}.get(node.op_type)
        if bounds and (self._seen or self._relu != "exact"):
            there = self._seen.get(node.output[0])
            return _clipped(inputs[0], *bounds, self._relu if bounds[0] == 0 else "exact", there)
        if node.op_type == "MaxPool" and node.input[0] in self._seen:
            return _max_pool(inputs, settings, self._seen[node.input[0]].to(inputs[0].dtype))
        return OPERATORS[node.op_type](inputs, settings)


def _clipped(x: Tensor, low: Any, high: Any, relu: str, there: Tensor | None) -> Tensor:
    y = x.clamp(low, high)
    told = y if there is None else there
    passing = torch.ones_like(x, dtype=torch.bool)
    for bound, inside in ((low, torch.gt), (high, torch.lt)):
        passing = passing if bound is None else passing & inside(told, bound)
    return torch.where(passing, x, y.detach()) if relu == "exact" else RECTIFIERS[relu](x, y, passing)


def _tensor(tensor: onnx.TensorProto) -> Tensor:
    return torch.from_numpy(numpy_helper.to_array(tensor).copy())


def _padded(x: Tensor, settings: Mapping[str, Any], value: float = 0) -> Tensor:
    top, left, bottom, right = settings.get("pads", [0, 0, 0, 0])
    return F.pad(x, (left, right, top, bottom), value=value) if any((top, left, bottom, right)) else x


def _space(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {"stride": settings.get("strides", [1, 1]), "dilation": settings.get("dilations", [1, 1])}


def _even(settings: Mapping[str, Any]) -> tuple[int, int]:
    top, left, bottom, right = settings.get("pads", [0, 0, 0, 0])
    assert (top, left) == (bottom, right), "PyTorch pads both sides alike here"
    return top, left


def _conv(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    x, weights, bias = [*inputs, None][:3]
    pads = settings.get("pads", [0, 0, 0, 0])
    even = pads[:2] == pads[2:]
    x = x if even else _padded(x, settings)
    padding = _even(settings) if even else 0
    return F.conv2d(x, weights, bias, padding=padding, groups=settings.get("group", 1), **_space(settings))


def _conv_transpose(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    more = {"padding": _even(settings), "output_padding": settings.get("output_padding", [0, 0])}
    return F.conv_transpose2d(*inputs, groups=settings.get("group", 1), **more, **_space(settings))


def _max_pool(inputs: list[Any], settings: Mapping[str, Any], there: Tensor | None = None) -> Tensor:
    x, told = inputs[0], there
    more = {"ceil_mode": bool(settings.get("ceil_mode", 0)), **_space(settings)}
    pads = settings.get("pads", [0, 0, 0, 0])
    if pads[:2] == pads[2:]:
        more["padding"] = _even(settings)
    else:  # PyTorch pads both sides alike
        x = _padded(x, settings, -torch.inf)
        told = None if there is None else _padded(there, settings, -torch.inf)
    if told is None:
        return F.max_pool2d(x, settings["kernel_shape"], **more)
    _, where = F.max_pool2d(told, settings["kernel_shape"], return_indices=True, **more)
    return x.flatten(2).gather(2, where.flatten(2)).reshape(where.shape)


def _average_pool(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    pads = settings.get("pads", [0, 0, 0, 0])
    if pads[:2] != pads[2:]:  # PyTorch pads both sides alike
        assert not settings.get("count_include_pad", 0)
        x, ones = (_padded(each, settings) for each in (inputs[0], torch.ones_like(inputs[0])))
        whole = {name: value for name, value in settings.items() if name != "pads"}
        return _average_pool([x], whole) / _average_pool([ones], whole)
    return F.avg_pool2d(
        inputs[0], settings["kernel_shape"], settings.get("strides", [1, 1]), _even(settings),
        bool(settings.get("ceil_mode", 0)), bool(settings.get("count_include_pad", 0)),
    )  # fmt: skip


def _gemm(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    a, b = (x.T if settings.get(turn, 0) else x for x, turn in zip(inputs, ("transA", "transB"), strict=False))
    product = settings.get("alpha", 1.0) * (a @ b)
    return product + settings.get("beta", 1.0) * inputs[2] if len(inputs) > 2 else product


def _batch_norm(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    x, scale, bias, mean, variance = inputs
    return F.batch_norm(x, mean, variance, scale, bias, eps=settings.get("epsilon", 1e-5))


def _instance_norm(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    x, scale, bias = inputs
    return F.instance_norm(x, weight=scale, bias=bias, eps=settings.get("epsilon", 1e-5))


def _group_norm(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    """Of a version before 21, where each group has one scale; in PyTorch each channel has one."""
    x, groups = inputs[0], settings["num_groups"]
    scale, bias = (each.repeat_interleave(x.shape[1] // groups) for each in inputs[1:])
    return F.group_norm(x, groups, scale, bias, settings.get("epsilon", 1e-5))


def _layer_norm(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    x, scale, bias = [*inputs, None][:3]
    shape = x.shape[settings.get("axis", -1) :]
    return F.layer_norm(x, list(shape), scale, bias, settings.get("epsilon", 1e-5))


def _depth_to_space(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    """PyTorch shuffles pixels as the mode CRD does; DCR has the channels within a cell of the block."""
    x, block = inputs[0], settings["blocksize"]
    if settings.get("mode", b"DCR") == b"DCR":
        x = x.unflatten(1, (block * block, -1)).transpose(1, 2).flatten(1, 2)
    return F.pixel_shuffle(x, block)


def _space_to_depth(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    block = settings["blocksize"]
    return F.pixel_unshuffle(inputs[0], block).unflatten(1, (-1, block * block)).transpose(1, 2).flatten(1, 2)


def _gather(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    x, indices = inputs
    axis = settings.get("axis", 0) % x.dim()
    return x.index_select(axis, indices.reshape(-1) % x.shape[axis]).unflatten(axis, indices.shape)


def _expand(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    """The first axis of the shape is 1, whatever the number of pictures."""
    return inputs[0].expand(len(inputs[0]), *inputs[1].tolist()[1:])


def _clip(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    x, low, high = [*inputs, None, None][:3]
    return F.hardtanh(x, float(low), float(high)) if low is not None and high is not None else x.clamp(low, high)


def _resize(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    scales = inputs[2][2:].tolist()
    linear = settings["mode"] == b"linear"
    return F.interpolate(inputs[0], scale_factor=scales, mode="bilinear" if linear else "nearest")


def _lrn(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    return F.local_response_norm(inputs[0], settings["size"], settings["alpha"], settings["beta"], settings["bias"])


def _pad(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    pads, rank = inputs[1].tolist(), inputs[0].dim()
    flat = [pads[axis + end * rank] for axis in reversed(range(rank)) for end in (0, 1)]
    mode = settings.get("mode", b"constant").decode()
    return F.pad(inputs[0], flat if mode == "constant" else flat[:4], "replicate" if mode == "edge" else mode)


def _slice(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    x, starts, ends, axes, steps = inputs
    cuts = [slice(None)] * x.dim()
    for start, end, axis, step in zip(*(part.tolist() for part in (starts, ends, axes, steps)), strict=True):
        cuts[axis] = slice(start, end, step)
    return x[tuple(cuts)]


def _mean(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    return inputs[0].mean(dim=inputs[1].tolist(), keepdim=bool(settings.get("keepdims", 1)))


def _reshape(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    x, target = inputs[0], inputs[1].tolist()
    if -1 not in target and prod(target) != x.numel():  # written for one picture
        target[0] = len(x)
    return x.reshape(target)


def _unsqueeze(inputs: list[Any], settings: Mapping[str, Any]) -> Tensor:
    """With axes that rise, as an attribute before version 13."""
    x, *given = inputs
    for axis in given[0].tolist() if given else settings["axes"]:
        x = x.unsqueeze(axis)
    return x


OPERATORS: dict[str, Callable[[list[Any], Mapping[str, Any]], Any]] = {
    "Abs": lambda i, s: i[0].abs(),
    "Add": lambda i, s: i[0] + i[1],
    "And": lambda i, s: i[0] & i[1],
    "AveragePool": _average_pool,
    "BatchNormalization": _batch_norm,
    "Clip": _clip,
    "Concat": lambda i, s: torch.cat(i, dim=s["axis"]),
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "DepthToSpace": _depth_to_space,
    "DequantizeLinear": dequantized,
    "Div": lambda i, s: i[0] / i[1],
    "Dropout": lambda i, s: i[0],
    "Elu": lambda i, s: F.elu(i[0], s.get("alpha", 1.0)),
    "Equal": lambda i, s: i[0] == i[1],
    "Erf": lambda i, s: i[0].erf(),
    "Exp": lambda i, s: i[0].exp(),
    "Expand": _expand,
    "Flatten": lambda i, s: i[0].flatten(1),
    "Gather": _gather,
    "Gelu": lambda i, s: F.gelu(i[0], approximate=s.get("approximate", b"none").decode()),
    "Gemm": _gemm,
    "GlobalAveragePool": lambda i, s: i[0].mean(dim=(2, 3), keepdim=True),
    "GlobalMaxPool": lambda i, s: F.adaptive_max_pool2d(i[0], 1),
    "Greater": lambda i, s: i[0] > i[1],
    "GreaterOrEqual": lambda i, s: i[0] >= i[1],
    "GroupNormalization": _group_norm,
    "HardSigmoid": lambda i, s: F.hardsigmoid(i[0]),
    "HardSwish": lambda i, s: F.hardswish(i[0]),
    "Identity": lambda i, s: i[0],
    "InstanceNormalization": _instance_norm,
    "LRN": _lrn,
    "LayerNormalization": _layer_norm,
    "LeakyRelu": lambda i, s: F.leaky_relu(i[0], s.get("alpha", 0.01)),
    "Less": lambda i, s: i[0] < i[1],
    "LessOrEqual": lambda i, s: i[0] <= i[1],
    "Log": lambda i, s: i[0].log(),
    "LogSoftmax": lambda i, s: i[0].log_softmax(s.get("axis", -1)),
    "MatMul": lambda i, s: i[0] @ i[1],
    "MaxPool": _max_pool,
    "Mul": lambda i, s: i[0] * i[1],
    "Neg": lambda i, s: -i[0],
    "Not": lambda i, s: ~i[0],
    "Or": lambda i, s: i[0] | i[1],
    "PRelu": lambda i, s: F.prelu(i[0], i[1].reshape(-1)),
    "Pad": _pad,
    "Pow": lambda i, s: i[0] ** i[1],
    "QuantizeLinear": quantized,
    "Reciprocal": lambda i, s: i[0].reciprocal(),
    "ReduceMax": lambda i, s: i[0].amax(dim=i[1].tolist(), keepdim=bool(s.get("keepdims", 1))),
    "ReduceMean": _mean,
    "ReduceMin": lambda i, s: i[0].amin(dim=i[1].tolist(), keepdim=bool(s.get("keepdims", 1))),
    "ReduceSum": lambda i, s: i[0].sum(dim=i[1].tolist(), keepdim=bool(s.get("keepdims", 1))),
    "Relu": lambda i, s: i[0].relu(),
    "Reshape": _reshape,
    "Resize": _resize,
    "Sigmoid": lambda i, s: i[0].sigmoid(),
    "Slice": _slice,
    "Softmax": lambda i, s: i[0].softmax(s.get("axis", -1)),
    "Softplus": lambda i, s: F.softplus(i[0]),
    "SpaceToDepth": _space_to_depth,
    "Split": lambda i, s: i[0].split(i[1].tolist(), dim=s["axis"]),
    "Sqrt": lambda i, s: i[0].sqrt(),
    "Squeeze": lambda i, s: i[0].squeeze(i[1].tolist()),
    "Sub": lambda i, s: i[0] - i[1],
    "Sum": lambda i, s: sum(i),
    "Tanh": lambda i, s: i[0].tanh(),
    "Transpose": lambda i, s: i[0].permute(s["perm"]),
    "Unsqueeze": _unsqueeze,
    "Where": lambda i, s: torch.where(*i),
} | FUNCTIONS
