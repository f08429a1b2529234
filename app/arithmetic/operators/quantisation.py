"""The workings of quantised operators: in the real numbers that integers stand for, and how the result is rounded.

An integer q stands for (q - zero point) scale. A quantised operator computes what the plain one does with these.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import prod

import numpy as np

from app.arithmetic.operators import activation, elementwise, movement, pooling
from app.arithmetic.operators.convolution import convolution
from app.arithmetic.operators.dense import gemm, matmul
from app.arithmetic.operators.selection import broadcast_index, read_number
from app.arithmetic.operators.softmax import softmax
from app.arithmetic.working import Doubles, Index, Operation, Source, Term, Work, Working, figure, operand
from app.errors import NoWorking
from app.nets.reading.quantisation import Quantisation, Scaling, dequantize
from app.nets.reading.quantised_values import OUTPUT_SCALES


@dataclass(frozen=True, slots=True)
class QuantisedInput:
    """Where a quantised input, its scale and its zero point are among an operator's inputs, and the scale's axis.

    The axis of weights is that of the outputs, of which one reads one part of the weights only.
    """

    position: int
    scale: int | None
    zero: int
    axis: int = 1
    is_weight: bool = False


@dataclass(frozen=True, slots=True)
class Plain:
    """The plain operator that a quantised one stands for.

    `bias` is that of an int32 whose scale is the product of those of the inputs. The result is real unless the operator
    is among `OUTPUT_SCALES`.
    """

    work: Work
    inputs: tuple[QuantisedInput, ...]
    bias: int | None = None


def quantize_linear(operation: Operation, index: Index) -> Working:
    """QuantizeLinear: https://onnx.ai/onnx/operators/onnx__QuantizeLinear.html."""
    x, scale = read_number(operation, 0, index), _parameter(operation, 1, index, "scale")
    if operation.input(2) is None and operation.attributes.get("output_dtype"):
        raise NoWorking("A QuantizeLinear that names its type has no working.", op=operation.op)
    return _round_to_step(x, scale, _zero(operation, 2, index), _range(operation, 2), _quotient(x.value, scale.value))


def dequantize_linear(operation: Operation, index: Index) -> Working:
    """DequantizeLinear: https://onnx.ai/onnx/operators/onnx__DequantizeLinear.html."""
    x, scale = read_number(operation, 0, index), _parameter(operation, 1, index, "scale")
    zero = _zero(operation, 2, index)
    total = (x.value - zero.value) * scale.value
    formula = f"({figure(x.value)} − {operand(zero.value)}) × {operand(scale.value)} = {figure(total)}"
    return Working(total, formula, (x, scale, zero))


def dynamic_quantize_linear(operation: Operation, index: Index) -> Working:
    """DynamicQuantizeLinear, to uint8 by the extremes of the input, in float32; then the scale and the zero point.

    https://onnx.ai/onnx/operators/onnx__DynamicQuantizeLinear.html
    """
    x = operation.required(0)
    least, greatest = Term("minimum", min(float(x.min()), 0.0)), Term("maximum", max(float(x.max()), 0.0))
    step = (np.float32(greatest.value) - np.float32(least.value)) / np.float32(255)
    scale = Term("scale", float(step) or 1.0, terms=(greatest, least))
    shift = -np.float32(least.value) / np.float32(scale.value)
    zero = Term("zero_point", float(np.rint(np.minimum(shift, 255))), terms=(least, scale))
    if operation.output == 1:
        formula = f"({figure(greatest.value)} − {operand(least.value)}) ÷ 255 = {figure(scale.value)}"
        return Working(scale.value, formula, scale.terms)
    if operation.output:
        formula = f"round({figure(-least.value)} ÷ {figure(scale.value)}) = {figure(zero.value)}"
        return Working(zero.value, formula, zero.terms)
    number = read_number(operation, 0, index)
    return _round_to_step(number, scale, zero, (0, 255), _quotient(number.value, scale.value))


def dequantised(working: Working, quantisation: Quantisation) -> Working:
    """The working of a quantised number, to its end: the real number that it stands for."""
    zero, scale = quantisation.zero_point, quantisation.scale
    total = (working.total - zero) * scale
    real = f"({figure(working.total)} − {operand(zero)}) × {operand(scale)} = {figure(total)}"
    return replace(working, total=total, formula=f"{working.formula} → {real}")


def _parameter(operation: Operation, position: int, index: Index, kind: str) -> Term:
    """The scale or the zero point of a number: one for all, for each entry of an axis, or for blocks of it."""
    given = operation.required(position)
    axis = int(operation.attributes.get("axis", 1))
    block = int(operation.attributes.get("block_size", 0))
    if block:
        axis %= len(index)
        place: Index = (*index[:axis], index[axis] // block, *index[axis + 1 :])
    elif given.size == 1:
        place = (0,) * given.ndim
    else:
        place = (index[axis],)
    return Term(kind, float(given[place]), source=Source(position, place))


def _zero(operation: Operation, position: int, index: Index) -> Term:
    if operation.input(position) is None:
        return Term("zero_point", 0.0)
    return _parameter(operation, position, index, "zero_point")


def _range(operation: Operation, position: int) -> tuple[int, int]:
    """The least and the greatest integer of the zero point's type; those of uint8 without one.

    Raises:
        NoWorking: it is no type of integers.
    """
    zero = operation.input(position)
    dtype = np.dtype(np.uint8) if zero is None else zero.dtype
    if dtype.kind not in "iu":
        raise NoWorking(f"There is no working for numbers of {dtype.name}.", op=operation.op)
    info = np.iinfo(dtype)
    return int(info.min), int(info.max)


def _quotient(value: float, scale: float) -> float:
    """Rounded to an integer after a division in float32, as onnxruntime does."""
    return float(np.rint(np.float32(value) / np.float32(scale)))


def _round_to_step(real: Term, scale: Term, zero: Term, limits: tuple[int, int], steps: float) -> Working:
    """The real number in steps of the scale, from the zero point on, cut to the integers that there are."""
    number, (least, greatest) = steps + zero.value, limits
    total = min(max(number, least), greatest)
    formula = f"round({figure(real.value)} ÷ {operand(scale.value)}) + {operand(zero.value)}"
    if total != number:
        name, limit = ("max", least) if number < least else ("min", greatest)
        formula = f"{name}({figure(limit)}, {formula})"
    return Working(float(total), f"{formula} = {figure(total)}", (real, scale, zero))


def quantised_operator(plain: Plain, operation: Operation, index: Index) -> Working:
    """What the plain operator computes with real numbers, rounded unless the result is real."""
    channel = index[1] if plain.work is convolution else index[-1]
    working = plain.work(_plain_operation(plain, operation, channel), index)
    positions = [each.position for each in plain.inputs] + ([plain.bias] if plain.bias is not None else [])
    terms = tuple(_renumber(term, positions) for term in working.terms)
    places = OUTPUT_SCALES.get(operation.op)
    if places is None or operation.input(places[0]) is None:
        return replace(working, terms=terms)
    at_scale, at_zero = places
    real = Term("real", working.total, terms=terms, is_sum=working.is_sum)
    scale, zero = _output_parameter(operation, at_scale, index, "scale"), Term("zero_point", 0.0)
    if operation.input(at_zero) is not None:
        zero = _output_parameter(operation, at_zero, index, "zero_point")
    if plain.work in (convolution, gemm, matmul):
        steps = _requantise(plain, operation, channel, real.value, scale.value)
    elif plain.work in (elementwise.addition, elementwise.multiplication):
        steps = _combine(plain, operation, index, scale.value, zero.value)
    else:
        steps = _quotient(real.value, scale.value)
    return _round_to_step(real, scale, zero, _range(operation, at_zero), steps)


def _output_parameter(operation: Operation, position: int, index: Index, kind: str) -> Term:
    given = operation.required(position)
    place: Index = (0,) * given.ndim if given.size == 1 else broadcast_index(index, given.shape)
    return Term(kind, float(given[place]), source=Source(position, place))


def _requantise(plain: Plain, operation: Operation, channel: int, real: float, scale: float) -> float:
    """A sum of products of integers times a float32, the quotient of the scales, rounded as in onnxruntime."""
    scales = [float(operation.attributes.get("alpha", 1))]
    for each in plain.inputs:
        given = _scale(operation, each)
        scales.append(float(given[channel if given.size > 1 else 0]))
    unit = prod(scales)
    multiplier = np.prod(np.array(scales, np.float32)) / np.float32(scale)
    return float(np.rint(np.float32(np.rint(real / unit)) * multiplier))


def _combine(plain: Plain, operation: Operation, index: Index, scale: float, zero: float) -> float:
    """A sum or a product of two integers, rounded with the zero point in it and in float32, as in onnxruntime."""
    one, other = (read_number(operation, each.position, index).value for each in plain.inputs)
    one_scale, other_scale = (np.float32(_scale(operation, each)[0]) for each in plain.inputs)
    one_zero, other_zero = (np.float32(_zero(operation, each.zero, index).value) for each in plain.inputs)
    if plain.work is elementwise.multiplication:
        unit = float(one_scale * other_scale / np.float32(scale))
        number = (one - float(one_zero)) * (other - float(other_zero)) * unit + zero
    else:
        one_ratio, other_ratio = one_scale / np.float32(scale), other_scale / np.float32(scale)
        shift = np.float32(zero) - (one_ratio * one_zero + other_ratio * other_zero)
        number = one * float(one_ratio) + float(np.float32(other * float(other_ratio) + float(shift)))
    return float(np.rint(np.float32(number))) - zero


def _plain_operation(plain: Plain, operation: Operation, channel: int) -> Operation:
    """The operator with real numbers for inputs, of the weights those for one channel or unit."""
    values = [
        _real_weights(operation, each, channel) if each.is_weight else _real(operation, each) for each in plain.inputs
    ]
    if plain.bias is not None and operation.input(plain.bias) is not None:
        unit = np.array(operation.attributes.get("alpha", 1), np.float64)
        for each in plain.inputs:
            unit = unit * _scale(operation, each)
        values.append(operation.required(plain.bias) * unit)
    opset = int(operation.attributes.get("opset", operation.opset))  # of a softmax's axis
    return replace(operation, opset=opset, inputs=tuple(values))


def _real(operation: Operation, each: QuantisedInput) -> Doubles:
    scaling = Scaling(_scale(operation, each), operation.input(each.zero), each.axis)
    real: Doubles = dequantize(operation.required(each.position), scaling)
    return real


def _real_weights(operation: Operation, each: QuantisedInput, channel: int) -> Doubles:
    """Weights in which all channels or units have those of one: all that it reads, without the memory of the others."""
    integers, zero, scale = operation.required(each.position), operation.input(each.zero), _scale(operation, each)
    axis = 0 if operation.attributes.get("transB") else each.axis
    if integers.ndim > 1:
        integers = integers.take([channel], axis)
    own = Scaling(
        scale.take([channel % scale.size]), None if zero is None else zero.reshape(-1).take([channel % zero.size])
    )
    return np.broadcast_to(dequantize(integers, own), operation.required(each.position).shape)


def _scale(operation: Operation, each: QuantisedInput) -> Doubles:
    """The scale or the scales of an input; 1 without one."""
    return np.ones(1) if each.scale is None else operation.required(each.scale).astype(np.float64).reshape(-1)


def _renumber(term: Term, positions: Sequence[int]) -> Term:
    """A term of the plain operator with the places of the quantised operator's inputs."""
    source, patch = term.source, term.patch
    return replace(
        term,
        source=source and replace(source, position=positions[source.position]),
        patch=patch and replace(patch, position=positions[patch.position]),
        terms=tuple(_renumber(each, positions) for each in term.terms),
    )


def concat(operation: Operation, index: Index) -> Working:
    """QLinearConcat, whose inputs come after the result's scale and zero point, each with its own."""
    inputs = tuple(QuantisedInput(at, at + 1, at + 2) for at in range(2, len(operation.inputs), 3))
    return quantised_operator(Plain(partial(movement.move_number, movement.concat), inputs), operation, index)


X = QuantisedInput(0, 1, 2)
Y = QuantisedInput(3, 4, 5)
FILTERS = replace(Y, axis=0, is_weight=True)
COLUMNS = replace(Y, axis=-1, is_weight=True)
PLAIN: Mapping[str, Plain] = {
    "ConvInteger": Plain(convolution, (QuantisedInput(0, None, 2), QuantisedInput(1, None, 3, 0, is_weight=True))),
    "MatMulInteger": Plain(matmul, (QuantisedInput(0, None, 2), QuantisedInput(1, None, 3, -1, is_weight=True))),
    "QGemm": Plain(gemm, (X, COLUMNS), 6),
    "QLinearAdd": Plain(elementwise.addition, (X, Y)),
    "QLinearAveragePool": Plain(pooling.average_pool, (X,)),
    "QLinearConv": Plain(convolution, (X, FILTERS), 8),
    "QLinearGlobalAveragePool": Plain(pooling.global_average_pool, (X,)),
    "QLinearLeakyRelu": Plain(activation.leaky_relu, (X,)),
    "QLinearMatMul": Plain(matmul, (X, COLUMNS)),
    "QLinearMul": Plain(elementwise.multiplication, (X, Y)),
    "QLinearSigmoid": Plain(activation.WORKINGS["Sigmoid"], (X,)),
    "QLinearSoftmax": Plain(softmax, (X,)),
}
WORKINGS: Mapping[str, Work] = {
    "DequantizeLinear": dequantize_linear,
    "DynamicQuantizeLinear": dynamic_quantize_linear,
    "QLinearConcat": concat,
    "QuantizeLinear": quantize_linear,
    **{op: partial(quantised_operator, plain) for op, plain in PLAIN.items()},
}
