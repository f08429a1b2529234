"""The receptive field of a stack of layers, drawn along one dimension."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from app.arithmetic.counts import stack_receptive_field
from app.errors import InvalidRequest
from app.lessons.figures.formula import MINUS, TIMES
from app.lessons.figures.kind import FigureKind, FigureState

MAX_LAYERS, MAX_KERNEL, MAX_STRIDE = 6, 11, 4
MAX_CELLS = 110  # of the input that are drawn
WIDTH, ROW, CELL = 880.0, 76.0, 28.0  # of the drawing, from one level to the next, and the height of a cell


class ReceptiveFieldState(FigureState):
    """The layers from the input on, and the layer whose middle cell is followed down: 0 is the last one.

    A layer is the side of its kernel, with a slash before its stride: "3", "3/2". A "p" marks a pooling: "p2" moves by
    its own width, "p3/2" by 2.
    """

    layers: str = Field(default="3 3", max_length=100)
    level: int = Field(default=0, ge=0, le=MAX_LAYERS)


@dataclass(frozen=True, slots=True)
class StackLayer:
    """A layer of the stack."""

    kernel: int
    stride: int
    is_pooling: bool

    @property
    def text(self) -> str:
        return f"{'p' if self.is_pooling else ''}{self.kernel}/{self.stride}"


@dataclass(frozen=True, slots=True)
class FieldCell:
    """A cell of the drawing; it is read if the marked cell depends on it."""

    left: float
    width: float
    is_read: bool


@dataclass(frozen=True, slots=True)
class FieldLevel:
    """The output of a layer, or the input (number 0, without a layer).

    Attributes:
        read: how many of its cells the marked cell depends on; 0 above it.
        jump: by how many cells of the input the receptive field moves from one cell to the next.
        formula: how the receptive field grows here.
        top: where its cells are in the drawing.
        windows: for each of its cells that is read, the four corners from the window below up to it.
    """

    number: int
    layer: StackLayer | None
    read: int
    field: int
    jump: int
    formula: str
    top: float
    cells: tuple[FieldCell, ...]
    windows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReceptiveFieldFigure:
    """The levels from the input on, the level of the marked cell, and (width, height) of the drawing.

    `weights` are those of the kernels for a pair of channels; `single` are those of one kernel with the same receptive
    field, None where the stack has a stride or a pooling and so gives another output.
    """

    levels: tuple[FieldLevel, ...]
    marked: int
    size: tuple[float, float]
    weights: int
    weights_formula: str
    single: int | None


def draw_receptive_field(state: ReceptiveFieldState) -> ReceptiveFieldFigure:
    """The field of one cell; raises InvalidRequest where the layers can't be read or the field is too large."""
    layers = _read_layers(state.layers)
    marked = min(state.level or len(layers), len(layers))
    kernels = [layer.kernel for layer in layers if not layer.is_pooling]
    weights = sum(kernel**2 for kernel in kernels)
    is_plain = all(layer.stride == 1 and not layer.is_pooling for layer in layers)
    stack = _Stack(layers)
    return ReceptiveFieldFigure(
        levels=tuple(stack.level(number, marked) for number in range(len(layers) + 1)),
        marked=marked,
        size=(WIDTH, len(layers) * ROW + CELL),
        weights=weights,
        weights_formula=f"{' + '.join(f'{kernel} {TIMES} {kernel}' for kernel in kernels)} = {weights}",
        single=stack.fields[-1] ** 2 if is_plain else None,
    )


class _Stack:
    """The cells of each level: as many as give three cells of the last one."""

    def __init__(self, layers: Sequence[StackLayer]) -> None:
        self._layers = layers
        windows = [(layer.kernel, layer.stride) for layer in layers]
        self.fields = [stack_receptive_field(windows[:number]) for number in range(len(layers) + 1)]
        self.jumps = [1]
        for _, stride in windows:
            self.jumps.append(self.jumps[-1] * stride)
        self.counts = [3]
        for kernel, stride in reversed(windows):
            self.counts.insert(0, (self.counts[0] - 1) * stride + kernel)
        if self.counts[0] > MAX_CELLS:
            raise InvalidRequest(
                f"The drawing would have {self.counts[0]} cells of the input; at most {MAX_CELLS} are drawn.",
                cells=self.counts[0],
            )
        self._unit = min(WIDTH / self.counts[0], 2 * CELL)
        self._left = (WIDTH - self._unit * self.counts[0]) / 2

    def level(self, number: int, marked: int) -> FieldLevel:
        """A level with its cells; the middle cell of the level `marked` is followed down."""
        first, last = self._read(number, marked)
        layer = self._layers[number - 1] if number else None
        return FieldLevel(
            number=number,
            layer=layer,
            read=max(0, last - first + 1),
            field=self.fields[number],
            jump=self.jumps[number],
            formula=self._growth(number) if number else "",
            top=self._top(number),
            cells=tuple(
                FieldCell(*self._place(number, cell), first <= cell <= last) for cell in range(self.counts[number])
            ),
            windows=tuple(self._window(number, cell) for cell in range(first, last + 1)) if layer else (),
        )

    def _growth(self, number: int) -> str:
        """How the field grows at a level."""
        field, jump = self.fields[number - 1], self.jumps[number - 1]
        return f"{field} + ({self._layers[number - 1].kernel} {MINUS} 1) {TIMES} {jump} = {self.fields[number]}"

    def _read(self, number: int, marked: int) -> tuple[int, int]:
        """The first and the last cell of a level that the marked cell depends on; none above its level."""
        if number > marked:
            return 0, -1
        first = last = self.counts[marked] // 2
        for layer in reversed(self._layers[number:marked]):
            first, last = first * layer.stride, last * layer.stride + layer.kernel - 1
        return first, last

    def _place(self, number: int, cell: int) -> tuple[float, float]:
        """The left side and the width of a cell, whose middle is that of its receptive field."""
        middle = (self.fields[number] - 1) / 2 + 0.5 + cell * self.jumps[number]
        width = self._unit * self.jumps[number]
        return self._left + middle * self._unit - width / 2, width

    def _top(self, number: int) -> float:
        return (len(self._layers) - number) * ROW

    def _window(self, number: int, cell: int) -> str:
        """The corners of the shape between a cell and its window in the level below, as points of an SVG."""
        layer = self._layers[number - 1]
        left, width = self._place(number, cell)
        start, _ = self._place(number - 1, cell * layer.stride)
        end, below = self._place(number - 1, cell * layer.stride + layer.kernel - 1)
        y = self._top(number) + CELL
        corners = [(left, y), (left + width, y), (end + below, y + ROW - CELL), (start, y + ROW - CELL)]
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


def _read_layers(text: str) -> list[StackLayer]:
    layers = []
    for word in text.replace(",", " ").lower().split():
        kernel, _, stride = word.removeprefix("p").partition("/")
        is_pooling = word.startswith("p")
        if not kernel.isdecimal() or (stride and not stride.isdecimal()):
            raise InvalidRequest(f"{word!r} is no layer. Write a kernel, such as 3 or 3/2, or a pooling, such as p2.")
        layers.append(StackLayer(int(kernel), int(stride or (kernel if is_pooling else 1)), is_pooling))
    if not 1 <= len(layers) <= MAX_LAYERS:
        raise InvalidRequest(f"There may be 1 to {MAX_LAYERS} layers.", most=MAX_LAYERS)
    if any(not 1 <= layer.kernel <= MAX_KERNEL or not 1 <= layer.stride <= MAX_STRIDE for layer in layers):
        raise InvalidRequest(f"Kernels are 1 to {MAX_KERNEL} wide, strides 1 to {MAX_STRIDE}.")
    return layers


RECEPTIVE_FIELD = FigureKind("receptive-field", ReceptiveFieldState, draw_receptive_field)
