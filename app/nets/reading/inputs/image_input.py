"""The image input of an ONNX file: its layout, its batch size, its channels and its size, as far as the file says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import ceil, isqrt, prod

from onnx import GraphProto, TensorProto, ValueInfoProto, helper

from app.errors import NetworkError
from app.nets.reading.inputs.layout import LAYOUTS, Layout, has_colours, layout_of

DEFAULT_CHANNELS = 3
DEFAULT_DEPTH = 8  # of a volume or a film, if it is open
DEFAULT_SIDE = 16  # of the image whose rows fill a sequence of an open length
LEVELS = 256  # of a pixel
MAX_BATCH = 64
MAX_LENGTH = 1 << 24
MAX_NUMBERS = 1 << 26  # of the whole input
INTEGERS = {
    TensorProto.INT8, TensorProto.INT16, TensorProto.INT32, TensorProto.INT64, TensorProto.UINT8, TensorProto.UINT16,
    TensorProto.UINT32, TensorProto.UINT64,
}  # fmt: skip
NUMBERS = INTEGERS | {TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.BFLOAT16, TensorProto.DOUBLE}
IMAGE_NAMES = ("image", "img", "pixel", "picture", "data", "input")
OTHER_NAMES = ("mask", "state", "hidden", "shape", "scale", "size")  # parts of the names of inputs that are none


@dataclass(frozen=True, slots=True)
class ImageInput:
    """The input for images; `height` and `width` are 0 where the file leaves them open.

    `batch` is the number of images that the file takes at once, 1 if it leaves that open. `data_type` is that of ONNX.
    Of a volume or a film the image is repeated `depth` times; of a sequence `length` numbers of its rows are taken, all
    if that is 0. Of the levels of a pixel, as whole numbers, it takes those below `levels`.
    """

    name: str
    layout: Layout
    batch: int
    channels: int
    height: int
    width: int
    data_type: int
    depth: int = 1
    length: int = 0
    levels: int = LEVELS

    @property
    def has_open_size(self) -> bool:
        """Whether the file leaves the height or the width open."""
        return 0 in (self.height, self.width)

    @property
    def has_open_length(self) -> bool:
        """Whether it is a sequence whose length the file leaves open: the size is then only a proposal."""
        return "L" in self.layout and self.length == 0

    @property
    def shape(self) -> list[int]:
        """The lengths of the axes in the file, for images of one size."""
        row = self.length or self.height * self.width
        lengths = {"N": self.batch, "C": self.channels, "D": self.depth, "H": self.height, "W": self.width, "L": row}
        return [lengths[axis] for axis in self.layout]

    @property
    def value_info(self) -> ValueInfoProto:
        """The input as ONNX describes it, of one size."""
        return helper.make_tensor_value_info(self.name, self.data_type, self.shape)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What of the input is not as one would think."""
        return tuple(self._remarks())

    def _remarks(self) -> Iterator[str]:
        name = short_name(self.name)
        if "L" in self.layout:
            rows = f"the rows of a {self.width} x {self.height} image, one after the other"
            if self.data_type in INTEGERS:
                yield f"The input {name} takes whole numbers, such as words: they are {rows}, as levels of grey."
            else:
                yield f"The input {name} takes a sequence of numbers and no image: they are {rows}."
        elif "C" not in self.layout:
            yield f"The input {name} takes a matrix of numbers: it is an image in grey."
        if "D" in self.layout:
            yield f"The input {name} takes a volume or a film: it is {self.depth} times the same image."
        if self.levels < LEVELS:
            yield f"The input {name} takes whole numbers below {self.levels}: the levels of grey are divided evenly."
        if not has_colours(self.channels):
            yield f"The input {name} takes {self.channels} channels: first those of the image, the others are zero."

    def resize(self, size: tuple[int, int] | None) -> "ImageInput":
        """The input for images of `size` (height, width).

        Raises:
            NetworkError: `size` contradicts the file, is missing where the file leaves it open, or the input is huge.
        """
        resized = self._resize(size)
        if prod(resized.shape) > MAX_NUMBERS:
            raise NetworkError(
                f"The network takes {prod(resized.shape):,} numbers; at most {MAX_NUMBERS:,} are possible."
            )
        return resized

    def _resize(self, size: tuple[int, int] | None) -> "ImageInput":
        height, width = size or (self.height, self.width)
        if height <= 0 or width <= 0:
            raise NetworkError("The network takes images of any size: give one.")
        if "L" in self.layout and self.length <= height * width:
            return replace(self, height=height, width=width)
        if (self.height or height, self.width or width) != (height, width):
            raise NetworkError(
                f"The network takes images of {self.width} x {self.height} pixels, not {width} x {height}.",
                width=self.width,
                height=self.height,
            )
        return replace(self, height=height, width=width)


def read_image_input(graph: GraphProto) -> ImageInput:
    """The graph's input that takes an image, or what can be made of one: an input with a default value is none.

    It is one of four axes whose channels are grey or colours, if there is one; else the one that is most like it.

    Raises:
        NetworkError: there is no input, it does not take numbers, has too many axes, or its batch is too large.
    """
    value = choose_image_input(graph)
    kind = value.type.tensor_type
    lengths = [max(0, dim.dim_value) for dim in kind.shape.dim] if kind.HasField("shape") else [0] * len("NCHW")
    name = short_name(value.name)
    if kind.elem_type not in NUMBERS:
        raise NetworkError(f"The network's input {name} does not take numbers, so that it can't be given an image.")
    if len(lengths) not in LAYOUTS:
        raise NetworkError(
            f"The network's input {name} has {len(lengths)} axes; an image has 4: batch, channels, height and width."
        )
    layout = layout_of(graph, value.name, lengths)
    by_axis = dict(zip(layout, lengths, strict=True))
    batch = by_axis.get("N", 1)
    if batch > MAX_BATCH:
        raise NetworkError(f"The network takes {batch} images at once; at most {MAX_BATCH} are possible.")
    height, width = _size(by_axis, name)
    return ImageInput(
        name=value.name,
        layout=layout,
        batch=batch or 1,
        channels=by_axis.get("C", 1) or _channels_of_weights(graph, value.name),
        height=height,
        width=width,
        data_type=kind.elem_type,
        depth=by_axis.get("D", 1) or DEFAULT_DEPTH,
        length=by_axis.get("L", 0),
        levels=_levels(graph, value.name) if kind.elem_type in INTEGERS else LEVELS,
    )


def inputs_of(graph: GraphProto) -> list[ValueInfoProto]:
    """The inputs that have no default value."""
    defaults = {tensor.name for tensor in graph.initializer}
    return [value for value in graph.input if value.name not in defaults]


def choose_image_input(graph: GraphProto) -> ValueInfoProto:
    """The input that an image is given to.

    Raises:
        NetworkError: the network has no input.
    """
    inputs = inputs_of(graph)
    if not inputs:
        raise NetworkError("The network has no input.")
    return min(inputs, key=_distance)


def short_name(name: str) -> str:
    """A name from the file for a message."""
    return name[:80] or "without a name"


def _distance(value: ValueInfoProto) -> tuple[int, bool, bool, int]:
    """How far an input is from one that takes images: by its axes where there are four, else first by its name."""
    kind, name = value.type.tensor_type, value.name.lower()
    lengths = [dim.dim_value for dim in kind.shape.dim]
    is_image, is_other = (any(part in name for part in parts) for parts in (IMAGE_NAMES, OTHER_NAMES))
    by_name = is_other or not (is_image or name == "x")
    if kind.elem_type not in NUMBERS or (lengths and len(lengths) not in LAYOUTS):
        return 3, is_other, by_name, 0
    if len(lengths) in (0, 4):
        has_image_axes = bool(lengths) and any(has_colours(lengths[axis]) for axis in (1, 3))
        return 2 if is_other else 0 if has_image_axes else 1, is_other, by_name, 0
    return 2, is_other, by_name, -len(lengths)


def _size(by_axis: Mapping[str, int], name: str) -> tuple[int, int]:
    """The height and width, 0 where they are open; of a sequence those of a square image with enough pixels."""
    if "L" not in by_axis:
        return by_axis.get("H", 1), by_axis.get("W", 1)
    length = by_axis["L"] or DEFAULT_SIDE**2
    if length > MAX_LENGTH:
        raise NetworkError(f"The network's input {name} takes {length:,} numbers; at most {MAX_LENGTH:,} are possible.")
    width = isqrt(length - 1) + 1
    return ceil(length / width), width


def _channels_of_weights(graph: GraphProto, name: str) -> int:
    """The channels that the first convolution's weight has, where the file leaves their number open."""
    weights = {tensor.name: tensor for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Conv" and node.input[:1] == [name] and weights.keys() & node.input[1:2]:
            groups = next((attribute.i for attribute in node.attribute if attribute.name == "group"), 1)
            return max(1, int(prod(weights[node.input[1]].dims[1:2]) * groups))
    return DEFAULT_CHANNELS


def _levels(graph: GraphProto, name: str) -> int:
    """The rows of the smallest table that the input is an index of; 256 if that is less."""
    tables = {tensor.name: tensor.dims for tensor in graph.initializer}
    casts = (node for node in graph.node if node.op_type == "Cast" and list(node.input) == [name])
    names = {name}.union(*(node.output for node in casts))
    rows = [
        int(tables[node.input[0]][0])
        for node in graph.node
        if node.op_type == "Gather" and names & {*node.input[1:2]} and tables.get(node.input[0])
    ]
    return max(1, min([LEVELS, *rows]))
