"""What a PyTorch user would write: VGG-16 with a forward hook on every module that keeps its output."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import NodeProto, numpy_helper
from torch import nn


def hooked(model: onnx.ModelProto, tensor: npt.NDArray[np.float32]) -> Callable[[], dict[str, torch.Tensor]]:
    """The network as torch modules with the same weights; each call runs it and returns every module's output."""
    net = modules(model)
    kept: dict[str, torch.Tensor] = {}
    for name, module in net.named_children():
        module.register_forward_hook(lambda _, __, output, name=name: kept.__setitem__(name, output))
    fed = torch.from_numpy(tensor)

    def run() -> dict[str, torch.Tensor]:
        kept.clear()
        with torch.inference_mode():
            net(fed)
        return kept

    return run


def modules(model: onnx.ModelProto) -> nn.Sequential:
    """The network as torch modules in a row, with the same weights and names."""
    weights = {
        tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy()) for tensor in model.graph.initializer
    }
    net = nn.Sequential()
    for node in model.graph.node:
        net.add_module(node.name, _module(node, weights))
    return net.eval()


def _module(node: NodeProto, weights: dict[str, torch.Tensor]) -> nn.Module:
    match node.op_type:
        case "Conv":
            return _with(nn.Conv2d(*weights[node.input[1]].shape[1::-1], 3, padding=1), node, weights)
        case "Gemm":
            return _with(nn.Linear(*weights[node.input[1]].shape[::-1]), node, weights)
        case "Relu":
            return nn.ReLU()
        case "MaxPool":
            return nn.MaxPool2d(2)
        case "Flatten":
            return nn.Flatten()
        case "Softmax":
            return nn.Softmax(dim=1)
    raise ValueError(node.op_type)


def _with(module: nn.Conv2d | nn.Linear, node: NodeProto, weights: dict[str, torch.Tensor]) -> nn.Module:
    module.weight = nn.Parameter(weights[node.input[1]])
    module.bias = nn.Parameter(weights[node.input[2]])
    return module
