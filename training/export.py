"""From a PyTorch module to ONNX: one node per operation, named as a person would name the layer.

PyTorch's own exporter decomposes, folds and renames; here the graph stays the one that was written.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import fx, nn

from training.operators import FUNCTIONS, MODULES

OPSET = 17
IR_VERSION = 8


class LayerTracer(fx.Tracer):
    """Records what a module does, down to the modules that are one ONNX operator each."""

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return type(m) in MODULES or isinstance(m, nn.Identity)


class _Writer:
    """Writes traced operations one by one; `values` says what each one's result is called in ONNX."""

    def __init__(self, module: nn.Module, without_weights: bool) -> None:
        self.module = module
        self.without_weights = without_weights
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: dict[str, onnx.TensorProto] = {}
        self.values: dict[fx.Node, str] = {}
        self._uses: Counter[str] = Counter()

    def write(self, node: fx.Node) -> None:
        """Append one operation; an `nn.Identity` leaves no trace."""
        tensors, options = _split(node.args)
        if node.op == "call_module":
            module = self.module.get_submodule(str(node.target))
            if isinstance(module, nn.Identity):
                self.values[node] = self.values[tensors[0]]
                return
            operator = MODULES[type(module)](module)
            layer = layer_name(str(node.target))
            name = self._unique(layer)
        elif node.target in FUNCTIONS:
            operator = FUNCTIONS[node.target](*options, **node.kwargs)
            layer = name = self._unique(_join(_scope(node), operator.op_type.lower()))
        else:
            raise ValueError(f"{node.target} is no operation that can be exported")
        constants = {f"{layer}.{role}": tensor for role, tensor in operator.constants.items()}
        for constant, tensor in constants.items():
            self.initializers[constant] = self._initializer(constant, tensor)
        inputs = [*(self.values[tensor] for tensor in tensors), *constants]
        self.nodes.append(helper.make_node(operator.op_type, inputs, [name], name, **operator.attributes))
        self.values[node] = name

    def rename(self, value: str, name: str) -> None:
        """Call a result something else wherever it is written or read."""
        for node in self.nodes:
            node.input[:] = [name if value == given else given for given in node.input]
            node.output[:] = [name if value == given else given for given in node.output]

    def _initializer(self, name: str, tensor: torch.Tensor) -> onnx.TensorProto:
        """A constant with its numbers; without weights only lone numbers keep theirs, for they are settings."""
        if self.without_weights and tensor.ndim:
            # stored elsewhere, and nowhere: what ONNX has for a tensor of known shape and unknown numbers
            kept = TensorProto.EXTERNAL
            return onnx.TensorProto(name=name, dims=tensor.shape, data_type=TensorProto.FLOAT, data_location=kept)
        return numpy_helper.from_array(tensor.detach().cpu().numpy(), name)

    def _unique(self, layer: str) -> str:
        """The first use of a layer has its name; the next ones add _2, _3 ..."""
        self._uses[layer] += 1
        return layer if self._uses[layer] == 1 else f"{layer}_{self._uses[layer]}"


def layer_name(path: str) -> str:
    """A module's path as a layer's name: `fire2.squeeze1x1` is `fire2/squeeze1x1`, block and layer.

    Raises:
        ValueError: the last part is a bare number, as an unnamed layer of an `nn.Sequential` has.
    """
    scope, _, layer = path.rpartition(".")
    if layer.isdigit():
        raise ValueError(f"the layer {path} has a number for a name")
    return _join(scope, layer)


def _join(scope: str, layer: str) -> str:
    return f"{scope}/{layer}" if scope else layer


def _scope(node: fx.Node) -> str:
    """The path of the module whose `forward` called a function."""
    callers = [path for path, _ in node.meta.get("nn_module_stack", {}).values()]
    return callers[-1] if callers else ""


def _split(args: Iterable[Any]) -> tuple[list[fx.Node], list[Any]]:
    """The tensors among an operation's arguments, lists of them opened, and the other arguments."""
    tensors: list[fx.Node] = []
    options = []
    for arg in args:
        if isinstance(arg, fx.Node):
            tensors.append(arg)
        elif isinstance(arg, list | tuple) and any(isinstance(item, fx.Node) for item in arg):
            tensors.extend(arg)
        else:
            options.append(arg)
    return tensors, options


def export(
    module: nn.Module,
    input_shape: tuple[int, ...],
    *,
    name: str = "network",
    output: str = "probabilities",
    without_weights: bool = False,
) -> onnx.ModelProto:
    """The module as an ONNX graph, checked, with every value's shape in it and the batch axis free ("N").

    Args:
        module: in evaluation mode, float32, one tensor in, one tensor out. Without weights, it may be on "meta".
        input_shape: of one picture, without the batch axis, as (3, 227, 227).
        name: of the graph.
        output: of the result; the other values have the name of the layer that made them, the picture is "input".
        without_weights: omit the values of the weights; the graph keeps their shapes.

    Returns:
        ONNX of opset 17, weights as raw float32 named `<layer>.weight`, `<layer>.bias` ...

    Raises:
        ValueError: the module is in training mode, or an operation or one of its settings has no ONNX counterpart here.
    """
    if module.training:
        raise ValueError("only a module in evaluation mode can be exported")
    writer = _Writer(module, without_weights)
    for node in LayerTracer().trace(module).nodes:
        if node.op == "placeholder":
            writer.values[node] = "input"
        elif node.op == "output":
            writer.rename(writer.values[_split(node.args)[0][0]], output)
        else:
            writer.write(node)
    picture, answer = _batch("input", input_shape), _batch(output, _output_shape(module, input_shape))
    model = _model(helper.make_graph(writer.nodes, name, [picture], [answer], [*writer.initializers.values()]))
    return model if without_weights else _checked(model)


def weights_of(model: onnx.ModelProto) -> dict[str, torch.Tensor]:
    """The weights of an export by their names in the module that it was made of; lone numbers are settings."""
    return {
        weight.name.replace("/", "."): torch.from_numpy(numpy_helper.to_array(weight).copy())
        for weight in model.graph.initializer
        if weight.dims
    }


def _output_shape(module: nn.Module, input_shape: Iterable[int]) -> torch.Size:
    device = next(module.parameters(), torch.empty(0)).device
    with torch.inference_mode():
        answer: torch.Tensor = module(torch.zeros(1, *input_shape, device=device))
    return answer.shape[1:]


def _batch(name: str, shape: Iterable[int]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", *shape])


def _model(graph: onnx.GraphProto) -> onnx.ModelProto:
    opsets = [helper.make_opsetid("", OPSET)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="convscope")


def _checked(model: onnx.ModelProto) -> onnx.ModelProto:
    model = onnx.shape_inference.infer_shapes(model, strict_mode=True)
    onnx.checker.check_model(model, full_check=True)
    return model
