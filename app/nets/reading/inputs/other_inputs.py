"""Inputs other than the image: each becomes a constant, and a remark says which."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import ModelProto, TensorProto, ValueInfoProto, helper, numpy_helper

from app.errors import NetworkError
from app.nets.reading.inputs.image_input import NUMBERS, ImageInput, inputs_of, short_name
from app.nets.reading.remarks import list_names

Filling = tuple[npt.NDArray[Any], str]  # the numbers, and how a remark words them
MAX_NUMBERS = 1 << 22
INITIALIZERS_ALONE = 4  # from this version of the format on, an initializer need not be an input
GIVEN = NUMBERS | {TensorProto.BOOL}
OVERLAP, SCORE, COUNT = 0.5, 0.25, 100  # usual limits of a detector: of the overlap, the score and the number of boxes


def fill_inputs(model: ModelProto, image: ImageInput) -> tuple[str, ...]:
    """Make every input of a model but the image a constant; gives a remark on those that get the same.

    Raises:
        NetworkError: an input does not take numbers, or too many.
    """
    lengths = _open_lengths(model, image)
    others = [value for value in inputs_of(model.graph) if value.name != image.name]
    names, total = defaultdict[str, list[str]](list), 0
    for value in others:
        shape = _shape(value, lengths)
        total += prod(shape)
        if total > MAX_NUMBERS:
            raise NetworkError(f"The network needs inputs of more than {MAX_NUMBERS:,} numbers beside the image.")
        numbers, words = _numbers(value.name.lower(), shape, image)
        dtype = helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
        model.graph.initializer.append(numpy_helper.from_array(numbers.astype(dtype), value.name))
        names[words].append(short_name(value.name))
    if model.ir_version >= INITIALIZERS_ALONE:
        given = {value.name for value in others}
        inputs = [value for value in model.graph.input if value.name not in given]
        del model.graph.input[:]
        model.graph.input.extend(inputs)
    return tuple(
        f"The input {each[0]} is {words}." if len(each) == 1 else f"The inputs {list_names(each)} are {words}."
        for words, each in names.items()
    )


def _open_lengths(model: ModelProto, image: ImageInput) -> dict[str, int]:
    """The lengths that the image gives to axes of a name."""
    value = next(value for value in model.graph.input if value.name == image.name)
    dims = value.type.tensor_type.shape.dim
    return {dim.dim_param: length for dim, length in zip(dims, image.shape, strict=False) if dim.dim_param}


def _shape(value: ValueInfoProto, lengths: Mapping[str, int]) -> list[int]:
    """The shape: an open axis has the length of the image's axis of that name, what is past none, another 1."""
    kind, name = value.type.tensor_type, short_name(value.name)
    if kind.elem_type not in GIVEN:
        raise NetworkError(f"The network needs an input {name}, which is not of numbers: it can't be given one.")
    shape = [
        max(0, dim.dim_value) or lengths.get(dim.dim_param, 0 if "past" in dim.dim_param else 1)
        for dim in kind.shape.dim
    ]
    if prod(shape) > MAX_NUMBERS:
        raise NetworkError(f"The network needs an input {name} of {prod(shape):,} numbers: at most {MAX_NUMBERS:,}.")
    return shape


def _numbers(name: str, shape: list[int], image: ImageInput) -> Filling:
    """What an input of this name is given, and how a remark words it."""
    for parts, rule in RULES:
        if any(part in name for part in parts):
            given = rule(shape, image)
            if given is not None:
                return given
    return np.zeros(shape), "filled with zeros"


Filler = Callable[[list[int], ImageInput], Filling | None]


def _size_of_image(shape: list[int], image: ImageInput) -> Filling | None:
    """Height and width, and a scale of 1 where there is a third number."""
    height, width = image.height, image.width
    if shape[-1:] == [2]:
        return np.broadcast_to(np.array([height, width]), shape), f"the size of the image, {height} and {width}"
    if shape[-1:] == [3]:
        words = f"the size of the image and a scale, {height}, {width} and 1"
        return np.broadcast_to(np.array([height, width, 1]), shape), words
    return None


def _width_first(shape: list[int], image: ImageInput) -> Filling | None:
    if shape[-1:] != [2]:
        return None
    numbers = np.array([image.width, image.height])
    return np.broadcast_to(numbers, shape), f"the size of the image, {image.width} and {image.height}"


def _limit(number: float) -> Filler:
    def give(shape: list[int], image: ImageInput) -> Filling | None:
        return (np.full(shape, number), f"set to {number:g}") if prod(shape) == 1 else None

    return give


def _ones(shape: list[int], image: ImageInput) -> Filling:
    return np.ones(shape), "filled with ones"


def _places(shape: list[int], image: ImageInput) -> Filling | None:
    if not shape:
        return None
    return np.broadcast_to(np.arange(shape[-1]), shape), "the number of each place, from 0 on"


# What an input of such a name takes; the first rule that fits counts.
RULES: tuple[tuple[tuple[str, ...], Filler], ...] = (
    (("orig_target_size",), _width_first),
    (("im_shape", "image_shape", "img_shape", "im_info", "image_size", "target_size", "ori_shape"), _size_of_image),
    (("scale_factor", "im_scale", "mask"), _ones),
    (("iou", "nms_thresh"), _limit(OVERLAP)),
    (("score", "conf", "thresh"), _limit(SCORE)),
    (("max_output", "max_det", "topk", "top_k"), _limit(COUNT)),
    (("position_id",), _places),
)
