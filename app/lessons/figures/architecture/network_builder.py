"""A network built layer by layer: the shape, the parameters, the work and the receptive field after each."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod

from pydantic import Field

from app.errors import InvalidRequest
from app.lessons.figures.kind import FigureKind, FigureState

TIMES, MINUS = "\N{MULTIPLICATION SIGN}", "\N{MINUS SIGN}"
MAX_LAYERS, MAX_NUMBER = 24, 10_000
PATTERN = {
    "conv": ("filters", "kernel"),
    "pool": ("window",),
    "dense": ("units",),
}
DEFAULT = "conv 8 5; pool 2; conv 16 5; pool 2; dense 120; dense 84; dense 10"
NEW = {"conv": "conv 8 3 pad 1", "pool": "pool 2", "dense": "dense 10"}  # what a new layer begins with


class NetworkBuilderState(FigureState):
    """The input (side and channels) and the layers, one a line or between semicolons.

    `conv FILTERS KERNEL`, `pool WINDOW` and `dense UNITS`; a convolution and a pooling may end with `stride N`, a
    convolution with `pad N`. Without it a pooling moves by its own width.
    """

    side: int = Field(default=32, ge=1, le=1024)
    channels: int = Field(default=3, ge=1, le=1024)
    layers: str = Field(default=DEFAULT, max_length=1000)


@dataclass(frozen=True, slots=True)
class LayerRow:
    """A layer of the table; `problem` says why it does not fit, and then it has no numbers.

    Attributes:
        shape: (height, width, channels), or (units,).
        macs: multiply-accumulates.
        field: the side of the receptive field in cells of the input, None after a fully connected layer.
        without, up, down: the layers' text with this layer removed, or moved.
    """

    text: str
    kind: str
    problem: str = ""
    shape: tuple[int, ...] = ()
    size_formula: str = ""
    parameters: int = 0
    parameters_formula: str = ""
    macs: int = 0
    field: int | None = None
    without: str = ""
    up: str | None = None
    down: str | None = None

    @property
    def values(self) -> int:
        return prod(self.shape)


@dataclass(frozen=True, slots=True)
class NetworkBuilderFigure:
    """The input, the rows and their totals; `added` has the layers' text with one more layer of each kind."""

    input_shape: tuple[int, int, int]
    rows: tuple[LayerRow, ...]
    parameters: int
    macs: int
    added: dict[str, str]


@dataclass(slots=True)
class _Stage:
    """The shape so far, and the receptive field with its shift."""

    shape: tuple[int, ...]
    field: int = 1
    jump: int = 1

    def slide(self, window: int, stride: int, padding: int) -> str:
        """Slide a window over the maps: their new side as a formula; raises InvalidRequest where it does not fit."""
        height, _, channels = self.shape
        span = height + 2 * padding - window
        if span < 0:
            raise InvalidRequest(f"The window of {window} is larger than the map of {height + 2 * padding}.")
        side = span // stride + 1
        self.shape = (side, side, channels)
        self.field += (window - 1) * self.jump
        self.jump *= stride
        quotient = f"({height} + 2 {TIMES} {padding} {MINUS} {window}) / {stride}"
        if span % stride:
            quotient = f"\N{LEFT FLOOR}{quotient}\N{RIGHT FLOOR}"
        return f"{quotient} + 1 = {side}"


def draw_network(state: NetworkBuilderState) -> NetworkBuilderFigure:
    """The table. A layer that can't be read or does not fit says so in its row, and those after it are not computed.

    Raises:
        InvalidRequest: there are too many layers.
    """
    lines = [line.strip() for line in state.layers.replace("\n", ";").split(";") if line.strip()]
    if len(lines) > MAX_LAYERS:
        raise InvalidRequest(f"There may be at most {MAX_LAYERS} layers.", most=MAX_LAYERS)
    rows = tuple(_rows(_Stage((state.side, state.side, state.channels)), lines))
    return NetworkBuilderFigure(
        input_shape=(state.side, state.side, state.channels),
        rows=rows,
        parameters=sum(row.parameters for row in rows),
        macs=sum(row.macs for row in rows),
        added={kind: "; ".join([*lines, text]) for kind, text in NEW.items()},
    )


def _rows(stage: _Stage, lines: list[str]) -> Iterator[LayerRow]:
    is_broken = False
    for place, line in enumerate(lines):
        row = LayerRow(line, line.split()[0].lower())
        if not is_broken:
            try:
                row = _row(stage, line)
            except InvalidRequest as error:
                row, is_broken = LayerRow(line, line.split()[0].lower(), problem=error.message), True
        yield _with_moves(row, place, lines)


def _with_moves(row: LayerRow, place: int, lines: list[str]) -> LayerRow:
    def swapped(other: int) -> str | None:
        if not 0 <= other < len(lines):
            return None
        moved = list(lines)
        moved[place], moved[other] = moved[other], moved[place]
        return "; ".join(moved)

    without = "; ".join(lines[:place] + lines[place + 1 :])
    return replace(row, without=without, up=swapped(place - 1), down=swapped(place + 1))


def _row(stage: _Stage, line: str) -> LayerRow:
    """The layer of a line, on the shape so far, which it changes."""
    kind, numbers, options = _read(line)
    if kind == "dense":
        return _dense(stage, line, numbers[0])
    if len(stage.shape) == 1:
        raise InvalidRequest("After a fully connected layer there is no map left: only dense can follow.")
    window, padding = numbers[-1], options.get("pad", 0)
    stride = options.get("stride", window if kind == "pool" else 1)
    formula = stage.slide(window, stride, padding)
    if kind == "pool":
        return LayerRow(line, kind, "", stage.shape, formula, field=stage.field)
    side, _, channels = stage.shape
    filters = numbers[0]
    stage.shape = (side, side, filters)
    parameters = (window * window * channels + 1) * filters
    return LayerRow(
        text=line,
        kind=kind,
        shape=stage.shape,
        size_formula=formula,
        parameters=parameters,
        parameters_formula=f"({window} {TIMES} {window} {TIMES} {channels} + 1) {TIMES} {filters} = {parameters:,}",
        macs=window * window * channels * filters * side * side,
        field=stage.field,
    )


def _dense(stage: _Stage, line: str, units: int) -> LayerRow:
    inputs = prod(stage.shape)
    stage.shape = (units,)
    parameters = inputs * units + units
    formula = f"{inputs} {TIMES} {units} + {units} = {parameters:,}"
    return LayerRow(line, "dense", "", stage.shape, "", parameters, formula, inputs * units)


def _read(line: str) -> tuple[str, list[int], dict[str, int]]:
    """The kind, the numbers and the options of a line; raises InvalidRequest for another form."""
    kind, *words = line.lower().replace("\N{MULTIPLICATION SIGN}", "x").split()
    if kind not in PATTERN:
        raise InvalidRequest(f"{kind!r} is no layer: write conv, pool or dense.")
    options = {}
    while len(words) > 2 and words[-2] in ("stride", "pad"):
        *words, name, value = words
        options[name] = _number(value, 0 if name == "pad" else 1)
    if len(words) != len(PATTERN[kind]) or ("pad" in options and kind != "conv") or (options and kind == "dense"):
        raise InvalidRequest(f"Write {kind} {' '.join(name.upper() for name in PATTERN[kind])}.")
    return kind, [_number(word.partition("x")[0], 1) for word in words], options


def _number(word: str, least: int) -> int:
    if not word.isdecimal() or not least <= int(word) <= MAX_NUMBER:
        raise InvalidRequest(f"{word!r} is no number from {least} to {MAX_NUMBER:,}.")
    return int(word)


NETWORK_BUILDER = FigureKind("network-builder", NetworkBuilderState, draw_network)
