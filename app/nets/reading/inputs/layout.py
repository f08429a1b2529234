"""The order of an input's axes in an ONNX file: one letter each."""

from collections.abc import Sequence

from onnx import GraphProto

# Batch, channel, height, width, depth (the same image again and again) and length (its rows one after the other).
Layout = str
# By the number of axes, those that occur, the usual one first.
LAYOUTS = {
    1: ("L",),
    2: ("NL", "HW"),
    3: ("NHW", "NCL", "NLC", "CHW", "HWC"),
    4: ("NCHW", "NHWC"),
    5: ("NCDHW", "NDCHW", "NDHWC"),
}
COLOURS = (1, 3)  # numbers of channels that tell them from a height or a width
RGB = 3
FEW = 16  # more are rather a height or a width
TO_CHANNELS_FIRST = [0, 3, 1, 2]  # the order of axes of a Transpose from NHWC to NCHW


def has_colours(channels: int) -> bool:
    """Whether so many channels are those of an image, in grey or colours."""
    return channels in COLOURS


def layout_of(graph: GraphProto, name: str, lengths: Sequence[int]) -> Layout:
    """The layout of an input of these lengths, 0 where they are open, as its lengths and the first operators say."""
    if len(lengths) == 5:
        return _of_volume(lengths)
    if len(lengths) == 4:
        return _of_image(graph, name, lengths)
    if len(lengths) == 3:
        return _of_matrix(lengths)
    if len(lengths) == 2:
        return "HW" if lengths[0] == lengths[1] > 1 else "NL"
    return "L"


def _of_image(graph: GraphProto, name: str, lengths: Sequence[int]) -> Layout:
    """NHWC if only the last axis can be the channels, or is by far the shortest, or the first operator moves it."""
    if has_colours(lengths[3]) and not has_colours(lengths[1]):
        return "NHWC"
    if 0 < lengths[3] <= FEW < min(lengths[1:3]):
        return "NHWC"
    users = [node for node in graph.node if name in node.input]
    is_moved = bool(users) and all(
        node.op_type == "Transpose"
        and any(entry.name == "perm" and list(entry.ints) == TO_CHANNELS_FIRST for entry in node.attribute)
        for node in users
    )
    return "NHWC" if is_moved and not has_colours(lengths[1]) else "NCHW"


def _of_volume(lengths: Sequence[int]) -> Layout:
    if has_colours(lengths[1]):
        return "NCDHW"
    if has_colours(lengths[2]):
        return "NDCHW"
    return "NDHWC" if has_colours(lengths[4]) else "NCDHW"


def _of_matrix(lengths: Sequence[int]) -> Layout:
    """An image without a batch if that has colours, a sequence of one or three channels, or a matrix in grey."""
    first, second, third = lengths
    if first == RGB and not has_colours(third):
        return "CHW"
    if third == RGB and not has_colours(first):
        return "HWC"
    if has_colours(second):
        return "NCL"
    return "NLC" if has_colours(third) else "NHW"
