"""A network built layer by layer: the shape, the parameters, the work and the receptive field after each."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import prod

from pydantic import Field

from app.arithmetic.counts import convolution_macs, convolution_parameters, fully_connected_parameters
from app.errors import InvalidRequest
from app.lessons.figures.architecture.network_blocks import NetworkBlock, network_blocks
from app.lessons.figures.architecture.network_layer import (
    LayerMisfit,
    LayerProblem,
    LayerSpec,
    layer_of_fields,
    read_layer,
)
from app.lessons.figures.formula import MINUS, TIMES, grouped
from app.lessons.figures.kind import FigureKind, FigureState

MAX_LAYERS = 24
DEFAULT = "conv 8 5; pool 2; conv 16 5; pool 2; dense 120; dense 84; dense 10"
NEW = {"conv": "conv 8 3 pad 1", "pool": "pool 2", "dense": "dense 10"}  # what a new layer begins with
ROW = re.compile(r"kind\.(0|[1-9][0-9]{0,2})")  # the field of a row of the form, with its number
ON_MAPS = ("conv", "depthwise", "pool", "average")


class NetworkBuilderState(FigureState):
    """The input (side and channels) and the layers, one a line or between semicolons.

    `conv FILTERS KERNEL`, `depthwise KERNEL`, `pool KERNEL`, `average KERNEL`, `global` and `dense UNITS`; those with a
    kernel may end with `stride N`, convolutions with `pad N`. Without it a pooling moves by its own width.
    """

    side: int = Field(default=32, ge=1, le=1024)
    channels: int = Field(default=3, ge=1, le=1024)
    layers: str = Field(default=DEFAULT, max_length=1000)

    @classmethod
    def of_form(cls, fields: Mapping[str, str]) -> dict[str, str]:
        """The rows of the form, `kind.1`, `kernel.1` and so on, are one value, unless a link has it as a whole."""
        values = super().of_form(fields)
        rows = sorted(int(match[1]) for match in map(ROW.fullmatch, fields) if match)
        if rows and "layers" not in values:
            values["layers"] = "; ".join(_typed_layer(fields, row).text for row in rows)
        return values


@dataclass(frozen=True, slots=True)
class LayerRow:
    """A layer of the table. With a problem it has no numbers, and neither have the layers after it.

    Attributes:
        shape: (height, width, channels), or (units,).
        macs: multiply-accumulates.
        field: the side of the receptive field in cells of the input, None for the whole input.
        without, up, down: the layers' text with this layer removed, or moved.
    """

    spec: LayerSpec
    problem: LayerProblem | None = None
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
    """The input, the rows, their totals and a drawing; `added` has the layers' text with one more of some kinds."""

    input_shape: tuple[int, int, int]
    rows: tuple[LayerRow, ...]
    parameters: int
    macs: int
    added: dict[str, str]
    blocks: tuple[NetworkBlock, ...]


def draw_network(state: NetworkBuilderState) -> NetworkBuilderFigure:
    """The table. A layer that does not fit says so in its row, and those after it are not computed.

    Raises:
        InvalidRequest: there are too many layers, or a line is no layer.
    """
    lines = [line.strip() for line in state.layers.replace("\n", ";").split(";") if line.strip()]
    if len(lines) > MAX_LAYERS:
        raise InvalidRequest(f"There may be at most {MAX_LAYERS} layers.", most=MAX_LAYERS)
    specs = [read_layer(line) for line in lines]
    shape = (state.side, state.side, state.channels)
    rows = tuple(_with_moves(row, place, specs) for place, row in enumerate(_rows(_Stage(shape), specs)))
    computed = [(row.spec.kind, row.shape) for row in rows if row.shape]
    return NetworkBuilderFigure(
        input_shape=shape,
        rows=rows,
        parameters=sum(row.parameters for row in rows),
        macs=sum(row.macs for row in rows),
        added={kind: _insert(specs, text) for kind, text in NEW.items()},
        blocks=network_blocks([("input", shape), *computed]),
    )


def _typed_layer(fields: Mapping[str, str], row: int) -> LayerSpec:
    """The layer of a row of the form."""
    ending = f".{row}"
    own = {name.removesuffix(ending): value for name, value in fields.items() if name.endswith(ending)}
    return layer_of_fields(own["kind"], own)


def _insert(specs: list[LayerSpec], text: str) -> str:
    """The layers with one more: at the end, but one that needs maps before the first that leaves none."""
    lines = [spec.text for spec in specs]
    last = next((place for place, spec in enumerate(specs) if spec.kind not in ON_MAPS), len(lines))
    place = last if text.split()[0] in ON_MAPS else len(lines)
    return "; ".join([*lines[:place], text, *lines[place:]])


def _with_moves(row: LayerRow, place: int, specs: list[LayerSpec]) -> LayerRow:
    lines = [spec.text for spec in specs]

    def swapped(other: int) -> str | None:
        if not 0 <= other < len(lines):
            return None
        moved = list(lines)
        moved[place], moved[other] = moved[other], moved[place]
        return "; ".join(moved)

    without = "; ".join(lines[:place] + lines[place + 1 :])
    return replace(row, without=without, up=swapped(place - 1), down=swapped(place + 1))


def _rows(stage: "_Stage", specs: list[LayerSpec]) -> Iterator[LayerRow]:
    is_broken = False
    for spec in specs:
        row = LayerRow(spec)
        if not is_broken:
            try:
                row = stage.add(spec)
            except LayerMisfit as misfit:
                row, is_broken = LayerRow(spec, misfit.problem), True
        yield row


@dataclass(slots=True)
class _Stage:
    """What the layers so far lead to: the shape, and the receptive field (None: the whole input) with its shift."""

    shape: tuple[int, ...]
    field: int | None = 1
    jump: int = 1

    def add(self, spec: LayerSpec) -> LayerRow:
        """The row of the next layer; raises LayerMisfit where it does not fit."""
        if spec.kind == "dense":
            return self._dense(spec)
        if len(self.shape) == 1:
            raise LayerMisfit(LayerProblem("maps"))
        if spec.kind == "global":
            self.shape, self.field = self.shape[2:], None
            return LayerRow(spec, shape=self.shape)
        channels = self.shape[2]
        formula = self._slide(spec)
        side, kernel = self.shape[0], spec.number("kernel")
        row = LayerRow(spec, shape=self.shape, size_formula=formula, field=self.field)
        if spec.kind == "conv":
            filters = spec.number("filters")
            self.shape = (side, side, filters)
            parameters, macs = (count(kernel, channels, filters) for count in (convolution_parameters, _macs_a_cell))
            weights = f"({kernel} {TIMES} {kernel} {TIMES} {channels} + 1) {TIMES} {filters}"
        elif spec.kind == "depthwise":
            parameters, macs = (count(kernel, 1, channels) for count in (convolution_parameters, _macs_a_cell))
            weights = f"({kernel} {TIMES} {kernel} + 1) {TIMES} {channels}"
        else:
            return row
        formula = f"{weights} = {grouped(parameters)}"
        return replace(
            row, shape=self.shape, parameters=parameters, parameters_formula=formula, macs=macs * side * side
        )

    def _slide(self, spec: LayerSpec) -> str:
        """Slide a window over the maps: their new side as a formula; raises LayerMisfit where it does not fit."""
        height, _, channels = self.shape
        window, stride = spec.number("kernel"), spec.number("stride")
        padding = spec.number("padding") if "padding" in spec.fields else 0
        span = height + 2 * padding - window
        if span < 0:
            raise LayerMisfit(LayerProblem("window", (window, height + 2 * padding), "kernel"))
        side = span // stride + 1
        self.shape = (side, side, channels)
        self.field = (self.field or 1) + (window - 1) * self.jump
        self.jump *= stride
        quotient = f"({height} + 2 {TIMES} {padding} {MINUS} {window}) / {stride}"
        if span % stride:
            quotient = f"\N{LEFT FLOOR}{quotient}\N{RIGHT FLOOR}"
        return f"{quotient} + 1 = {side}"

    def _dense(self, spec: LayerSpec) -> LayerRow:
        inputs, units = prod(self.shape), spec.number("units")
        self.shape, self.field = (units,), None
        parameters = fully_connected_parameters(inputs, units)
        formula = f"({grouped(inputs)} + 1) {TIMES} {grouped(units)} = {grouped(parameters)}"
        return LayerRow(spec, shape=self.shape, parameters=parameters, parameters_formula=formula, macs=inputs * units)


def _macs_a_cell(kernel: int, channels: int, filters: int) -> int:
    return convolution_macs(kernel, channels, filters, 1)


NETWORK_BUILDER = FigureKind("network-builder", NetworkBuilderState, draw_network)
