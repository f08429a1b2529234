"""The working of Resize and Upsample: the cells that a number is interpolated from, and their weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from app.arithmetic.operators.selection import Selection, select
from app.arithmetic.working import (
    FORMULA_TERMS,
    Doubles,
    Index,
    Operation,
    Patch,
    Term,
    Work,
    Working,
    figure,
    list_largest,
    sum_formula,
    write_product,
)
from app.nets.resizing import FIRST_RESIZE, ROUNDING, fitting_scales, is_copy, read_modes

CUBIC_COEFFICIENT = -0.75
SUPPORTS = {"linear": 1, "cubic": 2}  # how far a kernel reaches, in cells
IMAGE_AXES = 2
CROP = "tf_crop_and_resize"  # the coordinates that have a region


@dataclass(frozen=True, slots=True)
class Scaling1D:
    """How one axis is resized: `scale` is new to old, `region` the part of it, from 0 to 1, that becomes the whole."""

    before: int
    after: int
    scale: float
    region: tuple[float, float]
    modes: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class AxisWeights:
    """The cells of an axis that a number is interpolated from; none where it is extrapolated."""

    cells: list[int]
    weights: Doubles


def resize(operation: Operation, index: Index) -> Working:
    """Resize and Upsample: https://onnx.ai/onnx/operators/onnx__Resize.html."""
    if is_copy(operation.required(0).shape, operation.output_shape):
        axes = [AxisWeights([at], np.ones(1)) for at in index]
    else:
        axes = [_weights(operation, axis, at) for axis, at in zip(_scalings(operation), index, strict=True)]
    if not all(len(axis.cells) for axis in axes):
        value = float(operation.attributes.get("extrapolation_value", 0))
        return Working(value, f"{figure(value)} = {figure(value)}", (Term("padding", value, is_chosen=True),))
    selection = select(operation, 0, {number: axis.cells for number, axis in enumerate(axes)}, index)
    weights = reduce(np.multiply.outer, [axis.weights for axis in axes]).reshape(-1)
    if len(weights) == 1:
        term = selection.value(0)
        place = ", ".join(map(str, selection.source(0).index))
        return Working(term.value, f"x[{place}] = {figure(term.value)}", (term,))
    return _interpolate(operation, axes, selection, weights)


def _interpolate(operation: Operation, axes: Sequence[AxisWeights], selection: Selection, weights: Doubles) -> Working:
    products = selection.numbers * weights

    def product(number: int) -> Term:
        figures = {"input": float(selection.numbers[number]), "weight": float(weights[number])}
        return Term("product", float(products[number]), figures, selection.source(number))

    total = float(products.sum())
    patch = _patch(axes, selection, weights)
    window = Term("window", total, patch=patch, terms=list_largest(products, product, operation.limit), is_sum=True)
    largest = np.argsort(-np.abs(products), kind="stable")[:FORMULA_TERMS].tolist()
    parts = [write_product((selection.numbers[at], weights[at]), not number) for number, at in enumerate(largest)]
    return Working(total, sum_formula(parts, len(products), total), (window,), is_sum=True)


def _patch(axes: Sequence[AxisWeights], selection: Selection, weights: Doubles) -> Patch | None:
    """The cells as a grid, where only the last two axes are interpolated."""
    *lead, rows, columns = axes
    if len(lead) < IMAGE_AXES or any(len(axis.cells) > 1 for axis in lead):
        return None
    grid = (len(rows.cells), len(columns.cells))
    inputs, kernel = selection.numbers.reshape(grid), weights.reshape(grid)
    inside = np.zeros(grid, np.bool_)
    index = tuple(axis.cells[0] for axis in lead)
    return Patch(inputs, kernel, inputs * kernel, inside, rows.cells[0], columns.cells[0], index=index)


def _scalings(operation: Operation) -> list[Scaling1D]:
    """How each axis is resized, by the scales or the sizes in the file."""
    before, after = operation.required(0).shape, operation.output_shape
    axes = [int(axis) % len(before) for axis in operation.attributes.get("axes") or range(len(before))]
    is_old = operation.op == "Upsample" or operation.opset <= FIRST_RESIZE
    scales = dict(zip(axes, _numbers(operation, 1 if is_old else 2, "scales"), strict=False))
    if not scales:
        lengths = [before[axis] for axis in axes]
        scales = dict(
            zip(axes, fitting_scales(operation.attributes, _numbers(operation, 3, "sizes"), lengths), strict=True)
        )
    is_crop = operation.attributes.get("coordinate_transformation_mode") == CROP
    region = _numbers(operation, 1, "roi") if is_crop else []
    regions = dict(zip(axes, zip(region[: len(axes)], region[len(axes) :], strict=True), strict=False))
    return [
        Scaling1D(
            before[axis],
            after[axis],
            scales.get(axis, 1.0),
            regions.get(axis, (0.0, 1.0)),
            read_modes(operation.op, operation.attributes, operation.opset, scales.get(axis, 1.0)),
        )
        for axis in range(len(before))
    ]


def _numbers(operation: Operation, position: int, name: str) -> list[float]:
    """Numbers that are an input, or in the first version of Upsample an attribute; none if they are left out."""
    given = operation.input(position)
    if given is not None:
        return [float(number) for number in given.reshape(-1)]
    return list(operation.attributes.get(name) or []) if operation.op == "Upsample" else []


def _weights(operation: Operation, axis: Scaling1D, at: int) -> AxisWeights:
    """The cells of one axis and their weights for a place of the output."""
    coordinate, attributes = _coordinate(axis, at), operation.attributes
    is_crop = axis.modes["coordinate_transformation_mode"] == CROP
    if axis.scale == 1:  # for onnxruntime, whatever the region is
        return AxisWeights([at], np.ones(1))
    if is_crop and not 0 <= coordinate <= axis.before - 1:
        return AxisWeights([], np.ones(0))
    mode = axis.modes["mode"].replace("bilinear", "linear")
    if mode == "nearest":
        nearest = int(ROUNDING[axis.modes["nearest_mode"]](np.array(coordinate)))
        return AxisWeights([min(max(nearest, 0), axis.before - 1)], np.ones(1))
    finest = min(axis.scale, 1.0) if attributes.get("antialias") else 1.0
    support = SUPPORTS[mode] / finest
    cells = np.arange(floor(coordinate - support) + 1, ceil(coordinate + support))
    distances = np.abs(cells - coordinate) * finest
    coefficient = float(attributes.get("cubic_coeff_a", CUBIC_COEFFICIENT))
    weights = 1 - distances if mode == "linear" else _cubic(distances, coefficient)
    if attributes.get("exclude_outside"):
        weights = weights * ((cells >= 0) & (cells < axis.before))
    return _clamp(cells, weights / weights.sum(), axis.before)


def _clamp(cells: NDArray[np.int64], weights: Doubles, length: int) -> AxisWeights:
    """The weights of the cells inside; a cell outside stands for the one at the edge."""
    inside = cells.clip(0, length - 1)
    first = int(inside[0])
    sums: Doubles = np.bincount(inside - first, weights).astype(np.float64)
    used = np.flatnonzero(sums)
    begin, end = int(used[0]), int(used[-1]) + 1
    return AxisWeights(list(range(first + begin, first + end)), sums[begin:end])


def _cubic(distances: Doubles, a: float) -> Doubles:
    """The cubic convolution kernel at distances below 2 (Keys, 1981)."""
    near = ((a + 2) * distances - (a + 3)) * distances**2 + 1
    far = ((a * distances - 5 * a) * distances + 8 * a) * distances - 4 * a
    result: Doubles = np.where(distances <= 1, near, far)
    return result


def _coordinate(axis: Scaling1D, at: int) -> float:
    """Where a place of the output is on the input's axis, computed in float32 as in onnxruntime."""
    place, scale, half = np.float32(at), np.float32(axis.scale), np.float32(0.5)
    before, after = np.float32(axis.before), np.float32(axis.after)
    begin, end = np.float32(axis.region[0]), np.float32(axis.region[1])
    match axis.modes["coordinate_transformation_mode"]:
        case "asymmetric":
            return float(place / scale)
        case "align_corners":
            return float(place * (before - 1) / (after - 1)) if axis.after > 1 else 0.0
        case "pytorch_half_pixel" if axis.after == 1:
            return 0.0
        case "tf_half_pixel_for_nn":
            return float((place + half) / scale)
        case "tf_crop_and_resize":
            if axis.after == 1:
                return float(half * (begin + end) * (before - 1))
            return float(begin * (before - 1) + place * (end - begin) * (before - 1) / (after - 1))
        case "half_pixel_symmetric":
            offset = before / 2 * (1 - after / (scale * before))
            return float(offset + (place + half) / scale - half)
    return float((place + half) / scale - half)


WORKINGS: Mapping[str, Work] = {"Resize": resize, "Upsample": resize}
