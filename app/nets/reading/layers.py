"""From operators to layers: which operators are layers, and the facts of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite, prod
from types import MappingProxyType
from typing import Any, TypeVar

from app.errors import NetworkError
from app.nets.layer import INPUT, Layer, ReceptiveField
from app.nets.reading.axes import CHANNELS_FIRST, CHANNELS_LAST, Axes, ValueAxes, read_axes
from app.nets.reading.blocks import LayerOutline, find_blocks
from app.nets.reading.constants import Constants
from app.nets.reading.counts import CONVOLUTIONS, count_macs, count_parameters
from app.nets.reading.factors import BATCH, HEIGHT, WIDTH
from app.nets.reading.names import layer_ids, name_layers
from app.nets.reading.operator_fields import ELEMENTWISE, SAME, WHOLE, InputWindows, Shapes, input_windows
from app.nets.reading.operators import Operator, OperatorGraph
from app.nets.reading.quantisation import Quantisation
from app.nets.reading.quantised_values import read_quantised_values
from app.nets.reading.receptive_fields import LayerInput, receptive_fields
from app.nets.reading.roles import RoleReader, kernel_shape
from app.nets.window import AXES

T = TypeVar("T")
SIZED_BY_INPUTS = {"Add", "Concat", "Conv", "ConvTranspose", "Div", "Gemm", "MatMul", "Mul", "Sub"}
PASSED_THROUGH = {"Identity", "Cast"}  # depend on the input, but are not layers to a reader


@dataclass(frozen=True, slots=True)
class LayerGraph:
    """The layers in topological order, the layer that computes each value ("input" for the input), and layer inputs.

    `outputs` are the network's outputs that depend on its input, each as the layer that computes it with the name, the
    shape and the axes of the output, without those that have no shape before a run or are not of numbers. `unsized` are
    the operators that are no layers for that reason. `before_output` is the last layer that the first output reads.
    """

    layers: tuple[Layer, ...]
    outputs: tuple[Layer, ...]
    layer_of: Mapping[str, str]
    layer_inputs: Mapping[str, Sequence[LayerInput]]
    unsized: tuple[Operator, ...]
    before_output: Layer | None


@dataclass(frozen=True, slots=True)
class LayerPlacement:
    """The place of a layer in the network: its block, the receptive field of its cells, and what its value is."""

    block: str | None
    receptive_field: ReceptiveField
    axes: ValueAxes
    quantisation: Quantisation | None


class WindowReader:
    """Reads what each operator reads of its inputs, per axis of the map: height and width, wherever these axes are."""

    def __init__(self, graph: OperatorGraph, axes: Mapping[str, ValueAxes]) -> None:
        self._graph = graph
        self._axes = axes
        # The operators of which values are a further output, as it is or passed on.
        self._parts: dict[str, Operator] = {}
        for operator in graph.operators:
            if operator.op in PASSED_THROUGH and operator.inputs[0] in self._parts:
                self._parts[operator.outputs[0]] = self._parts[operator.inputs[0]]
            self._parts.update((value, operator) for value in operator.outputs[1:] if value)

    def read(self, operator: Operator, roles: Mapping[str, str]) -> Iterator[tuple[str, InputWindows]]:
        """The windows of each input that depends on the network's input, with the input's name."""
        kernel = kernel_shape(operator, self._graph) if "weight" in roles else None
        for value in operator.inputs:
            if value in self._axes:
                yield value, self._windows(operator, value, kernel)
            elif value in self._graph.input_dependent:
                yield value, WHOLE

    def read_layers(
        self, operator: Operator, roles: Mapping[str, str], sources: Mapping[str, Sequence[str]]
    ) -> Iterator[tuple[str, InputWindows]]:
        """The windows of each layer that the operator reads; `sources` are those that each value comes from."""
        for value, windows in self.read(operator, roles):
            on_layer = self._on_first_output(value, windows)
            yield from ((source, on_layer) for source in sources[value])

    def _on_first_output(self, value: str, windows: InputWindows) -> InputWindows:
        """The windows on the first output of the value's operator, which is that of the layer.

        Along an axis that a Split cuts, the cells of a further part are not those of the first one.
        """
        maker = self._parts.get(value)
        if maker is None or windows == WHOLE:
            return windows
        whole, names = maker.inputs[0], self._axes[value].names
        if whole not in self._axes or self._axes[whole].names != names:
            return WHOLE
        before, after = self._graph.shape(whole), self._graph.shape(value)
        places = zip(windows, map(names.index, (HEIGHT, WIDTH)), strict=True)
        return tuple(window if before[place] == after[place] else None for window, place in places)

    def _windows(self, operator: Operator, value: str, kernel: tuple[int, ...] | None) -> InputWindows:
        output = output_of(operator)
        shapes = Shapes(self._graph.shape(value), self._graph.shape(output), kernel)
        before, after = self._axes[value].names, self._axes[output].names
        if not (_has_places(before) and _has_places(after)):
            return WHOLE
        if operator.op == "Transpose":
            return (SAME,) * AXES
        if CHANNELS_LAST not in (before, after):
            return input_windows(operator, shapes, self._graph.opset)
        if before == after and operator.op in ELEMENTWISE:
            shapes = Shapes(_channels_first(shapes.input), _channels_first(shapes.output))
            return input_windows(operator, shapes, self._graph.opset)
        return (SAME,) * AXES if before == after and self._mixes_channels(operator, value) else WHOLE

    def _mixes_channels(self, operator: Operator, value: str) -> bool:
        """Whether each place of an output with its channels last depends on the same place of this input alone."""
        if operator.op == "LayerNormalization":
            return operator.attributes.get("axis", -1) in (-1, len(CHANNELS_LAST) - 1)
        others = [name for name in operator.inputs[1:] if name in self._graph.input_dependent]
        return operator.op == "MatMul" and operator.inputs[0] == value and not others


def _has_places(axes: Axes) -> bool:
    """Whether the value has height and width where a receptive field moves over them, as `Layer.moves_over_input`."""
    if axes in (CHANNELS_LAST, CHANNELS_FIRST[1:], CHANNELS_LAST[1:]):
        return True
    return len(axes) > AXES + 1 and axes[-AXES:] == (HEIGHT, WIDTH)


def _channels_first(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (shape[0], shape[-1], *shape[1:-1])


def read_layers(graph: OperatorGraph, constants: Constants) -> LayerGraph:
    """The layers of a network: the operators that depend on its input, except Identity and Cast.

    Raises:
        NetworkError: the size of a layer is unknown.
    """
    dependent = [operator for operator in graph.operators if not graph.input_dependent.isdisjoint(operator.outputs)]
    operators = [operator for operator in dependent if _is_layer(operator, graph)]
    unsized = tuple(each for each in dependent if each.op not in PASSED_THROUGH and not _is_layer(each, graph))
    _check_sizes(operators, unsized, graph)
    reader = RoleReader(graph, constants)
    weights = [reader.trained_constants(operator) for operator in operators]
    names = name_layers(operators, weights)
    ids = layer_ids(each.name for each in names)
    sources, axes = _sources(graph, dependent, ids), read_axes(graph)
    quantised = read_quantised_values(graph, constants)
    places = WindowReader(graph, axes)
    layer_inputs = {
        layer: tuple(LayerInput(*pair) for pair in places.read_layers(operator, roles, sources))
        for layer, operator, roles in zip(ids, operators, weights, strict=True)
    }
    outlines = [
        LayerOutline(layer, each.name, operator.op, _sources_of(operator, sources), each.is_generated)
        for layer, each, operator in zip(ids, names, operators, strict=True)
    ]
    blocks = find_blocks(outlines)
    fields = receptive_fields(layer_inputs, (graph.image.height, graph.image.width))
    placements = [
        LayerPlacement(blocks.get(outline.id), fields[outline.id], axes[value], quantised.get(value))
        for outline, value in zip(outlines, map(output_of, operators), strict=True)
    ]
    layers = tuple(
        _layer(outline, place, operator, roles, graph)
        for outline, place, operator, roles in zip(outlines, placements, operators, weights, strict=True)
    )
    layer_of = MappingProxyType({value: known[0] for value, known in sources.items() if graph.is_sized(value)})
    by_id = {layer.id: layer for layer in layers}
    last = by_id.get((INPUT, *sources.get(graph.output, ()))[-1])
    outputs = _outputs(graph, by_id, sources, axes, quantised)
    return LayerGraph(layers, outputs, layer_of, MappingProxyType(layer_inputs), unsized, last)


def _check_sizes(sized: Sequence[Operator], unsized: Sequence[Operator], graph: OperatorGraph) -> None:
    """Raises NetworkError where no operator has a size, or one contradicts its inputs."""
    if unsized and not sized:
        raise NetworkError("The file does not determine the size of a layer.")
    for operator in (*unsized, *sized):
        if _contradicts(operator, graph):
            raise NetworkError(
                f"The layers of the network do not fit images of {graph.image.width} x {graph.image.height} pixels: "
                f"the sizes at {operator.op} {operator.name[:80]} do not go together.",
                width=graph.image.width,
                height=graph.image.height,
            )


def _contradicts(operator: Operator, graph: OperatorGraph) -> bool:
    """Whether its inputs have sizes that it can't join, or it gives another number of entries than it reads."""
    output, first = output_of(operator), next(iter(operator.inputs), "")
    if output not in graph.values:
        return operator.op in SIZED_BY_INPUTS and all(value in graph.values for value in operator.inputs if value)
    is_reshaped = operator.op == "Reshape" and first in graph.values
    return is_reshaped and prod(graph.shape(first)) != prod(graph.shape(output))


def output_of(operator: Operator) -> str:
    """The operator's main output: its first."""
    return next(value for value in operator.outputs if value)


def _layer(
    outline: LayerOutline, placement: LayerPlacement, operator: Operator, roles: Mapping[str, str], graph: OperatorGraph
) -> Layer:
    output, axes = output_of(operator), placement.axes.names
    shape, batch_axis = graph.shape(output), axes.index(BATCH) if BATCH in axes else None
    return Layer(
        id=outline.id,
        name=outline.name,
        op=outline.op,
        block=placement.block,
        inputs=outline.inputs,
        output=output,
        shape=_without(shape, batch_axis),
        params=sum(count_parameters(roles, graph).values()),
        macs=count_macs(operator, graph),
        receptive_field=placement.receptive_field,
        attributes=_attributes(operator, graph),
        weights=roles,
        axes=_without(axes, batch_axis),
        batch_axis=batch_axis,
        token_grid=placement.axes.token_grid,
        quantisation=placement.quantisation,
    )


def _attributes(operator: Operator, graph: OperatorGraph) -> Mapping[str, Any]:
    """What the file says of the operator, as JSON has it. It may leave the size of a kernel to the weight's shape."""
    attributes = {
        name: value for name, value in operator.attributes.items() if not isinstance(value, float) or isfinite(value)
    }
    if operator.op not in CONVOLUTIONS | {"ConvTranspose"} or attributes.get("kernel_shape"):
        return attributes
    return {**attributes, "kernel_shape": list(kernel_shape(operator, graph)[2:])}


def _outputs(
    graph: OperatorGraph,
    layers: Mapping[str, Layer],
    sources: Mapping[str, tuple[str, ...]],
    axes: Mapping[str, ValueAxes],
    quantised: Mapping[str, Quantisation],
) -> tuple[Layer, ...]:
    """The outputs that have a size."""
    before = {value: [layers[layer] for layer in sources.get(value, ()) if layer in layers] for value in graph.outputs}
    computed = [value for value in graph.outputs if before[value] and graph.is_sized(value)]
    outputs = (_output(value, before[value][0], graph.shape(value), axes[value]) for value in computed)
    return tuple(replace(output, quantisation=quantised.get(output.output)) for output in outputs)


def _output(value: str, layer: Layer, shape: tuple[int, ...], axes: ValueAxes) -> Layer:
    batch_axis = axes.names.index(BATCH) if BATCH in axes.names else None
    return replace(
        layer,
        output=value,
        shape=_without(shape, batch_axis),
        axes=_without(axes.names, batch_axis),
        batch_axis=batch_axis,
        token_grid=axes.token_grid,
    )


def _without(entries: tuple[T, ...], place: int | None) -> tuple[T, ...]:
    return entries if place is None else (*entries[:place], *entries[place + 1 :])


def _is_layer(operator: Operator, graph: OperatorGraph) -> bool:
    return operator.op not in PASSED_THROUGH and graph.is_sized(output_of(operator))


def _sources(graph: OperatorGraph, dependent: Sequence[Operator], ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The id of the layer that computes each value; what is no layer passes on those of its inputs."""
    sources: dict[str, tuple[str, ...]] = {graph.input: (INPUT,)}
    remaining = iter(ids)
    for operator in dependent:
        of_output = (next(remaining),) if _is_layer(operator, graph) else _sources_of(operator, sources)
        sources.update((value, of_output) for value in operator.outputs if value)
    return sources


def _sources_of(operator: Operator, sources: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source for value in operator.inputs for source in sources.get(value, ())))
