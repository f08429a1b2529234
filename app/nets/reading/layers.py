"""From operators to layers: which ones a person would name, and everything that is known of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from app.nets.layer import INPUT, Layer, ReceptiveField
from app.nets.reading.blocks import Step, blocks_of
from app.nets.reading.counts import macs, parameters, weights_of
from app.nets.reading.names import ids_of, names_of
from app.nets.reading.operator_fields import reaches
from app.nets.reading.operators import Operator, Source
from app.nets.reading.receptive_fields import Feed, receptive_fields
from app.nets.window import AXES

PASSED_THROUGH = {"Identity", "Cast"}  # carry the picture, but no one would name them


@dataclass(frozen=True, slots=True)
class Layered:
    """The layers, inputs first; the layer that makes each value, "input" for the picture; what each layer reads."""

    layers: tuple[Layer, ...]
    layer_of: Mapping[str, str]
    feeds: Mapping[str, Sequence[Feed]]


def read_layers(source: Source) -> Layered:
    """The layers of a network: the operators that carry the picture, but for Identity and Cast.

    Raises:
        NetworkError: the size of a layer can't be told.
    """
    carrying = [operator for operator in source.operators if not source.carried.isdisjoint(operator.outputs)]
    operators = [operator for operator in carrying if operator.op not in PASSED_THROUGH]
    makers = {value: operator for operator in source.operators for value in operator.outputs if value}
    weights = [weights_of(operator, source, makers) for operator in operators]
    names = names_of(operators, weights)
    ids = ids_of(named.name for named in names)
    layer_of = _wires(source, carrying, ids)
    steps = [
        Step(layer, named.name, operator.op, _inputs(operator, source, layer_of), named.made)
        for layer, named, operator in zip(ids, names, operators, strict=True)
    ]
    feeds = {
        layer: _feeds(operator, roles, source, layer_of)
        for layer, operator, roles in zip(ids, operators, weights, strict=True)
    }
    blocks = blocks_of(steps)
    fields = receptive_fields(feeds, size(source.shape(source.picture)[1:]))
    layers = tuple(
        _layer(step, operator, roles, source, blocks.get(step.id), fields[step.id])
        for step, operator, roles in zip(steps, operators, weights, strict=True)
    )
    return Layered(layers, MappingProxyType(layer_of), MappingProxyType(feeds))


def size(shape: Sequence[int]) -> tuple[int, int]:
    """The (height, width) of an array without batch axis; (1, 1) if it has no maps."""
    return (shape[-2], shape[-1]) if len(shape) > AXES else (1, 1)


def output_of(operator: Operator) -> str:
    """The value that stands for what the operator makes: its first."""
    return next(value for value in operator.outputs if value)


def _layer(
    step: Step, operator: Operator, roles: Mapping[str, str], source: Source, block: str | None, field: ReceptiveField
) -> Layer:
    output = output_of(operator)
    return Layer(
        id=step.id,
        name=step.name,
        op=step.op,
        block=block,
        inputs=step.inputs,
        output=output,
        shape=source.shape(output)[1:] or (1,),
        params=sum(parameters(roles, source).values()),
        macs=macs(operator, roles, source),
        receptive_field=field,
        attributes=operator.attributes,
        weights=roles,
    )


def _wires(source: Source, carrying: Sequence[Operator], ids: Sequence[str]) -> dict[str, str]:
    layer_of = {source.picture: INPUT}
    following = iter(ids)
    for operator in carrying:
        passed = operator.op in PASSED_THROUGH
        layer = layer_of[operator.inputs[0]] if passed else next(following)
        layer_of.update((value, layer) for value in operator.outputs if value)
    return layer_of


def _inputs(operator: Operator, source: Source, layer_of: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(layer_of[value] for value in operator.inputs if value in source.carried))


def _feeds(
    operator: Operator, roles: Mapping[str, str], source: Source, layer_of: Mapping[str, str]
) -> tuple[Feed, ...]:
    kernel = source.shape(roles["weight"]) if "weight" in roles else None
    after = source.shape(output_of(operator))
    return tuple(
        Feed(layer_of[value], reaches(operator, source.shape(value), after, kernel, source.opset))
        for value in operator.inputs
        if value in source.carried
    )
