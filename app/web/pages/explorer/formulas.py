"""The arithmetic behind a layer's size and counts, with the numbers of this layer in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from app.nets.layer import SPATIAL_AXES, Layer
from app.nets.window import AXES, Window, read_window
from app.web.pages.wording import MINUS, NO_BREAK, TIMES, format_count

BY = f"{NO_BREAK}{TIMES}{NO_BREAK}"
POOLS = ("MaxPool", "AveragePool", "LpPool")


@dataclass(frozen=True, slots=True)
class FormulasView:
    """How the output's height and width, the parameters and the multiply-accumulates follow from the layer's numbers.

    `sizes` has one formula where both axes have the same numbers, else two. None, or no formula, where it is not one of
    the usual: a formula is shown only if its result is the layer's own.
    """

    sizes: tuple[str, ...]
    parameters: str | None
    macs: str | None


def formulas_view(layer: Layer, input_shape: Sequence[int]) -> FormulasView:
    """The formulas of a layer; `input_shape` is that of its first input, without the batch axis."""
    if layer.op == "Conv" and layer.axes == SPATIAL_AXES and len(input_shape) == len(SPATIAL_AXES):
        window = read_window(layer.attributes, _kernel(layer), input_shape[1:], layer.shape[1:])
        dot_product = (*window.kernel, input_shape[0] // layer.attributes.get("group", 1))
        return FormulasView(
            _sizes(layer, window, input_shape), _parameters(layer, dot_product), _macs(layer, dot_product)
        )
    if layer.op in POOLS and layer.axes == SPATIAL_AXES and len(input_shape) == len(SPATIAL_AXES):
        window = read_window(layer.attributes, _kernel(layer), input_shape[1:], layer.shape[1:])
        return FormulasView(_sizes(layer, window, input_shape), None, None)
    if layer.op in ("Gemm", "MatMul") and len(layer.shape) == 1:
        return FormulasView((), _parameters(layer, tuple(input_shape)), _macs(layer, tuple(input_shape)))
    return FormulasView((), None, None)


def _kernel(layer: Layer) -> tuple[int, ...]:
    return tuple(layer.attributes.get("kernel_shape") or [1] * AXES)


def _sizes(layer: Layer, window: Window, input_shape: Sequence[int]) -> tuple[str, ...]:
    """(input + padding - extent) / stride + 1, rounded as the operator does."""
    texts = []
    for axis, (length, result) in enumerate(zip(input_shape[1:], layer.shape[1:], strict=True)):
        pads, extent, stride = (
            window.pads_begin[axis] + window.pads_end[axis],
            window.extent[axis],
            window.strides[axis],
        )
        room = length + pads - extent
        is_up = bool(layer.attributes.get("ceil_mode")) and room % stride != 0
        if (-(-room // stride) if is_up else room // stride) + 1 != result:
            return ()
        padded = f"{length}{f' + {pads}' if pads else ''} {MINUS} {extent}"
        quotient = f"({padded}) / {stride}"
        if room % stride:
            quotient = f"⌈{quotient}⌉" if is_up else f"⌊{quotient}⌋"
        texts.append(f"{quotient} + 1 = {result}".replace(" ", NO_BREAK))
    return tuple(dict.fromkeys(texts))


def _parameters(layer: Layer, dot_product: Sequence[int]) -> str | None:
    """(weights of one filter + its bias) x filters."""
    bias = "bias" in layer.weights
    if (prod(dot_product) + bias) * layer.shape[0] != layer.params:
        return None
    weights = _product(dot_product)
    one = f"({weights}{NO_BREAK}+{NO_BREAK}1)" if bias else weights
    return f"{one}{BY}{format_count(layer.shape[0])}{NO_BREAK}={NO_BREAK}{format_count(layer.params)}"


def _macs(layer: Layer, dot_product: Sequence[int]) -> str | None:
    """Cells of the output x weights of one filter."""
    if prod(layer.shape) * prod(dot_product) != layer.macs:
        return None
    return f"{_product([*layer.shape, *dot_product])}{NO_BREAK}={NO_BREAK}{format_count(layer.macs)}"


def _product(factors: Sequence[int]) -> str:
    return BY.join(format_count(factor) for factor in factors)
