"""From operators to layers: which operators are layers, and the facts of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from app.nets.layer import INPUT, Layer, ReceptiveField
from app.nets.reading.axes import Axes, axes_of
from app.nets.reading.blocks import LayerOutline, find_blocks
from app.nets.reading.constants import Constants
from app.nets.reading.counts import count_macs, count_parameters
from app.nets.reading.factors import BATCH
from app.nets.reading.names import layer_ids, name_layers
from app.nets.reading.operator_fields import Shapes, input_windows
from app.nets.reading.operators import Operator, OperatorGraph
from app.nets.reading.receptive_fields import LayerInput, receptive_fields
from app.nets.reading.roles import RoleReader, kernel_shape
from app.nets.window import AXES

T = TypeVar("T")
PASSED_THROUGH = {"Identity", "Cast"}  # depend on the input, but are not layers to a reader


@dataclass(frozen=True, slots=True)
class LayerGraph:
    """The layers in topological order, the layer that computes each value ("input" for the input), and layer inputs."""

    layers: tuple[Layer, ...]
    layer_of: Mapping[str, str]
    layer_inputs: Mapping[str, Sequence[LayerInput]]


@dataclass(frozen=True, slots=True)
class LayerPlacement:
    """The place of a layer in the network: its block, the receptive field of its cells, and the axes of its value."""

    block: str | None
    receptive_field: ReceptiveField
    axes: Axes


def read_layers(graph: OperatorGraph, constants: Constants) -> LayerGraph:
    """The layers of a network: the operators that depend on its input, except Identity and Cast.

    Raises:
        NetworkError: the size of a layer is unknown.
    """
    dependent = [operator for operator in graph.operators if not graph.input_dependent.isdisjoint(operator.outputs)]
    operators = [operator for operator in dependent if operator.op not in PASSED_THROUGH]
    reader = RoleReader(graph, constants)
    weights = [reader.trained_constants(operator) for operator in operators]
    names = name_layers(operators, weights)
    ids = layer_ids(each.name for each in names)
    layer_of = _layer_by_value(graph, dependent, ids)
    layer_inputs = {
        layer: _layer_inputs(operator, roles, graph, layer_of)
        for layer, operator, roles in zip(ids, operators, weights, strict=True)
    }
    outlines = [
        LayerOutline(layer, each.name, operator.op, _inputs(operator, graph, layer_of), each.is_generated)
        for layer, each, operator in zip(ids, names, operators, strict=True)
    ]
    blocks, axes = find_blocks(outlines), axes_of(graph)
    fields = receptive_fields(layer_inputs, map_size(graph.shape(graph.input)[1:]))
    places = [
        LayerPlacement(blocks.get(outline.id), fields[outline.id], axes[output_of(operator)])
        for outline, operator in zip(outlines, operators, strict=True)
    ]
    layers = tuple(
        _layer(outline, place, operator, roles, graph)
        for outline, place, operator, roles in zip(outlines, places, operators, weights, strict=True)
    )
    return LayerGraph(layers, MappingProxyType(layer_of), MappingProxyType(layer_inputs))


def map_size(shape: Sequence[int]) -> tuple[int, int]:
    """The (height, width) of an array without batch axis; (1, 1) if it has no maps."""
    return (shape[-2], shape[-1]) if len(shape) > AXES else (1, 1)


def output_of(operator: Operator) -> str:
    """The operator's main output: its first."""
    return next(value for value in operator.outputs if value)


def _layer(
    outline: LayerOutline, placement: LayerPlacement, operator: Operator, roles: Mapping[str, str], graph: OperatorGraph
) -> Layer:
    output, axes = output_of(operator), placement.axes
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
        attributes=operator.attributes,
        weights=roles,
        axes=_without(axes, batch_axis),
        batch_axis=batch_axis,
    )


def _without(entries: tuple[T, ...], place: int | None) -> tuple[T, ...]:
    return entries if place is None else (*entries[:place], *entries[place + 1 :])


def _layer_by_value(graph: OperatorGraph, dependent: Sequence[Operator], ids: Sequence[str]) -> dict[str, str]:
    """The id of the layer that computes each value; Identity and Cast pass on that of their input."""
    layer_of = {graph.input: INPUT}
    remaining = iter(ids)
    for operator in dependent:
        is_passed = operator.op in PASSED_THROUGH
        layer = layer_of[operator.inputs[0]] if is_passed else next(remaining)
        layer_of.update((value, layer) for value in operator.outputs if value)
    return layer_of


def _inputs(operator: Operator, graph: OperatorGraph, layer_of: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(layer_of[value] for value in operator.inputs if value in graph.input_dependent))


def _layer_inputs(
    operator: Operator, roles: Mapping[str, str], graph: OperatorGraph, layer_of: Mapping[str, str]
) -> tuple[LayerInput, ...]:
    kernel = kernel_shape(operator, graph) if "weight" in roles else None
    output = graph.shape(output_of(operator))
    return tuple(
        LayerInput(layer_of[value], input_windows(operator, Shapes(graph.shape(value), output, kernel), graph.opset))
        for value in operator.inputs
        if value in graph.input_dependent
    )
