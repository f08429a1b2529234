"""The receptive field of a stack of layers, drawn along one dimension."""

from dataclasses import dataclass

from pydantic import Field

from app.errors import InvalidRequest
from app.lessons.figures.kind import FigureKind, FigureState

TIMES, MINUS = "\N{MULTIPLICATION SIGN}", "\N{MINUS SIGN}"
MAX_LAYERS, MAX_KERNEL, MAX_STRIDE = 6, 11, 4
MAX_FIELD = 81  # cells of the input that are drawn


class ReceptiveFieldState(FigureState):
    """The layers from the input on: the side of each kernel, and after a slash the stride, as in "3/2"."""

    layers: str = Field(default="3 3", max_length=100)


@dataclass(frozen=True, slots=True)
class FieldLevel:
    """The output of a layer, or the input: `count` cells of it are read. The formula is how the field grows here.

    `jump` is by how many cells of the input the field moves from one cell to the next.
    """

    name: str
    count: int
    field: int
    jump: int
    formula: str


@dataclass(frozen=True, slots=True)
class ReceptiveFieldFigure:
    """The levels from the input to the output, the weights of the stack and those of one layer with the same field.

    `reads` has, for each level after the input, the first cell of the level below that each of its cells reads, and
    how many.
    """

    levels: tuple[FieldLevel, ...]
    reads: tuple[tuple[tuple[int, int], ...], ...]
    weights: int
    weights_formula: str
    single: int


def draw_receptive_field(state: ReceptiveFieldState) -> ReceptiveFieldFigure:
    """The field of one output cell; raises InvalidRequest where the layers can't be read or the field is too large."""
    layers = _read_layers(state.layers)
    levels = [FieldLevel("input", 0, 1, 1, "")]
    for number, (kernel, stride) in enumerate(layers, 1):
        field, jump = levels[-1].field, levels[-1].jump
        grown = field + (kernel - 1) * jump
        formula = f"{field} + ({kernel} {MINUS} 1) {TIMES} {jump} = {grown}"
        levels.append(FieldLevel(str(number), 0, grown, jump * stride, formula))
    if levels[-1].field > MAX_FIELD:
        raise InvalidRequest(f"The receptive field is {levels[-1].field} cells wide; at most {MAX_FIELD} are drawn.")
    counts = _counts(layers)
    weights = sum(kernel**2 for kernel, _ in layers)
    return ReceptiveFieldFigure(
        levels=tuple(
            FieldLevel(level.name, count, level.field, level.jump, level.formula)
            for level, count in zip(levels, counts, strict=True)
        ),
        reads=tuple(
            tuple((cell * stride, kernel) for cell in range(count))
            for (kernel, stride), count in zip(layers, counts[1:], strict=True)
        ),
        weights=weights,
        weights_formula=f"{' + '.join(f'{kernel} {TIMES} {kernel}' for kernel, _ in layers)} = {weights}",
        single=levels[-1].field ** 2,
    )


def _counts(layers: list[tuple[int, int]]) -> list[int]:
    """How many cells of each level one cell of the last depends on, from the input on."""
    counts = [1]
    for kernel, stride in reversed(layers):
        counts.append((counts[-1] - 1) * stride + kernel)
    return counts[::-1]


def _read_layers(text: str) -> list[tuple[int, int]]:
    """The kernel and the stride of each layer."""
    layers = []
    for word in text.replace(",", " ").split():
        kernel, _, stride = word.partition("/")
        if not kernel.isdecimal() or (stride and not stride.isdecimal()):
            raise InvalidRequest(f"{word!r} is no layer: write the kernel, or kernel/stride, such as 3 or 3/2.")
        layers.append((int(kernel), int(stride or 1)))
    if not 1 <= len(layers) <= MAX_LAYERS:
        raise InvalidRequest(f"There may be 1 to {MAX_LAYERS} layers.", most=MAX_LAYERS)
    if any(not 1 <= kernel <= MAX_KERNEL or not 1 <= stride <= MAX_STRIDE for kernel, stride in layers):
        raise InvalidRequest(f"Kernels are 1 to {MAX_KERNEL} wide, strides 1 to {MAX_STRIDE}.")
    return layers


RECEPTIVE_FIELD = FigureKind("receptive-field", ReceptiveFieldState, draw_receptive_field)
