"""Architectures side by side: the stages of networks by how much smaller than the input their maps are."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import inf, log2, prod

import numpy as np

from app.experiments.comparison.steps import NetworkStep, steps_of
from app.nets.graph import Graph
from app.nets.layer import Layer

StepRow = tuple[NetworkStep | None, ...]
MAX_ALIGNED = 2000  # steps of a stage; more are set side by side as they come


@dataclass(frozen=True, slots=True)
class StageSum:
    """A network's part in a stage: the sizes of its maps, and how many layers, parameters and MACs it has there."""

    sizes: tuple[tuple[int, int], ...]
    layers: int
    params: int
    macs: int


@dataclass(frozen=True, slots=True)
class NetworkStage:
    """What networks do where the input has been halved as often; `halvings` is None for vectors.

    A row holds the steps of the networks that do the same there, None for a network without such a step; `sums` has
    None for a network without this stage.
    """

    halvings: int | None
    rows: tuple[StepRow, ...]
    sums: tuple[StageSum | None, ...]


def align_stages(graphs: Sequence[Graph]) -> tuple[NetworkStage, ...]:
    """The stages of networks, from the largest maps to the vectors; of each its steps in line."""
    by_stage = [_steps_by_stage(graph) for graph in graphs]
    every = {halvings for stages in by_stage for halvings in stages}
    return tuple(
        NetworkStage(
            halvings,
            align_steps([stages.get(halvings, ()) for stages in by_stage]),
            tuple(_sum(stages[halvings]) if halvings in stages else None for stages in by_stage),
        )
        for halvings in sorted(every, key=lambda halvings: inf if halvings is None else halvings)
    )


def align_steps(columns: Sequence[Sequence[NetworkStep]]) -> tuple[StepRow, ...]:
    """Rows of steps that do the same, as many as possible, in the order of every column.

    The second column is aligned with the first one, each further one with the rows so far.
    """
    if max(map(len, columns), default=0) > MAX_ALIGNED:
        return tuple(zip_longest(*columns))
    rows: list[StepRow] = []
    for place, steps in enumerate(columns):
        rest = len(columns) - place - 1
        merged: list[StepRow] = []
        empty: StepRow = (None,) * place
        done_rows = done_steps = 0
        keys = [_key(next(step for step in row if step)) for row in rows]
        for row, step in [*common_order(keys, [_key(step) for step in steps]), (len(rows), len(steps))]:
            merged += [(*each[:place], *(None,) * (rest + 1)) for each in rows[done_rows:row]]
            merged += [(*empty, each, *(None,) * rest) for each in steps[done_steps:step]]
            if row < len(rows):
                merged.append((*rows[row][:place], steps[step], *(None,) * rest))
            done_rows, done_steps = row + 1, step + 1
        rows = merged
    return tuple(rows)


def common_order(one: Sequence[Hashable], other: Sequence[Hashable]) -> list[tuple[int, int]]:
    """The places of a longest common subsequence, as pairs that rise on both sides.

    D. S. Hirschberg, "A Linear Space Algorithm for Computing Maximal Common Subsequences", CACM 18(6), 1975, names the
    recurrence; here the whole table is filled, row by row.
    """
    numbers = {key: number for number, key in enumerate(dict.fromkeys([*one, *other]))}
    across = np.array([numbers[key] for key in other], int)
    lengths = np.zeros((len(one) + 1, len(other) + 1), np.int16)
    for place, key in enumerate(one, 1):
        before = lengths[place - 1]
        longer = np.maximum(before[1:], before[:-1] + (across == numbers[key]))
        np.maximum.accumulate(longer, out=lengths[place, 1:])
    pairs, row, column = [], len(one), len(other)
    while row and column:
        if lengths[row, column] == lengths[row - 1, column]:
            row -= 1
        elif lengths[row, column] == lengths[row, column - 1]:
            column -= 1
        else:
            row, column = row - 1, column - 1
            pairs.append((row, column))
    return pairs[::-1]


def _steps_by_stage(graph: Graph) -> dict[int | None, tuple[NetworkStep, ...]]:
    stages: dict[int | None, list[Layer]] = {}
    for layer in graph.layers:
        stages.setdefault(_halvings(graph, layer), []).append(layer)
    return {halvings: tuple(steps_of(layers)) for halvings, layers in stages.items()}


def _halvings(graph: Graph, layer: Layer) -> int | None:
    """How often height and width have been halved, to the nearest whole number; None for a vector."""
    return round(log2(prod(graph.input.shape[1:]) / prod(layer.map_size)) / 2) if layer.has_maps else None


def _sum(steps: Sequence[NetworkStep]) -> StageSum:
    layers = [layer for step in steps for layer in step.layers]
    return StageSum(
        sizes=tuple(dict.fromkeys(layer.map_size for layer in layers if layer.has_maps)),
        layers=len(layers),
        params=sum(layer.params for layer in layers),
        macs=sum(layer.macs for layer in layers),
    )


def _key(step: NetworkStep) -> Hashable:
    """What the layer of a step does, whatever the number of its channels."""
    attributes = step.lead.attributes
    kernel, strides = (tuple(attributes.get(name, ())) for name in ("kernel_shape", "strides"))
    return step.lead.op, kernel, strides if any(side > 1 for side in strides) else (), attributes.get("group", 1) > 1
