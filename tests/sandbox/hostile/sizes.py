"""Hostile sizes: tensors that ask for terabytes, and shapes that no tensor has."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tests.sandbox.hostile.corpus import Corpus, floats, integers, model, node, written

SIZES = Corpus()
FILE_BROKEN = "a tensor's shape does not fit its bytes"
LARGE = 1 << 20


@SIZES.refused("asks for a tensor of more than")
def constant_of_2_to_40_elements(folder: Path) -> Path:
    """4 TB of zeros, allocated while the network is loaded."""
    fill = node("ConstantOfShape", "shape", "zeros")
    return written(folder, model([fill, node("Add", "x zeros")], integers("shape", LARGE, LARGE)))


@SIZES.refused("asks for a tensor of more than")
def constant_whose_shape_is_a_node(folder: Path) -> Path:
    """The same, with the shape in a Constant."""
    shape = node("Constant", "", "shape", value=integers("", LARGE, LARGE))
    return written(folder, model([shape, node("ConstantOfShape", "shape", "zeros"), node("Add", "x zeros")]))


@SIZES.refused("asks for a tensor of more than")
def expansion(folder: Path) -> Path:
    """One number becomes a tensor of 4 TB."""
    return written(folder, model([node("Expand", "x shape")], integers("shape", LARGE, LARGE, 8, 8)))


@SIZES.refused("asks for a tensor of more than")
def repetition(folder: Path) -> Path:
    """The photo a million times in each direction."""
    return written(folder, model([node("Tile", "x repeats")], integers("repeats", 1, 1, LARGE, LARGE)))


@SIZES.refused("asks for a tensor of more than")
def enlargement_by_factors(folder: Path) -> Path:
    """The photo a million times as wide and high."""
    scales = floats("scales", 1, 1, LARGE, LARGE)
    return written(folder, model([node("Resize", "x roi scales")], scales, floats("roi")))


@SIZES.refused("asks for a tensor of more than")
def enlargement_to_a_size(folder: Path) -> Path:
    """The photo with a side of a million pixels."""
    sizes = integers("sizes", 1, 3, LARGE, LARGE)
    return written(folder, model([helper.make_node("Resize", ["x", "", "", "sizes"], ["y"])], sizes))


@SIZES.refused("asks for a tensor of more than")
def enlargement_by_nan(folder: Path) -> Path:
    """A size that is not a number, converted to an integer."""
    scales = floats("scales", 1, 1, np.nan, np.inf)
    return written(folder, model([node("Resize", "x roi scales")], scales, floats("roi")))


@SIZES.refused("asks for a tensor of more than")
def border(folder: Path) -> Path:
    """A border of a million pixels on each side."""
    return written(folder, model([node("Pad", "x pads")], integers("pads", 0, 0, LARGE, LARGE, 0, 0, LARGE, LARGE)))


@SIZES.refused("asks for a tensor of more than")
def convolution_with_a_border(folder: Path) -> Path:
    """A convolution of a picture with a border of a million pixels."""
    return written(folder, _convolution(pads=[LARGE] * 4))


@SIZES.refused("asks for a tensor of more than")
def convolution_with_a_border_that_overflows(folder: Path) -> Path:
    """The padded side is beyond 64 bits, and negative."""
    return written(folder, _convolution(pads=[2**62, 2**62, 2**62, 2**62]))


@SIZES.refused("asks for a tensor of more than")
def transposed_convolution_with_a_stride(folder: Path) -> Path:
    """Between two pixels, a million zeros."""
    return written(folder, _convolution("ConvTranspose", strides=[LARGE, LARGE]))


@SIZES.refused("asks for a tensor of more than")
def pooling_over_a_million_pixels(folder: Path) -> Path:
    """A window of 2^40 cells."""
    return written(folder, model([node("MaxPool", "x", kernel_shape=[LARGE, LARGE], pads=[0, 0, 0, 0])]))


@SIZES.refused("asks for a tensor of more than")
def range_of_2_to_60(folder: Path) -> Path:
    """Numbers from 0 to 2^60."""
    bounds = [helper.make_tensor(name, TensorProto.FLOAT, [], [value]) for name, value in RANGE.items()]
    return written(folder, model([node("Range", "start limit delta", "r"), node("Add", "x r")], *bounds))


RANGE = {"start": 0.0, "limit": 2.0**60, "delta": 1.0}


@SIZES.refused("asks for a tensor of more than")
def range_with_steps_of_zero(folder: Path) -> Path:
    """Numbers from 0 to 1 in steps of nothing."""
    bounds = [helper.make_tensor(name, TensorProto.FLOAT, [], [float(name == "limit")]) for name in RANGE]
    return written(folder, model([node("Range", "start limit delta", "r"), node("Add", "x r")], *bounds))


@SIZES.refused("asks for a tensor of more than")
def random_tensor(folder: Path) -> Path:
    """A terabyte of random numbers."""
    return written(folder, model([node("RandomNormal", "", "r", shape=[LARGE, LARGE]), node("Add", "x r")]))


@SIZES.refused("has more than 268,435,456 elements")
def input_of_a_terabyte(folder: Path) -> Path:
    """The network takes photos of a million by a million pixels."""
    return written(folder, model([node("Relu", "x")], x=(1, 3, LARGE, LARGE)))


@SIZES.refused("has more than 268,435,456 elements")
def shape_that_overflows(folder: Path) -> Path:
    """2^32 x 2^32 elements are none in 64 bits, and so fit no bytes."""
    tensor = TensorProto(name="w", dims=[2**32, 2**32], data_type=TensorProto.FLOAT, raw_data=b"")
    return written(folder, model([node("Add", "x w")], tensor))


@SIZES.refused("has more than 268,435,456 elements")
def empty_tensor_of_2_to_62_rows(folder: Path) -> Path:
    """No elements, and axes that overflow when a kernel multiplies them without the zero."""
    tensor = TensorProto(name="w", dims=[2**62, 0], data_type=TensorProto.FLOAT, raw_data=b"")
    return written(folder, model([node("Add", "x w")], tensor))


@SIZES.refused("an impossible shape")
def negative_shape(folder: Path) -> Path:
    """-1 x -4 elements are four."""
    tensor = TensorProto(name="w", dims=[-1, -4], data_type=TensorProto.FLOAT, raw_data=bytes(16))
    return written(folder, model([node("Add", "x w")], tensor))


@SIZES.refused(FILE_BROKEN)
def thousand_axes(folder: Path) -> Path:
    """Kernels have room for a few axes."""
    tensor = TensorProto(name="w", dims=[1] * 1000, data_type=TensorProto.FLOAT, raw_data=bytes(4))
    return written(folder, model([node("Add", "x w")], tensor))


@SIZES.refused(FILE_BROKEN)
def tensor_with_too_few_bytes(folder: Path) -> Path:
    """Reading 100 elements of a tensor of 3 reads what lies behind it."""
    tensor = TensorProto(name="w", dims=[100], data_type=TensorProto.FLOAT, raw_data=bytes(12))
    return written(folder, model([node("Add", "x w")], tensor))


@SIZES.refused(FILE_BROKEN)
def large_tensor_with_too_few_bytes(folder: Path) -> Path:
    """The same, of a tensor that stays in the file."""
    tensor = TensorProto(name="w", dims=[1000, 1000], data_type=TensorProto.FLOAT, raw_data=bytes(4000))
    return written(folder, model([node("Add", "x w")], tensor))


@SIZES.refused(FILE_BROKEN)
def tensor_in_two_places(folder: Path) -> Path:
    """Raw data and a list: two readers, two networks."""
    tensor = TensorProto(name="w", dims=[2], data_type=TensorProto.FLOAT, raw_data=bytes(8), float_data=[1, 2])
    return written(folder, model([node("Add", "x w")], tensor))


@SIZES.refused(FILE_BROKEN)
def half_precision_in_the_list_of_floats(folder: Path) -> Path:
    """Half-precision numbers belong into the list of integers, as their bits."""
    tensor = TensorProto(name="w", dims=[2], data_type=TensorProto.FLOAT16, float_data=[1, 2])
    return written(folder, model([node("Cast", "w", "f", to=TensorProto.FLOAT), node("Add", "x f")], tensor))


@SIZES.refused("values of an unknown type")
def tensor_of_an_unknown_type(folder: Path) -> Path:
    """How large an element is, nobody can say."""
    tensor = TensorProto(name="w", dims=[2], data_type=99, raw_data=bytes(8))
    return written(folder, model([node("Add", "x w")], tensor))


@SIZES.refused("sparse weights")
def sparse_weights(folder: Path) -> Path:
    """One element of 2^40, which onnxruntime makes dense."""
    made = model([node("Add", "x w")])
    values = helper.make_tensor("w", TensorProto.FLOAT, [1], [1.0])
    sparse = helper.make_sparse_tensor(values, integers("i", 5), [LARGE, LARGE])
    made.graph.sparse_initializer.append(sparse)
    return written(folder, made)


@SIZES.passing
def chain_of_repetitions(folder: Path) -> Path:
    """Each step is modest, ten of them are 2^40 photos."""
    tiles = [node("Tile", f"v{step} repeats", f"v{step + 1}") for step in range(10)]
    nodes = [node("Identity", "x", "v0"), *tiles, node("Relu", "v10")]
    return written(folder, model(nodes, integers("repeats", 1, 1, 4, 4)))


@SIZES.passing
def chain_of_enlargements(folder: Path) -> Path:
    """The photo a thousand times as wide and high, three times in a row."""
    steps = [node("Resize", f"v{step} roi scales", f"v{step + 1}") for step in range(3)]
    nodes = [node("Identity", "x", "v0"), *steps, node("GlobalAveragePool", "v3")]
    return written(folder, model(nodes, floats("scales", 1, 1, 1000, 1000), floats("roi")))


@SIZES.passing
def weights_that_are_not_numbers(folder: Path) -> Path:
    """Every value of the network is NaN or infinite."""
    kernel = np.full((4, 3, 3, 3), np.nan, np.float32)
    kernel[0] = np.inf
    return written(folder, model([node("Conv", "x w")], numpy_helper.from_array(kernel, "w")))


@SIZES.passing
def convolution_of_no_groups(folder: Path) -> Path:
    """The channels are divided by zero."""
    return written(folder, _convolution(group=0))


@SIZES.passing
def convolution_without_strides(folder: Path) -> Path:
    """The size of the output is divided by zero."""
    return written(folder, _convolution(strides=[0, 0]))


@SIZES.passing
def half_precision_weights_of_a_float_network(folder: Path) -> Path:
    """The types of the two operands differ."""
    kernel = numpy_helper.from_array(np.ones((4, 3, 3, 3), np.float16), "w")
    return written(folder, model([node("Conv", "x w")], kernel))


def _convolution(op: str = "Conv", **attributes: Any) -> onnx.ModelProto:
    kernel = numpy_helper.from_array(np.ones((3, 3, 3, 3), np.float32), "w")
    return model([node(op, "x w", **attributes)], kernel)


@SIZES.refused("asks for an impossible size")
def border_of_minus_2_to_63(folder: Path) -> Path:
    """Where the padded photo is cut, onnx and onnxruntime abort, as they compute how long it is: SIGABRT."""
    return written(folder, _cut([node("Pad", "x pads", "p")], integers("pads", 0, 0, 0, 0, 0, 0, 0, -(2**63))))


@SIZES.passing
def border_of_minus_2_to_63_that_is_computed(folder: Path) -> Path:
    """The same, where the border is a sum: onnxruntime aborts as it loads the network."""
    nodes = [node("Add", "half half", "pads"), node("Pad", "x pads", "p")]
    return written(folder, _cut(nodes, integers("half", 0, 0, 0, 0, 0, 0, 0, -(2**62))))


def _cut(nodes: Sequence[onnx.NodeProto], *initializers: TensorProto) -> onnx.ModelProto:
    """A network whose last operator takes a part of `p`."""
    bounds = integers("from", 1, 1), integers("to", 17, 17), integers("axes", 2, 3)
    return model([*nodes, node("Slice", "p from to axes")], *initializers, *bounds)
