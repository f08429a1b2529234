"""A network as data, read from an ONNX file: layers, edges, shapes, parameters, MACs and receptive fields."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from onnx import ModelProto

from app.errors import ConvScopeError, NetworkError, UnknownLayer
from app.nets.head import Head, HeadKind, find_head
from app.nets.layer import INPUT, Box, Layer
from app.nets.preprocessing.input_tensor import InputTensor
from app.nets.reading.constants import Constants
from app.nets.reading.counts import count_depth, count_parameters, is_weighted
from app.nets.reading.layers import PASSED_THROUGH, LayerGraph, read_layers
from app.nets.reading.model_file import ModelFile, Weight, inline_tensors
from app.nets.reading.operators import Operator, OperatorGraph, read_operators
from app.nets.reading.receptive_fields import LayerInput, receptive_box
from app.nets.reading.remarks import remarks_on
from app.nets.reading.roles import ROLES
from app.nets.reading.shapes.shape_inference import InferShapes, infer_shapes


@dataclass(frozen=True, slots=True)
class Graph:
    """A network as data. `layers` are in topological order; `edges` are pairs of layer ids, from "input" for the input.

    `head` is what its output is, and the layers of its logits and its output; `outputs` are all outputs, each as the
    layer that computes it with the name and the shape of the output.
    `weight_bytes` is the size of the trained constants, `activation_bytes` that of all layers' outputs for one input.
    `params`, `macs` and `depth` are counted as in `app.nets.reading.counts`; a shared weight counts once.
    `layer_of` is the layer that each ONNX value comes from; `operators` are those of the file. `remarks` say what of it
    is not as one would think.
    """

    input: InputTensor
    layers: tuple[Layer, ...]
    by_id: Mapping[str, Layer]
    edges: tuple[tuple[str, str], ...]
    head: Head
    outputs: tuple[Layer, ...]
    params: int
    macs: int
    depth: int
    weight_bytes: int
    activation_bytes: int
    layer_inputs: Mapping[str, Sequence[LayerInput]]
    layer_of: Mapping[str, str]
    operators: OperatorGraph
    remarks: tuple[str, ...]

    @property
    def logits(self) -> Layer:
        """The layer before the final activation, or the output layer if the file has none."""
        return self.head.logits

    @property
    def scores(self) -> Layer:
        """The output layer."""
        return self.head.output

    @property
    def last_map(self) -> Layer | None:
        """The last layer that has maps."""
        return next((layer for layer in reversed(self.layers) if layer.has_maps), None)

    def operator_of(self, layer: Layer) -> Operator:
        """The operator of the file that computes a layer."""
        return self._maker(layer.output)

    def is_output(self, value: str) -> bool:
        """Whether an ONNX value is the output of its layer, or the input, as it is or passed on.

        A further output, such as the second part of a Split, is not.
        """
        source = self.layer_of.get(value, "")
        main = self.input.name if source == INPUT else self.by_id[source].output if source in self.by_id else None
        while main is not None and value != main:
            operator = self._maker(value)
            if operator.op not in PASSED_THROUGH:
                return False
            value = operator.inputs[0]
        return main is not None

    def reads_outputs(self, layer: Layer) -> bool:
        """Whether all that a layer reads of others, or of the input, is their output."""
        return all(map(self.is_output, self.operators.input_dependent.intersection(self.operator_of(layer).inputs)))

    def _maker(self, value: str) -> Operator:
        return next(each for each in self.operators.operators if value in each.outputs)

    def weight_values(self, layer: Layer) -> dict[str, str]:
        """The ONNX values of a layer's trained constants as its operator reads them, by role as in `Layer.weights`."""
        operator, values = self.operator_of(layer), {}
        for name, value in zip(ROLES.get(operator.op, ()), operator.inputs, strict=False):
            role = name if name in layer.weights else f"fixed {name}"
            if role in layer.weights and value not in self.operators.input_dependent:
                values[role] = value
        return values

    def box(self, layer: str, y: int, x: int) -> Box:
        """The input pixels in the receptive field of a layer's cell (y, x): (0, 0) for a layer of shape (N,).

        Raises:
            UnknownLayer: there is no such layer.
            IndexError: the layer has no such cell.
        """
        if layer not in self.by_id:
            raise UnknownLayer("The network has no such layer.", known=list(self.by_id))
        if not self.by_id[layer].has_cell(y, x):
            raise IndexError("no such cell")
        if not self.by_id[layer].moves_over_input:
            y = x = 0
        sizes = {INPUT: self.input.shape[1:]} | {known.id: known.map_size for known in self.layers}
        sizes |= {known.id: (1, 1) for known in self.layers if not known.moves_over_input}
        return receptive_box(self.layer_inputs, sizes, layer, (y, x))


def read_file_graph(
    file: ModelFile, size: tuple[int, int], head_kind: HeadKind | None = None, infer: InferShapes = infer_shapes
) -> Graph:
    """The graph of a file for images of `size`, as `read_graph` reads it, with the remarks on the file."""
    graph = read_graph(file.model, size, file.tensors, head_kind, infer)
    return replace(graph, remarks=(*file.remarks, *graph.remarks))


def read_graph(
    model: ModelProto,
    size: tuple[int, int] | None = None,
    tensors: Mapping[str, Weight] | None = None,
    head_kind: HeadKind | None = None,
    infer: InferShapes = infer_shapes,
) -> Graph:
    """Read a network's graph for inputs of `size` (height, width), or of the size that the file fixes.

    The weights are not needed. With `tensors`, or where the model contains them, a normalisation's scale of 1 and bias
    of 0 are recognised as not learned. `head_kind` is what the card says of the output; `infer` infers shapes.

    Raises:
        NetworkError: the network does not map one image to one output, or `size` contradicts the file.
    """
    try:
        operators = read_operators(model, size, infer)
        table = read_layers(operators, Constants(model, inline_tensors(model) if tensors is None else tensors))
        head = find_head(operators, table, head_kind)
    except ConvScopeError:
        raise
    except Exception as error:  # a file may give any operator attributes of any type and length, and names of any bytes
        raise NetworkError("The attributes or the name of one of the network's operators do not fit it.") from error
    return _graph(operators, table, head)


def _graph(operators: OperatorGraph, table: LayerGraph, head: Head) -> Graph:
    return Graph(
        input=_input_tensor(operators),
        layers=table.layers,
        by_id=MappingProxyType({layer.id: layer for layer in table.layers}),
        edges=tuple((source, layer.id) for layer in table.layers for source in layer.inputs),
        head=head,
        outputs=table.outputs,
        params=_parameters(operators, table.layers),
        macs=sum(layer.macs for layer in table.layers),
        depth=count_depth((layer.id, layer.inputs, is_weighted(layer.op, layer.weights)) for layer in table.layers),
        weight_bytes=_bytes(operators, {name for layer in table.layers for name in layer.weights.values()}),
        activation_bytes=_activation_bytes(operators, table.layers),
        layer_inputs=table.layer_inputs,
        layer_of=table.layer_of,
        operators=operators,
        remarks=(*operators.image.remarks, *remarks_on(table.layers, table.unsized)),
    )


def _input_tensor(operators: OperatorGraph) -> InputTensor:
    image = operators.image
    return InputTensor(
        name=image.name,
        shape=(image.channels, image.height, image.width),
        dtype=operators.values[image.name].dtype,
        layout=image.layout,
        batch=image.batch,
        depth=image.depth,
        length=image.length or image.height * image.width,
        levels=image.levels,
    )


def _parameters(operators: OperatorGraph, layers: Iterable[Layer]) -> int:
    counts = {name: count for layer in layers for name, count in count_parameters(layer.weights, operators).items()}
    return sum(counts.values())


def _activation_bytes(operators: OperatorGraph, layers: Iterable[Layer]) -> int:
    return sum(math.prod(layer.shape) * operators.values[layer.output].dtype.itemsize for layer in layers)


def _bytes(operators: OperatorGraph, values: Iterable[str]) -> int:
    return sum(math.prod(operators.shape(value)) * operators.values[value].dtype.itemsize for value in values)
