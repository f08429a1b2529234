"""The image input of an ONNX file: its layout, its batch size, its channels and its size, as far as the file says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from onnx import GraphProto, ValueInfoProto, helper

from app.errors import NetworkError

Layout = Literal["NCHW", "NHWC"]
IMAGE_AXES = 4
COLOURS = (1, 3)  # numbers of channels that tell them from a height or a width
DEFAULT_CHANNELS = 3
MAX_BATCH = 64
TO_CHANNELS_FIRST = [0, 3, 1, 2]  # the order of axes of a Transpose from NHWC to NCHW


@dataclass(frozen=True, slots=True)
class ImageInput:
    """The input for images; `height` and `width` are 0 where the file leaves them open.

    `batch` is the number of images that the file takes at once, 1 if it leaves that open. `data_type` is that of ONNX.
    """

    name: str
    layout: Layout
    batch: int
    channels: int
    height: int
    width: int
    data_type: int

    @property
    def has_open_size(self) -> bool:
        """Whether the file leaves the height or the width open."""
        return 0 in (self.height, self.width)

    @property
    def value_info(self) -> ValueInfoProto:
        """The input as ONNX describes it, of one size."""
        shape = {"N": self.batch, "C": self.channels, "H": self.height, "W": self.width}
        return helper.make_tensor_value_info(self.name, self.data_type, [shape[axis] for axis in self.layout])

    def resize(self, size: tuple[int, int] | None) -> "ImageInput":
        """The input for images of `size` (height, width).

        Raises:
            NetworkError: `size` contradicts the file, or is missing where the file leaves it open.
        """
        height, width = size or (self.height, self.width)
        if height <= 0 or width <= 0:
            raise NetworkError("The network takes images of any size: give one.")
        if (self.height or height, self.width or width) != (height, width):
            raise NetworkError(
                f"The network takes images of {self.width} x {self.height} pixels, not {width} x {height}.",
                width=self.width,
                height=self.height,
            )
        return replace(self, height=height, width=width)


def read_image_input(graph: GraphProto) -> ImageInput:
    """The graph's one input, which takes images. An input with a default value, an initializer, is none.

    Raises:
        NetworkError: there is no or more than one input, it has no four axes, or its batch is too large.
    """
    name, lengths, data_type = _only_input(graph)
    layout = _layout(graph, name, lengths)
    batch, channels, height, width = (lengths[layout.index(axis)] for axis in "NCHW")
    if batch > MAX_BATCH:
        raise NetworkError(f"The network takes {batch} images at once; at most {MAX_BATCH} are possible.")
    channels = channels or _channels_of_weights(graph, name)
    return ImageInput(name, layout, batch or 1, channels, height, width, data_type)


def _only_input(graph: GraphProto) -> tuple[str, list[int], int]:
    """The name, the length of each axis, 0 if it is open, and the data type of the input."""
    defaults = {tensor.name for tensor in graph.initializer}
    inputs = [value for value in graph.input if value.name not in defaults]
    if not inputs:
        raise NetworkError("The network has no input.")
    kinds = {value.name: value.type.tensor_type for value in inputs}
    lengths = {name: [max(0, dim.dim_value) for dim in kind.shape.dim] for name, kind in kinds.items()}
    image = next((name for name, dims in lengths.items() if len(dims) == IMAGE_AXES), inputs[0].name)
    others = [name for name in lengths if name != image]
    if others:
        raise NetworkError(
            f"The network has {len(inputs)} inputs: beside the image {_short(image)} it needs "
            f"{', '.join(map(_short, others))}, which ConvScope can't give it.",
            inputs=[_short(name) for name in lengths],
        )
    if len(lengths[image]) != IMAGE_AXES:
        raise NetworkError(
            f"The network's input {_short(image)} has {len(lengths[image])} axes; an image has {IMAGE_AXES}: batch, "
            "channels, height and width."
        )
    return image, lengths[image], kinds[image].elem_type


def _layout(graph: GraphProto, name: str, lengths: Sequence[int]) -> Layout:
    """NHWC if only the last axis can be the channels, or if all are open and the first operator moves it there."""
    if lengths[3] in COLOURS and lengths[1] not in COLOURS:
        return "NHWC"
    users = [node for node in graph.node if name in node.input]
    is_moved = bool(users) and all(
        node.op_type == "Transpose"
        and any(entry.name == "perm" and list(entry.ints) == TO_CHANNELS_FIRST for entry in node.attribute)
        for node in users
    )
    return "NHWC" if is_moved and lengths[1] not in COLOURS else "NCHW"


def _channels_of_weights(graph: GraphProto, name: str) -> int:
    """The channels that the first convolution's weight has, where the file leaves their number open."""
    weights = {tensor.name: tensor for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Conv" and node.input[0] == name and node.input[1] in weights:
            groups = next((attribute.i for attribute in node.attribute if attribute.name == "group"), 1)
            return int(weights[node.input[1]].dims[1] * groups)
    return DEFAULT_CHANNELS


def _short(name: str) -> str:
    return name[:80] or "without a name"
