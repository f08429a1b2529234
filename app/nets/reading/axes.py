"""The name of every axis of every value: the batch axis is followed from the input, never assumed to be the first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.nets.reading.equation import ELLIPSIS, read_equation
from app.nets.reading.factors import (
    BATCH,
    BLOCK,
    CHANNEL,
    DEPTH,
    GROUP,
    HEIGHT,
    LENGTH,
    ONE,
    ONE_PICTURE,
    SPACE,
    TOKENS,
    UNIT,
    WIDTH,
    Axis,
    Factor,
    Lengths,
    grid_of,
    has_batch,
    joined_tokens,
    length_of,
    map_of_tokens,
    mixed,
    name_of,
    reshaped,
    resized,
)
from app.nets.reading.inputs.layout import Layout
from app.nets.reading.operators import REDUCTIONS, Operator, OperatorGraph
from app.nets.reading.token_grid import TokenGrid

Axes = tuple[str, ...]
DIRECTION = "direction"
CHANNELS_FIRST: Axes = (BATCH, CHANNEL, HEIGHT, WIDTH)
CHANNELS_LAST: Axes = (BATCH, HEIGHT, WIDTH, CHANNEL)
BY_RANK: Mapping[int, Axes] = {
    0: (),
    1: (UNIT,),
    2: (BATCH, UNIT),
    3: (BATCH, CHANNEL, LENGTH),
    4: CHANNELS_FIRST,
    5: (BATCH, GROUP, CHANNEL, HEIGHT, WIDTH),
}
BY_LETTER = {"N": BATCH, "C": CHANNEL, "D": DEPTH, "H": HEIGHT, "W": WIDTH, "L": LENGTH}
WINDOWED: Mapping[int, Axes] = {3: (LENGTH,), 4: (HEIGHT, WIDTH), 5: (DEPTH, HEIGHT, WIDTH)}  # of a convolution
UNCERTAIN = {ONE, UNIT, LENGTH, DEPTH}  # another input of an operator may know better
NOT_SPACE = {ONE, UNIT, CHANNEL, GROUP}


@dataclass(frozen=True, slots=True)
class Case:
    """An operator, the axes of its inputs that depend on the picture, None for the others, and its output's shape.

    `batch` is the number of pictures in the network's input.
    """

    operator: Operator
    inputs: tuple[tuple[Axis, ...] | None, ...]
    after: Lengths
    batch: int

    @property
    def first(self) -> tuple[Axis, ...]:
        """The axes of the first input that depends on the picture."""
        return next(axes for axes in self.inputs if axes is not None)

    def attribute(self, name: str, default: Any = None) -> Any:
        return self.operator.attributes.get(name, default)

    def places(self, rank: int) -> set[int]:
        """The axes that the operator's attribute `axes` names, of so many."""
        return {place % rank for place in self.attribute("axes") or ()}


@dataclass(frozen=True, slots=True)
class ValueAxes:
    """The names of a value's axes, and the map that its tokens are the places of, if that is certain."""

    names: Axes
    token_grid: TokenGrid | None


def read_axes(graph: OperatorGraph) -> Mapping[str, ValueAxes]:
    """The axes of every value that depends on the picture, by the value's name.

    A value has at most one "batch" axis, of the input's batch size, and none where an operator removes it or moves
    places of the map into it. Operators without a rule keep the names where the rank stays the same.
    """
    batch = graph.image.batch
    axes_by_value = {graph.input: _named(axes_of_layout(graph.image.layout), graph.shape(graph.input))}
    for operator in graph.operators:
        for output in operator.outputs:
            if output in graph.input_dependent and output in graph.values:
                inputs = tuple(axes_by_value.get(value) for value in operator.inputs)
                axes_by_value[output] = _axes(Case(operator, inputs, graph.values[output].shape, batch))
    names = {value: _names(axes, batch) for value, axes in axes_by_value.items()}
    return {value: ValueAxes(names[value], map_of_tokens(names[value], axes)) for value, axes in axes_by_value.items()}


def axes_of_layout(layout: Layout) -> Axes:
    """The names of the input's axes; the numbers of a sequence alone are units."""
    if layout in ("L", "NL"):
        return BY_RANK[len(layout)]
    return tuple(BY_LETTER[letter] for letter in layout)


def _axes(case: Case) -> tuple[Axis, ...]:
    if not any(axes is not None for axes in case.inputs):
        return _default(case.after)
    axes = RULES[case.operator.op](case) if case.operator.op in RULES else case.first
    if len(axes) != len(case.after):
        axes = case.first
    if len(axes) != len(case.after):
        return _default(case.after)
    axes = tuple(resized(axis, length) for axis, length in zip(axes, case.after, strict=True))
    is_new = not any(map(has_batch, axes)) and case.after[:1] == (1,) and name_of(axes[0]) == ONE
    return (ONE_PICTURE, *axes[1:]) if is_new else axes


def _names(axes: tuple[Axis, ...], pictures: int) -> Axes:
    names = [name_of(axis) for axis in axes]
    batch = next((place for place, axis in enumerate(axes) if has_batch(axis)), None)
    for place, axis in enumerate(axes):
        if has_batch(axis) and names[place] == BATCH and (place != batch or length_of(axis) != pictures):
            names[place] = BLOCK if length_of(axis) > 1 else ONE
    if batch == 0 and len(axes) > len(BY_RANK[2]) and names[0] in SPACE:  # places of the map are pictures of their own
        names[0] = BLOCK
    if len(names) == len(CHANNELS_FIRST) and names[0] in (BATCH, BLOCK) and names[2:] == [HEIGHT, WIDTH]:
        names[1] = CHANNEL
    return tuple(names)


def _named(names: Axes, lengths: Lengths) -> tuple[Axis, ...]:
    return tuple((Factor(name, length),) for name, length in zip(names, lengths, strict=True))


def _default(lengths: Lengths) -> tuple[Axis, ...]:
    return _named(BY_RANK.get(len(lengths), (BATCH, *[UNIT] * (len(lengths) - 1))), lengths)


def _broadcast(case: Case) -> tuple[Axis, ...]:
    """Axes are aligned from the last one; an axis is that of an input that is not stretched along it."""
    axes = []
    for place in range(1, len(case.after) + 1):
        length = case.after[-place]
        inputs = [each[-place] for each in case.inputs if each is not None and len(each) >= place]
        axes.append(resized(min(inputs, key=lambda axis: _doubt(axis, length), default=()), length))
    return tuple(reversed(axes))


def _doubt(axis: Axis, length: int) -> tuple[bool, bool, bool, bool]:
    is_plain = name_of(axis) == TOKENS and grid_of(axis) is None
    return length_of(axis) != length, length == 1 and not has_batch(axis), name_of(axis) in UNCERTAIN, is_plain


def _transposed(case: Case) -> tuple[Axis, ...]:
    axes = case.first
    order = case.attribute("perm") or range(len(axes) - 1, -1, -1)
    return tuple(axes[place] for place in order)


def _squeezed(case: Case) -> tuple[Axis, ...]:
    axes = case.first
    removed = case.places(len(axes)) or {place for place, axis in enumerate(axes) if length_of(axis) == 1}
    return tuple(axis for place, axis in enumerate(axes) if place not in removed)


def _unsqueezed(case: Case) -> tuple[Axis, ...]:
    known, added = iter(case.first), case.places(len(case.after))
    return tuple(() if place in added else next(known, ()) for place in range(len(case.after)))


def _reduced(case: Case) -> tuple[Axis, ...]:
    axes = case.first
    if len(axes) == len(case.after):
        return axes
    removed = case.places(len(axes)) or {case.attribute("axis", 0) % len(axes)}
    return tuple(axis for place, axis in enumerate(axes) if place not in removed)


def _concatenated(case: Case) -> tuple[Axis, ...]:
    """The axes of the input with the tokens of a map, or of the first."""
    place = case.attribute("axis", 0) % len(case.after)
    parts = [None if axes is None else axes[place] for axes in case.inputs]
    axes = next((axes for axes in case.inputs if axes is not None and grid_of(axes[place])), case.first)
    if name_of(axes[place]) != TOKENS:
        return axes
    return (*axes[:place], joined_tokens(parts, case.after[place]), *axes[place + 1 :])


def _convolved(case: Case) -> tuple[Axis, ...]:
    """New channels; the other axes are those of the input, or space where that was none."""
    rank = len(case.after)
    space = WINDOWED.get(rank)
    if case.inputs[0] is None or len(case.first) != rank or space is None:
        return _default(case.after)
    window = zip(case.first[2:], space, case.after[2:], strict=True)
    return (
        case.first[0],
        (Factor(CHANNEL, case.after[1]),),
        *((Factor(name, length),) if name_of(axis) in NOT_SPACE else axis for axis, name, length in window),
    )


def _multiplied(case: Case) -> tuple[Axis, ...]:
    """The rows of the first factor and the columns of the second; a constant factor renames nothing but units."""
    one, other = case.inputs[:2]
    if one is None or other is None:
        axes = case.first
        is_linear = one is not None and len(one) > len(BY_RANK[2]) and name_of(one[-1]) == UNIT
        if is_linear:
            return (*axes[:-1], (Factor(CHANNEL, case.after[-1]),))
        summed = len(axes) - (1 if other is None or len(axes) == 1 else 2)
        return (*axes[:summed], mixed(axes[summed]), *axes[summed + 1 :])
    if len(one) == 1 or len(other) == 1:
        return (*one[:-1], *other[:-2], *other[-1:]) if len(other) > 1 else one[:-1]
    longer = max(one, other, key=len)
    return (*longer[:-2], one[-2], other[-1])


def _dense(case: Case) -> tuple[Axis, ...]:
    one, other = case.inputs[:2]
    rows = None if one is None else one[::-1] if case.attribute("transA") else one
    columns = None if other is None else other[::-1] if case.attribute("transB") else other
    if rows is None:
        return columns if columns is not None else _default(case.after)
    if columns is not None:
        return rows[0], columns[1]
    is_vector = has_batch(rows[0]) and length_of(rows[0]) == case.batch
    return rows[0], (Factor(UNIT, case.after[1]),) if is_vector else rows[1]


def _gathered(case: Case) -> tuple[Axis, ...]:
    """The axis that is read by an index has its name still, once for every axis of the index.

    Of a constant table, the indices keep their axes; a row of it is the channels of an index.
    """
    axes, indices = case.inputs[0], case.first
    if axes is None:
        rank = len(case.after) - len(indices) + 1
        place = case.attribute("axis", 0) % rank
        is_row = rank == 2 and CHANNEL not in map(name_of, indices)
        table = _named((CHANNEL if is_row else UNIT,) * len(case.after), case.after)
        return (*table[:place], *indices, *table[place + len(indices) :])
    place, more = case.attribute("axis", 0) % len(axes), len(case.after) - len(axes) + 1
    lengths = case.after[place : place + max(more, 0)]
    return (*axes[:place], *((Factor(name_of(axes[place]), length),) for length in lengths), *axes[place + 1 :])


def _contracted(case: Case) -> tuple[Axis, ...]:
    """Each letter of Einsum's equation is an axis; the ellipsis of a constant stands for none."""
    text = str(case.attribute("equation", ""))
    terms = text.partition("->")[0].replace(" ", "").replace(ELLIPSIS, "").split(",")
    ranks = [len(term if axes is None else axes) for term, axes in zip(terms, case.inputs, strict=True)]
    equation = read_equation(text, ranks)
    known: dict[str, Axis] = {}
    for letters, axes in zip(equation.operands, case.inputs, strict=True):
        for letter, axis in zip(letters, axes or (), strict=False):
            known.setdefault(letter, axis)
    lengths = zip(equation.result, case.after, strict=True)
    return tuple(known.get(letter, (Factor(UNIT, length),)) for letter, length in lengths)


def _recurrent(case: Case) -> tuple[Axis, ...]:
    """Of an input (steps, batch, C), or (batch, steps, C) with `layout` 1; the last state has no steps."""
    direction, channel = (Factor(DIRECTION, 1),), (Factor(CHANNEL, 1),)
    is_batch_first = bool(case.attribute("layout", 0))
    batch, steps = case.first[:2] if is_batch_first else case.first[1::-1]
    if len(case.after) == len(case.first):
        return (batch, direction, channel) if is_batch_first else (direction, batch, channel)
    return (batch, steps, direction, channel) if is_batch_first else (steps, direction, batch, channel)


BROADCASTING = {
    "Add", "And", "BitShift", "Div", "Equal", "Expand", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Max",
    "Mean", "Min", "Mod", "Mul", "Or", "PRelu", "Pow", "QLinearAdd", "QLinearMul", "Sub", "Sum", "Where", "Xor",
}  # fmt: skip
RULES: Mapping[str, Callable[[Case], tuple[Axis, ...]]] = {
    **dict.fromkeys(BROADCASTING, _broadcast),
    **dict.fromkeys(REDUCTIONS | {"ArgMax", "ArgMin"}, _reduced),
    **dict.fromkeys(("Flatten", "Reshape"), lambda case: reshaped(case.first, case.after)),
    **dict.fromkeys(("Conv", "ConvInteger", "ConvTranspose", "QLinearConv"), _convolved),
    **dict.fromkeys(("MatMul", "MatMulInteger"), _multiplied),
    **dict.fromkeys(("GRU", "LSTM", "RNN"), _recurrent),
    "Concat": _concatenated,
    "Einsum": _contracted,
    "Gather": _gathered,
    **dict.fromkeys(("FusedGemm", "Gemm", "QGemm"), _dense),
    **dict.fromkeys(("GatherElements", "ReverseSequence", "TopK"), lambda case: tuple(map(mixed, case.first))),
    "Squeeze": _squeezed,
    "Transpose": _transposed,
    "Unsqueeze": _unsqueezed,
}
