"""The size of every tensor that a file states, and of those that its constants ask for: no value is computed."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from onnx import AttributeProto, GraphProto, NodeProto, TensorProto, numpy_helper

from app.errors import NetworkError
from app.nets.reading.model_file import SHAPE_MISMATCH
from app.sandbox.checks.tensors import has_all_elements

MAX_AXES = 32
MAX_LISTED = 64  # numbers in a constant that is a shape
NUMBERS = {TensorProto.INT64, TensorProto.INT32, TensorProto.FLOAT, TensorProto.DOUBLE}  # of shapes, scales and bounds
SIZES = "sizes"
FACTORS = "factors"
PADS = "pads"
# What a node's constant input or attribute asks for: sizes of axes, factors of them, or what is added on both sides.
INPUTS: Mapping[str, tuple[tuple[int, str], ...]] = {
    "AffineGrid": ((1, SIZES),),
    "BlackmanWindow": ((0, SIZES),),
    "CenterCropPad": ((1, SIZES),),
    "Col2Im": ((1, SIZES),),
    "ConstantOfShape": ((0, SIZES),),
    "ConvTransposeWithDynamicPads": ((2, PADS),),
    "CropAndResize": ((3, SIZES),),
    "DFT": ((1, SIZES),),
    "Expand": ((1, SIZES),),
    "HammingWindow": ((0, SIZES),),
    "HannWindow": ((0, SIZES),),
    "MaxUnpool": ((2, SIZES),),
    "MelWeightMatrix": ((0, SIZES), (1, SIZES)),
    "OneHot": ((1, SIZES),),
    "Pad": ((1, PADS),),
    "Reshape": ((1, SIZES),),
    # The second one is of version 10; later it is a part of the image, in shares of it.
    "Resize": ((1, FACTORS), (2, FACTORS), (3, SIZES)),
    "Tile": ((1, FACTORS),),
    "Upsample": ((1, FACTORS),),
}
WINDOW = {"kernel_shape": SIZES, "output_shape": SIZES, "pads": PADS, "output_padding": SIZES, "dilations": SIZES}
ATTRIBUTES: Mapping[str, Mapping[str, str]] = {
    "AveragePool": WINDOW,
    "Col2Im": WINDOW,
    "Conv": WINDOW,
    "ConvInteger": WINDOW,
    "ConvTranspose": {**WINDOW, "strides": FACTORS},
    "ConvTransposeWithDynamicPads": {**WINDOW, "strides": FACTORS},
    "DeformConv": WINDOW,
    "FusedConv": WINDOW,
    "LpPool": WINDOW,
    "MaxPool": WINDOW,
    "MaxRoiPool": {"pooled_shape": SIZES},
    "MaxUnpool": WINDOW,
    "MaxpoolWithMask": WINDOW,
    "Multinomial": {"sample_size": SIZES},
    "NhwcMaxPool": WINDOW,
    "Pad": {"pads": PADS, "paddings": PADS},
    "QLinearAveragePool": WINDOW,
    "QLinearConv": WINDOW,
    "RandomNormal": {"shape": SIZES},
    "RandomUniform": {"shape": SIZES},
    "Reshape": {"shape": SIZES},
    "Upsample": {"scales": FACTORS},
}
# What two attributes ask for together.
PAIRS: Mapping[str, tuple[frozenset[str], str]] = {
    "RoiAlign": (frozenset(("output_height", "output_width")), SIZES),
    "Upsample": (frozenset(("height_scale", "width_scale")), FACTORS),
}


@dataclass(frozen=True, slots=True)
class ExtentLimits:
    """The most elements of one tensor, and the most that a window may span or a factor may multiply on one axis."""

    elements: int = 1 << 28
    side: int = 1 << 16


class Extents:
    """Checks the sizes in a graph and in those inside its nodes."""

    def __init__(self, limits: ExtentLimits) -> None:
        self._limits = limits

    def check_graph(self, graph: GraphProto) -> None:
        """Whether the stated shapes of a graph are possible, its tensors complete and its nodes modest.

        Raises:
            NetworkError: one is not.
        """
        for value in (*graph.input, *graph.output, *graph.value_info):
            stated = (dim.dim_value for dim in value.type.tensor_type.shape.dim)
            self._check_shape([length for length in stated if length > 0], value.name)  # some write -1 for any
        for tensor in graph.initializer:
            self._check_tensor(tensor)
        self.check_nodes(graph.node, graph.initializer)

    def check_nodes(self, nodes: Iterable[NodeProto], initializers: Iterable[TensorProto]) -> None:
        """Whether the constants of nodes are complete, and what they ask for with constants is possible.

        Raises:
            NetworkError: one is not.
        """
        nodes = list(nodes)
        for node in nodes:
            self.check_attributes(node.attribute)
        constants = _small_constants(nodes, initializers)
        for node in nodes:
            if node.op_type == "Split":
                _check_split(node)
            for what, numbers in _requests(node, constants):
                self._check_request(node, what, numbers)

    def check_attributes(self, attributes: Iterable[AttributeProto]) -> None:
        """Whether the tensors of attributes are complete; raises NetworkError if one is not."""
        for attribute in attributes:
            for tensor in (*attribute.tensors, *([attribute.t] if attribute.HasField("t") else [])):
                self._check_tensor(tensor)

    def _check_tensor(self, tensor: TensorProto) -> None:
        elements = self._check_shape(tensor.dims, tensor.name)
        if tensor.data_location != TensorProto.EXTERNAL and not has_all_elements(tensor, elements):
            raise NetworkError(SHAPE_MISMATCH, tensor=tensor.name[:200])

    def _check_shape(self, shape: Sequence[int], name: str) -> int:
        if len(shape) > MAX_AXES or any(length < 0 for length in shape):
            raise NetworkError("A tensor of the network has an impossible shape.", tensor=name[:200])
        # without zeros: a tensor of 0 x 2^62 elements is empty, but kernels multiply its other axes
        if math.prod(length for length in shape if length) > self._limits.elements:
            raise NetworkError(
                f"A tensor of the network has more than {self._limits.elements:,} elements.",
                tensor=name[:200],
                limit=self._limits.elements,
            )
        return math.prod(shape)

    def _check_request(self, node: NodeProto, what: str, numbers: Sequence[float]) -> None:
        if not all(map(math.isfinite, numbers)):
            total = math.inf
        elif what == PADS:
            half = len(numbers) // 2
            sides = [begin + end for begin, end in zip(numbers[:half], numbers[half:], strict=False)]
            total = math.prod(1 + max(0, side) for side in sides)
        else:
            total = math.prod(max(1, number) for number in numbers)
        if total > self._limits.elements:
            raise NetworkError(
                f"An operator {node.op_type} asks for a tensor of more than {self._limits.elements:,} elements.",
                node=node.name[:200],
                limit=self._limits.elements,
            )
        if what != SIZES and any(abs(number) > self._limits.side for number in numbers):
            why = f"An operator {node.op_type} asks for an impossible size."
            raise NetworkError(why, node=node.name[:200], limit=self._limits.side)


def _check_split(node: NodeProto) -> None:
    """onnxruntime aborts if the two numbers differ."""
    for attribute in node.attribute:
        if attribute.name == "num_outputs" and attribute.i != len(node.output):
            raise NetworkError("A Split has another number of outputs than it says.", node=node.name[:200])


def _requests(node: NodeProto, constants: Mapping[str, Sequence[float]]) -> Iterator[tuple[str, Sequence[float]]]:
    for place, what in INPUTS.get(node.op_type, ()):
        if place < len(node.input) and node.input[place] in constants:
            yield what, constants[node.input[place]]
    known = ATTRIBUTES.get(node.op_type, {})
    for attribute in node.attribute:
        if attribute.name in known:
            yield known[attribute.name], _numbers(attribute)
    names, what = PAIRS.get(node.op_type, (frozenset(), SIZES))
    yield what, [number for each in node.attribute if each.name in names for number in _numbers(each)]
    if node.op_type == "Range" and len(node.input) == 3 and all(value in constants for value in node.input):
        start, limit, delta = (constants[value][0] for value in node.input)
        yield SIZES, [abs((limit - start) / delta) if delta else math.inf]


def _numbers(attribute: AttributeProto) -> Sequence[float]:
    return [*attribute.ints, *attribute.floats] or [attribute.f if attribute.HasField("f") else attribute.i]


def _small_constants(nodes: Iterable[NodeProto], initializers: Iterable[TensorProto]) -> dict[str, Sequence[float]]:
    """The constants of a graph that may be shapes, scales or bounds: short lists, which are no weights."""
    tensors = {tensor.name: tensor for tensor in initializers}
    constants: dict[str, Sequence[float]] = {}
    for node in nodes:
        if node.op_type == "Constant" and node.output:
            for attribute in node.attribute:
                if attribute.type == AttributeProto.TENSOR:
                    tensors[node.output[0]] = attribute.t
                else:
                    constants[node.output[0]] = _numbers(attribute)
    for name, tensor in tensors.items():
        is_external = tensor.data_location == TensorProto.EXTERNAL
        if not is_external and tensor.data_type in NUMBERS and 0 < math.prod(tensor.dims) <= MAX_LISTED:
            constants[name] = numpy_helper.to_array(tensor).ravel().tolist()
    return constants
