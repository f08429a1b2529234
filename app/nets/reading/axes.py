"""The name of every axis of every value: the batch axis is followed from the input, never assumed to be the first."""

from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from math import prod

from app.nets.reading.operators import Operator, OperatorGraph

Axes = tuple[str, ...]
Lengths = tuple[int, ...]
BATCH, GROUP, CHANNEL, HEIGHT, WIDTH, TOKENS, UNIT, ONE = (
    "batch", "group", "channel", "height", "width", "tokens", "unit", "one",
)  # fmt: skip
CHANNELS_FIRST: Axes = (BATCH, CHANNEL, HEIGHT, WIDTH)
CHANNELS_LAST: Axes = (BATCH, HEIGHT, WIDTH, CHANNEL)
BY_RANK: Mapping[int, Axes] = {
    0: (),
    1: (UNIT,),
    2: (BATCH, UNIT),
    3: (BATCH, CHANNEL, "length"),
    4: CHANNELS_FIRST,
    5: (BATCH, GROUP, CHANNEL, HEIGHT, WIDTH),
}
BROADCASTING = {
    "Add", "And", "BitShift", "Div", "Equal", "Expand", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Max",
    "Mean", "Min", "Mod", "Mul", "Or", "PRelu", "Pow", "Sub", "Sum", "Where", "Xor",
}  # fmt: skip
RESHAPING = {"Flatten", "Reshape"}
REDUCING = {
    "ArgMax", "ArgMin", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean",
    "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare",
}  # fmt: skip


def axes_of(graph: OperatorGraph, picture: Axes = CHANNELS_FIRST) -> Mapping[str, Axes]:
    """The names of the axes of every value that depends on the picture, by the value's name.

    `picture` are those of the input. A value has at most one "batch" axis, and none where an operator removes it.
    Operators without a rule keep the names where the rank stays the same.
    """
    axes_by_value = {graph.input: picture}
    for operator in graph.operators:
        for output in operator.outputs:
            if output in graph.input_dependent and output in graph.values:
                axes_by_value[output] = _named(operator, output, graph, axes_by_value)
    return axes_by_value


def _named(operator: Operator, output: str, graph: OperatorGraph, axes_by_value: Mapping[str, Axes]) -> Axes:
    after = graph.values[output].shape
    inputs = [(axes_by_value[value], graph.values[value].shape) for value in operator.inputs if value in axes_by_value]
    if not inputs:
        return _default(after)
    axes = _rule_of(operator.op)(operator, inputs, after)
    if len(axes) != len(after):
        axes = inputs[0][0] if len(inputs[0][0]) == len(after) else _default(after)
    return _one_batch(axes)


def _rule_of(op: str) -> Callable[[Operator, Sequence[tuple[Axes, Lengths]], Lengths], Axes]:
    if op in BROADCASTING:
        return _broadcast
    if op in RESHAPING:
        return _reshaped
    return _reduced if op in REDUCING else RULES.get(op, _same)


def _same(operator: Operator, inputs: Sequence[tuple[Axes, Lengths]], after: Lengths) -> Axes:
    return inputs[0][0]


def _broadcast(operator: Operator, inputs: Sequence[tuple[Axes, Lengths]], after: Lengths) -> Axes:
    """Axes are aligned from the last one; an axis is named by an input that is not stretched along it."""
    names = []
    for place in range(1, len(after) + 1):
        named = [(shape[-place] == after[-place], axes[-place]) for axes, shape in inputs if len(axes) >= place]
        known = [name for whole, name in named if whole and name != ONE] or [name for _, name in named]
        names.append(BATCH if BATCH in known else known[0] if known else ONE)
    return tuple(reversed(names))


def _transposed(operator: Operator, inputs: Sequence[tuple[Axes, Lengths]], after: Lengths) -> Axes:
    axes = inputs[0][0]
    order = operator.attributes.get("perm") or range(len(axes) - 1, -1, -1)
    return tuple(axes[place] for place in order)


def _squeezed(operator: Operator, inputs: Sequence[tuple[Axes, Lengths]], after: Lengths) -> Axes:
    axes, shape = inputs[0]
    removed = _places(operator, len(axes)) or {place for place, length in enumerate(shape) if length == 1}
    return tuple(name for place, name in enumerate(axes) if place not in removed)


def _unsqueezed(operator: Operator, inputs: Sequence[tuple[Axes, Lengths]], after: Lengths) -> Axes:
    names, added = iter(inputs[0][0]), _places(operator, len(after))
    return tuple(ONE if place in added else next(names, ONE) for place in range(len(after)))


def _reduced(operator: Operator, inputs: Sequence[tuple[Axes, Lengths]], after: Lengths) -> Axes:
    axes = inputs[0][0]
    if len(axes) == len(after):
        return axes
    removed = {place % len(axes) for place in [operator.attributes.get("axis", 0)]}
    removed = _places(operator, len(axes)) or removed
    return tuple(name for place, name in enumerate(axes) if place not in removed)


def _multiplied(operator: Operator, inputs: Sequence[tuple[Axes, Lengths]], after: Lengths) -> Axes:
    """The rows of the first factor; the columns of the second if that depends on the picture too."""
    first = inputs[0][0]
    if len(inputs) > 1 and len(first) == len(inputs[1][0]):
        return (*first[:-1], inputs[1][0][-1])
    return first


def _dense(operator: Operator, inputs: Sequence[tuple[Axes, Lengths]], after: Lengths) -> Axes:
    axes = inputs[0][0]
    return (axes[1] if operator.attributes.get("transA") else axes[0], UNIT)


def _gathered(operator: Operator, inputs: Sequence[tuple[Axes, Lengths]], after: Lengths) -> Axes:
    axes = inputs[0][0]
    place, more = operator.attributes.get("axis", 0) % len(axes), len(after) - len(axes) + 1
    return (*axes[:place], *["index"] * more, *axes[place + 1 :]) if more >= 0 else axes


def _reshaped(operator: Operator, inputs: Sequence[tuple[Axes, Lengths]], after: Lengths) -> Axes:
    """Runs of axes with the same number of elements before and after belong together."""
    axes, before = inputs[0]
    names: list[str] = []
    start, end = 0, 0
    while start < len(before) or end < len(after):
        stop, to = _next_run(before, start, after, end)
        names += _renamed(axes[start:stop], before[start:stop], after[end:to])
        start, end = stop, to
    return tuple(names)


def _next_run(before: Lengths, start: int, after: Lengths, end: int) -> tuple[int, int]:
    """The ends of the shortest runs from `start` and `end` that hold as many elements."""
    stop, to = min(start + 1, len(before)), min(end + 1, len(after))
    while prod(before[start:stop]) != prod(after[end:to]):
        if prod(before[start:stop]) < prod(after[end:to]) and stop < len(before):
            stop += 1
        elif to < len(after):
            to += 1
        else:
            return len(before), len(after)
    if start == len(before) or end == len(after):  # what is left has one element
        return len(before), len(after)
    return stop, to


def _renamed(axes: Axes, before: Lengths, after: Lengths) -> list[str]:
    if before == after:
        return list(axes)
    real = [name for name, length in zip(axes, before, strict=True) if length > 1]
    ones = [name for name, length in zip(axes, before, strict=True) if length == 1]
    merged, lengths = _merged(real), [length for length in after if length > 1]
    split = iter(_split(merged, len(lengths)))
    left = iter(ones)
    return [next(split) if length > 1 else next(left, ONE) for length in after]


def _merged(names: Sequence[str]) -> str:
    """The name of axes that become one."""
    if not names:
        return ONE
    if len(set(names)) == 1:
        return names[0]
    known: Mapping[frozenset[str], str] = {
        frozenset((HEIGHT, WIDTH)): TOKENS,
        frozenset((GROUP, CHANNEL)): CHANNEL,
        frozenset((BATCH, GROUP)): GROUP,
    }
    return known.get(frozenset(names), UNIT)


def _split(name: str, count: int) -> list[str]:
    """The names of the axes that one becomes."""
    if count <= 1:
        return [name]
    if (name, count) == (CHANNEL, 2):
        return [GROUP, CHANNEL]
    if (name, count) == (TOKENS, 2):
        return [HEIGHT, WIDTH]
    return [part or name for part, _ in zip_longest(["", *["part"] * (count - 1)], range(count))]


def _places(operator: Operator, rank: int) -> set[int]:
    axes = operator.attributes.get("axes")
    return {place % rank for place in axes} if axes else set()


def _default(shape: Lengths) -> Axes:
    axes = BY_RANK.get(len(shape)) or ("axis",) * len(shape)
    return axes if shape[:1] == (1,) else tuple("axis" if name == BATCH else name for name in axes)


def _one_batch(axes: Axes) -> Axes:
    """Only the first of several batch axes is one."""
    first = axes.index(BATCH) if BATCH in axes else -1
    return tuple("axis" if name == BATCH and place != first else name for place, name in enumerate(axes))


RULES: Mapping[str, Callable[[Operator, Sequence[tuple[Axes, Lengths]], Lengths], Axes]] = {
    "Transpose": _transposed,
    "Squeeze": _squeezed,
    "Unsqueeze": _unsqueezed,
    "MatMul": _multiplied,
    "Gemm": _dense,
    "Gather": _gathered,
}
