"""The arithmetic behind a layer's size and counts, with the numbers of this layer in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

from app.nets.layer import INPUT, SPATIAL_AXES, Layer
from app.nets.network import Network
from app.nets.window import AXES, Window, read_pool_window, read_window
from app.web.pages.wording import MINUS, NO_BREAK, TIMES, format_count, format_number

BY = f"{NO_BREAK}{TIMES}{NO_BREAK}"
PLUS = f"{NO_BREAK}+ "  # a long sum may go on in the next line
POOLS = ("MaxPool", "AveragePool", "LpPool")
NORMALISATIONS = ("BatchNormalization", "InstanceNormalization", "GroupNormalization", "LayerNormalization")


@dataclass(frozen=True, slots=True)
class FormulasView:
    """How the output's shape, the receptive field and the counts follow from the layer's numbers.

    `sizes` and `fields` have one formula where both axes have the same numbers, else two. `count` is how many channels
    or values there are. None, or no formula, where it is not one of the usual: a formula is shown only if its result is
    the layer's own.
    """

    sizes: tuple[str, ...] = ()
    count: str | None = None
    fields: tuple[str, ...] = ()
    parameters: str | None = None
    macs: str | None = None


def formulas_of(network: Network, layer: Layer) -> FormulasView:
    """The formulas of a layer of a network."""
    sources = [None if name == INPUT else network.layer(name) for name in layer.inputs]
    shapes = [source.shape if source else network.graph.input.shape for source in sources]
    if not shapes:
        return FormulasView()
    return replace(
        formulas_view(layer, shapes[0]), count=_count(layer, shapes), fields=_fields(layer, sources[0], shapes[0])
    )


def formulas_view(layer: Layer, input_shape: Sequence[int]) -> FormulasView:
    """The formulas of a layer alone; `input_shape` is that of its first input, without the batch axis."""
    is_map = layer.axes == SPATIAL_AXES and len(input_shape) == len(SPATIAL_AXES)
    if layer.op == "Conv" and is_map:
        window = _window(layer, input_shape)
        product = (*window.kernel, input_shape[0] // layer.attributes.get("group", 1))
        sizes = _sizes(layer, window, input_shape)
        return FormulasView(sizes, parameters=_parameters(layer, product), macs=_macs(layer, product))
    if layer.op in POOLS and is_map:
        window = _window(layer, input_shape)
        return FormulasView(_sizes(layer, window, input_shape))
    if layer.op in ("Gemm", "MatMul") and len(layer.shape) == 1:
        product = tuple(input_shape)
        return FormulasView(parameters=_parameters(layer, product), macs=_macs(layer, product))
    if layer.op in NORMALISATIONS and layer.params and layer.params == 2 * layer.channels:
        return FormulasView(parameters=_equation(BY.join(("2", format_count(layer.channels))), layer.params))
    return FormulasView()


def _count(layer: Layer, shapes: Sequence[Sequence[int]]) -> str | None:
    """The channels of a concatenation, or the values of a flattened map."""
    if layer.op == "Concat" and sum(shape[0] for shape in shapes) == layer.shape[0]:
        return _equation(PLUS.join(format_count(shape[0]) for shape in shapes), layer.shape[0])
    if layer.op in ("Flatten", "Reshape") and layer.shape == (prod(shapes[0]),) and len(shapes[0]) > 1:
        return _equation(_product(shapes[0]), layer.shape[0])
    return None


def _fields(layer: Layer, source: Layer | None, input_shape: Sequence[int]) -> tuple[str, ...]:
    """Receptive field of the input + (extent - 1) x its stride."""
    if layer.op not in ("Conv", *POOLS) or layer.axes != SPATIAL_AXES or len(input_shape) != len(SPATIAL_AXES):
        return ()
    window = _window(layer, input_shape)
    before = source.receptive_field if source else None
    sizes, steps = (before.size, before.step) if before else ((1.0, 1.0), (1.0, 1.0))
    texts = []
    for size, step, extent, result in zip(sizes, steps, window.extent, layer.receptive_field.size, strict=True):
        if extent == 1 or size + (extent - 1) * step != result:
            return ()
        figures = (format_number(figure) for figure in (size, extent, step, result))
        first, width, stride, whole = figures
        texts.append(f"{first} + ({width} {MINUS} 1) {TIMES} {stride} = {whole}".replace(" ", NO_BREAK))
    return tuple(dict.fromkeys(texts))


def _window(layer: Layer, input_shape: Sequence[int]) -> Window:
    if layer.op in POOLS:
        return read_pool_window(layer.attributes, input_shape[1:])
    return read_window(layer.attributes, _kernel(layer), input_shape[1:], layer.shape[1:])


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
    return _equation(f"{one}{BY}{format_count(layer.shape[0])}", layer.params)


def _macs(layer: Layer, dot_product: Sequence[int]) -> str | None:
    """Cells of the output x weights of one filter."""
    if prod(layer.shape) * prod(dot_product) != layer.macs:
        return None
    return _equation(_product([*layer.shape, *dot_product]), layer.macs)


def _equation(left: str, right: int) -> str:
    return f"{left}{NO_BREAK}={NO_BREAK}{format_count(right)}"


def _product(factors: Sequence[int]) -> str:
    return BY.join(format_count(factor) for factor in factors)
