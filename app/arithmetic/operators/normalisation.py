"""The workings of normalisations: the numbers that are taken off and divided by, and where these come from."""

from collections.abc import Mapping
from math import sqrt

import numpy as np

from app.arithmetic.operators.selection import Selection, read_number, select, whole_axes
from app.arithmetic.working import Index, Operation, Source, Term, Work, Working, figure, operand
from app.errors import NoWorking

EPSILON = 1e-5
MEAN_VARIANCE_EPSILON = 1e-9


def batch_normalization(operation: Operation, index: Index) -> Working:
    """BatchNormalization, with the mean and the variance of the training images.

    They are those of a channel, or before version 9, with `spatial` 0, of a place in a channel.
    https://onnx.ai/onnx/operators/onnx__BatchNormalization.html

    Raises:
        NoWorking: the file says that it is training.
    """
    if operation.attributes.get("training_mode"):
        raise NoWorking("A BatchNormalization in training has no working.", op=operation.op)
    place = index[1 : 1 + operation.required(1).ndim]
    names = ("scale", "bias", "mean", "variance")
    scale, bias, mean, variance = (
        Term(name, float(operation.required(at)[place]), source=Source(at, place)) for at, name in enumerate(names, 1)
    )
    return _standardise(operation, index, (mean, variance), (scale, bias))


def instance_normalization(operation: Operation, index: Index) -> Working:
    """InstanceNormalization, over the places of a channel: https://onnx.ai/onnx/operators/onnx__InstanceNormalization.html."""
    selection = select(operation, 0, whole_axes(operation, 0, range(2, len(index))), index)
    return _standardise(operation, index, _moments(operation, selection), _affine(operation, index[1:2]))


def group_normalization(operation: Operation, index: Index) -> Working:
    """GroupNormalization, over groups of channels, with a scale for each group, from version 21 on for each channel.

    https://onnx.ai/onnx/operators/onnx__GroupNormalization.html
    """
    channels, scales = operation.required(0).shape[1], operation.required(1).size
    size = channels // int(operation.attributes["num_groups"])
    group = index[1] // size
    places = {1: range(group * size, (group + 1) * size)} | whole_axes(operation, 0, range(2, len(index)))
    selection = select(operation, 0, places, index)
    affine = _affine(operation, (index[1] * scales // channels,))
    return _standardise(operation, index, _moments(operation, selection), affine)


def layer_normalization(operation: Operation, index: Index) -> Working:
    """LayerNormalization, over all axes from `axis` on: https://onnx.ai/onnx/operators/onnx__LayerNormalization.html."""
    axis = int(operation.attributes.get("axis", -1)) % len(index)
    selection = select(operation, 0, whole_axes(operation, 0, range(axis, len(index))), index)
    scale = read_number(operation, 1, index, "scale")
    bias = read_number(operation, 2, index, "bias") if operation.input(2) is not None else None
    return _standardise(operation, index, _moments(operation, selection), (scale, bias))


def _affine(operation: Operation, place: Index) -> tuple[Term, Term]:
    scale, bias = (
        Term(name, float(operation.required(at)[place]), source=Source(at, place))
        for at, name in enumerate(("scale", "bias"), 1)
    )
    return scale, bias


def _moments(operation: Operation, selection: Selection) -> tuple[Term, Term]:
    """The mean and the variance of what is normalised together."""
    mean = selection.mean(operation.limit)
    return mean, selection.variance(mean.value, operation.limit)


def _standardise(
    operation: Operation, index: Index, moments: tuple[Term, Term], affine: tuple[Term, Term | None]
) -> Working:
    """(x - mean) / sqrt(variance + epsilon) scale + bias, and the same as one product and one offset."""
    x, (mean, variance), (scale, bias) = read_number(operation, 0, index), moments, affine
    epsilon = float(operation.attributes.get("epsilon", EPSILON))
    factor = scale.value / sqrt(variance.value + epsilon)
    offset = (bias.value if bias else 0) - mean.value * factor
    total = (x.value - mean.value) * factor + (bias.value if bias else 0)
    product = Term("product", factor * x.value, {"input": x.value, "weight": factor}, x.source)
    straight = Term(
        "affine", total, {"factor": factor, "offset": offset}, terms=(product, Term("bias", offset)), is_sum=True
    )
    root = f"√({figure(variance.value)} + {figure(epsilon)})"
    formula = f"({figure(x.value)} − {operand(mean.value)}) ÷ {root} × {operand(scale.value)}"
    written = f" + {operand(bias.value)}" if bias else ""
    given = [x, mean, variance, Term("epsilon", epsilon), scale, *([bias] if bias else []), straight]
    return Working(total, f"{formula}{written} = {figure(total)}", tuple(given))


def rms_normalization(operation: Operation, index: Index) -> Working:
    """RMSNormalization: https://onnx.ai/onnx/operators/onnx__RMSNormalization.html."""
    axis = int(operation.attributes.get("axis", -1)) % len(index)
    selection = select(operation, 0, whole_axes(operation, 0, range(axis, len(index))), index)
    x, scale = read_number(operation, 0, index), read_number(operation, 1, index, "scale")
    epsilon = float(operation.attributes.get("epsilon", EPSILON))
    square = selection.variance(0.0, operation.limit)
    square = Term("mean_square", square.value, square.numbers, terms=square.terms)
    total = x.value / sqrt(square.value + epsilon) * scale.value
    root = f"√({figure(square.value)} + {figure(epsilon)})"
    formula = f"{figure(x.value)} ÷ {root} × {operand(scale.value)} = {figure(total)}"
    return Working(total, formula, (x, square, Term("epsilon", epsilon), scale))


def mean_variance_normalization(operation: Operation, index: Index) -> Working:
    """MeanVarianceNormalization: https://onnx.ai/onnx/operators/onnx__MeanVarianceNormalization.html."""
    axes = [int(axis) % len(index) for axis in operation.attributes.get("axes", (0, 2, 3))]
    x = read_number(operation, 0, index)
    mean, variance = _moments(operation, select(operation, 0, whole_axes(operation, 0, axes), index))
    total = (x.value - mean.value) / (sqrt(variance.value) + MEAN_VARIANCE_EPSILON)
    root = f"(√{figure(variance.value)} + {figure(MEAN_VARIANCE_EPSILON)})"
    formula = f"({figure(x.value)} − {operand(mean.value)}) ÷ {root} = {figure(total)}"
    return Working(total, formula, (x, mean, variance, Term("epsilon", MEAN_VARIANCE_EPSILON)))


def lp_normalization(operation: Operation, index: Index) -> Working:
    """LpNormalization, 0 where the norm is 0: https://onnx.ai/onnx/operators/onnx__LpNormalization.html."""
    axis, order = (int(operation.attributes.get(name, default)) for name, default in (("axis", -1), ("p", 2)))
    selection = select(operation, 0, whole_axes(operation, 0, [axis % len(index)]), index)
    x, summed = read_number(operation, 0, index), selection.sum_of(np.abs(selection.numbers) ** order, operation.limit)
    norm = Term("norm", summed.value ** (1 / order), {"order": order}, terms=(summed,))
    total = x.value / norm.value if norm.value else 0.0
    return Working(total, f"{figure(x.value)} ÷ {figure(norm.value)} = {figure(total)}", (x, norm))


def local_response_normalization(operation: Operation, index: Index) -> Working:
    """LRN, over the squares of `size` channels around its own: https://onnx.ai/onnx/operators/onnx__LRN.html."""
    size, channels = int(operation.attributes["size"]), operation.required(0).shape[1]
    defaults = (("alpha", 1e-4), ("beta", 0.75), ("bias", 1.0))
    alpha, beta, bias = (float(operation.attributes.get(name, default)) for name, default in defaults)
    side = size // 2  # on either side of its own: onnxruntime has odd sizes alone
    selection = select(operation, 0, {1: range(max(index[1] - side, 0), min(index[1] + side + 1, channels))}, index)
    x, squares = read_number(operation, 0, index), selection.sum_of(selection.numbers**2, operation.limit)
    base = bias + alpha / size * squares.value
    total = x.value / base**beta
    share = f"{figure(alpha)} ÷ {size} × {figure(squares.value)}"
    formula = f"{figure(x.value)} ÷ ({figure(bias)} + {share}) ^ {figure(beta)} = {figure(total)}"
    figures = [
        Term(name, number) for name, number in (("alpha", alpha), ("size", size), ("bias", bias), ("beta", beta))
    ]
    return Working(total, formula, (x, squares, *figures))


WORKINGS: Mapping[str, Work] = {
    "BatchNormalization": batch_normalization,
    "GroupNormalization": group_normalization,
    "InstanceNormalization": instance_normalization,
    "LRN": local_response_normalization,
    "LayerNormalization": layer_normalization,
    "LpNormalization": lp_normalization,
    "MeanVarianceNormalization": mean_variance_normalization,
    "RMSNormalization": rms_normalization,
}
