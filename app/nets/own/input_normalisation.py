"""The normalisation that a graph begins with: what its first operators make of each channel of the input."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt
from onnx import NodeProto

from app.errors import NetworkError
from app.nets.reading.constants import Constants
from app.nets.reading.inputs.image_input import ImageInput
from app.nets.reading.model_file import ModelFile

ChannelNumbers = npt.NDArray[np.float64]
IMAGE_AXES = 4
MAX_STEPS, MAX_CHANNELS = 16, 16
MAX_ELEMENTS = 4 * 1024 * 1024  # of a constant, such as a mean image
STANDARD = {"", "ai.onnx"}
COPIES = {"Cast", "Identity", "Dropout", "QuantizeLinear", "DequantizeLinear"}


@dataclass(frozen=True, slots=True)
class InputNormalisation:
    """The graph computes `(x - mean) / std` of each channel of its input, each (C,), by these operators."""

    mean: ChannelNumbers
    std: ChannelNumbers
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Channels:
    """A value that is `factor * x + shift` of each channel: `order` is that of the input, `axis` where they are."""

    factor: ChannelNumbers
    shift: ChannelNumbers
    order: npt.NDArray[np.int64]
    axis: int


InputStep = Callable[["_Operators", NodeProto, str, _Channels], _Channels | None]


def read_input_normalisation(file: ModelFile, image: ImageInput) -> InputNormalisation | None:
    """What the graph makes of an image before anything else; None if that is no normalisation."""
    if sorted(image.layout) != sorted("NCHW") or image.channels > MAX_CHANNELS:
        return None
    with np.errstate(all="ignore"):  # a stranger's numbers: what is not finite is no normalisation
        return _read(_Operators(file), image)


def _read(operators: "_Operators", image: ImageInput) -> InputNormalisation | None:
    count, value, names = image.channels, image.name, list[str]()
    channels = _Channels(np.ones(count), np.zeros(count), np.arange(count), image.layout.index("C"))
    for _ in range(MAX_STEPS):
        node = operators.only_user(value)
        step = STEPS.get(node.op_type) if node is not None else None
        after = step(operators, node, value, channels) if step and node is not None else None
        if node is None or after is None:
            break
        if not (np.array_equal(after.factor, channels.factor) and np.array_equal(after.shift, channels.shift)):
            names.append(node.op_type)
        channels, value = after, node.output[0]
        if node.op_type in LAST:
            break
    return _normalisation(channels, names)


def _normalisation(channels: _Channels, names: list[str]) -> InputNormalisation | None:
    if not names or not np.all(np.isfinite(channels.factor) & np.isfinite(channels.shift) & (channels.factor > 0)):
        return None
    mean, std = np.empty_like(channels.factor), np.empty_like(channels.factor)
    mean[channels.order] = -channels.shift / channels.factor
    std[channels.order] = 1 / channels.factor
    return InputNormalisation(mean, std, tuple(names))


class _Operators:
    """The operators that use each value, and the constants that they use with it."""

    def __init__(self, file: ModelFile) -> None:
        self._constants = Constants(file.model, file.tensors)
        self._users: dict[str, list[NodeProto]] = {}
        for node in file.model.graph.node:
            for name in set(node.input):
                self._users.setdefault(name, []).append(node)

    def only_user(self, value: str) -> NodeProto | None:
        """The standard operator that uses the value, if there is one alone; what reads its shape does not count."""
        users = [node for node in self._users.get(value, []) if node.op_type != "Shape"]
        is_step = len(users) == 1 and users[0].domain in STANDARD and len(users[0].output) > 0
        return users[0] if is_step else None

    def constant(self, name: str) -> ChannelNumbers | None:
        """A constant of a moderate size; None if there is none of numbers."""
        try:
            array = self._constants.array(name)
            return np.asarray(array, np.float64) if array.size <= MAX_ELEMENTS else None
        except (KeyError, NetworkError, TypeError, ValueError):  # such as a tensor of texts
            return None

    def per_channel(self, name: str, channels: _Channels) -> ChannelNumbers | None:
        """A constant as one number for each channel, the mean over its places; None if it does not broadcast so."""
        array, count = self.constant(name), len(channels.factor)
        if array is None or array.ndim > IMAGE_AXES or not array.size:
            return None
        wide = array.reshape((1,) * (IMAGE_AXES - array.ndim) + array.shape)
        if wide.shape[channels.axis] not in (1, count):
            return None
        others = tuple(axis for axis in range(IMAGE_AXES) if axis != channels.axis)
        return np.asarray(np.broadcast_to(wide.mean(axis=others), (count,)))


def _copy(_: _Operators, node: NodeProto, value: str, channels: _Channels) -> _Channels | None:
    return channels if node.input[0] == value else None


def _transpose(_: _Operators, node: NodeProto, value: str, channels: _Channels) -> _Channels | None:
    axes = _list(node, "perm") or list(range(IMAGE_AXES))[::-1]
    if sorted(axes) != list(range(IMAGE_AXES)):
        return None
    return _Channels(channels.factor, channels.shift, channels.order, axes.index(channels.axis))


def _arithmetic(operators: _Operators, node: NodeProto, value: str, channels: _Channels) -> _Channels | None:
    """Add, Sub, Mul or Div with a constant."""
    if len(node.input) != 2 or node.input[0] == node.input[1]:
        return None
    is_first = node.input[0] == value
    number = operators.per_channel(node.input[1 if is_first else 0], channels)
    if number is None:
        return None
    factor, shift = channels.factor, channels.shift
    match node.op_type:
        case "Add":
            shift = shift + number
        case "Mul":
            factor, shift = factor * number, shift * number
        case "Sub" if is_first:
            shift = shift - number
        case "Sub":
            factor, shift = -factor, number - shift
        case "Div" if is_first and np.all(number != 0):
            factor, shift = factor / number, shift / number
        case _:
            return None
    return _Channels(factor, shift, channels.order, channels.axis)


def _batch_normalisation(operators: _Operators, node: NodeProto, value: str, channels: _Channels) -> _Channels | None:
    if channels.axis != 1 or len(node.input) < 5 or node.input[0] != value:
        return None
    scale, bias, mean, variance = (operators.constant(name) for name in node.input[1:5])
    if scale is None or bias is None or mean is None or variance is None:
        return None
    if {each.shape for each in (scale, bias, mean, variance)} != {channels.factor.shape}:
        return None
    rise = scale / np.sqrt(np.maximum(variance, 0) + _number(node, "epsilon", 1e-5))
    return _Channels(channels.factor * rise, (channels.shift - mean) * rise + bias, channels.order, channels.axis)


def _convolution(operators: _Operators, node: NodeProto, value: str, channels: _Channels) -> _Channels | None:
    """A 1 x 1 convolution that scales each channel by itself."""
    count = len(channels.factor)
    kernel = operators.constant(node.input[1]) if len(node.input) > 1 and node.input[0] == value else None
    if kernel is None or channels.axis != 1 or kernel.ndim != IMAGE_AXES or prod(kernel.shape[2:]) != 1:
        return None
    if any(_list(node, "pads")) or {*_list(node, "strides"), 1} != {1} or kernel.shape[0] != count:
        return None
    matrix = kernel.reshape(count, -1)
    if matrix.shape[1] == 1 and _number(node, "group", 1) == count:
        matrix = np.diag(matrix[:, 0])
    if matrix.shape != (count, count) or np.any(matrix != np.diag(np.diag(matrix))):
        return None
    bias = operators.constant(node.input[2]) if len(node.input) > 2 and node.input[2] else np.zeros(count)
    if bias is None or bias.shape != (count,):
        return None
    rise = np.diag(matrix)
    return _Channels(channels.factor * rise, channels.shift * rise + bias, channels.order, channels.axis)


def _gather(operators: _Operators, node: NodeProto, value: str, channels: _Channels) -> _Channels | None:
    """The channels in another order."""
    places = operators.constant(node.input[1]) if len(node.input) == 2 and node.input[0] == value else None
    count = len(channels.factor)
    if places is None or places.ndim != 1 or _number(node, "axis", 0) % IMAGE_AXES != channels.axis:
        return None
    if sorted(places.tolist()) != list(range(count)):
        return None
    order = places.astype(np.int64)
    return _Channels(channels.factor[order], channels.shift[order], channels.order[order], channels.axis)


def _list(node: NodeProto, name: str) -> list[int]:
    return next((list(entry.ints) for entry in node.attribute if entry.name == name), [])


def _number(node: NodeProto, name: str, default: float) -> float:
    entry = next((entry for entry in node.attribute if entry.name == name), None)
    if entry is None:
        return default
    return float(entry.f if entry.type == entry.FLOAT else entry.i)


STEPS: Mapping[str, InputStep] = {
    **dict.fromkeys(COPIES, _copy),
    **dict.fromkeys(("Add", "Sub", "Mul", "Div"), _arithmetic),
    "BatchNormalization": _batch_normalisation,
    "Conv": _convolution,
    "Gather": _gather,
    "Transpose": _transpose,
}
LAST = {"BatchNormalization", "Conv"}  # what follows belongs to the first layer
