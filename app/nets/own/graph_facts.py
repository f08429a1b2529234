"""What the graph itself states about its input: its size, the levels that it takes, the order of its channels."""

from dataclasses import dataclass

import numpy as np
from onnx import helper

from app.nets.own.input_normalisation import ChannelNumbers, InputNormalisation
from app.nets.own.stated_facts import NO_FACTS, ChannelOrder, Fact, Facts, Rescaling, first_of, size_facts
from app.nets.reading.inputs.image_input import ImageInput

LEVELS = 255
AS_LEVELS = Rescaling(1.0, (0.0,), (1.0,))
AS_UNIT = Rescaling(1 / LEVELS, (0.0,), (1.0,))


@dataclass(frozen=True, slots=True)
class InputRange:
    """The numbers that a mean and a deviation of images are those of: bounds of both, and how levels become them."""

    mean: tuple[float, float]
    std: tuple[float, float]
    rescaling: Rescaling


# Means of natural images are near half the range. Without a mean the graph only divides; Caffe's only subtract one.
RANGES = (
    InputRange((50, 200), (0.5, 300), AS_LEVELS),
    InputRange((-1, 1), (30, 300), AS_LEVELS),
    InputRange((0.2, 0.8), (0.05, 1.01), AS_UNIT),
)


def read_graph_facts(image: ImageInput, normalisation: InputNormalisation | None) -> Facts:
    """The facts in the graph; `normalisation` is what it begins with."""
    size = size_facts((image.height, image.width), "graph: input shape")
    sizes = () if image.has_open_length else (size, _sides(image))
    return first_of((*sizes, _levels(image), _normalised(normalisation)))


def _sides(image: ImageInput) -> Facts:
    """One side, where the graph fixes only that."""
    return Facts(
        width=Fact(image.width, "graph: input shape") if image.width else None,
        height=Fact(image.height, "graph: input shape") if image.height else None,
    )


def _levels(image: ImageInput) -> Facts:
    """Whole numbers from 0 to 255 are levels."""
    dtype = np.dtype(helper.tensor_dtype_to_np_dtype(image.data_type))
    if dtype.kind not in "iu" or np.iinfo(dtype).max < LEVELS:
        return NO_FACTS
    return Facts(rescaling=Fact(AS_LEVELS, f"graph: input type {dtype.name}"))


def _normalised(normalisation: InputNormalisation | None) -> Facts:
    if normalisation is None:
        return NO_FACTS
    mean, std = normalisation.mean, normalisation.std
    rescaling = next(
        (each.rescaling for each in RANGES if _is_within(mean, each.mean) and _is_within(std, each.std)), None
    )
    if rescaling is None:
        return NO_FACTS
    order, source = _order_of(mean), f"graph: {', '.join(normalisation.operators)}"
    return Facts(
        rescaling=Fact(rescaling, source),
        channels=Fact(order, f"{source}: its means are in this order") if order else None,
    )


def _order_of(mean: ChannelNumbers) -> ChannelOrder | None:
    """The order of channels whose means these are: in photos red is the brightest, blue the darkest."""
    if len(mean) != 3:
        return None
    rising = np.diff(mean) / np.abs(mean).max() if np.any(mean) else np.zeros(2)
    if np.all(rising > 0.02):
        return "BGR"
    return "RGB" if np.all(rising < -0.02) else None


def _is_within(numbers: ChannelNumbers, bounds: tuple[float, float]) -> bool:
    return bool(np.all((numbers >= bounds[0]) & (numbers <= bounds[1])))
