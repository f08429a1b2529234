"""One input and one output connected in three ways: to everything, to a window, and to a window with shared weights."""

from dataclasses import dataclass

from pydantic import Field

from app.arithmetic.counts import convolution_parameters, fully_connected_parameters
from app.errors import InvalidRequest
from app.lessons.figures.formula import TIMES, grouped
from app.lessons.figures.kind import FigureKind, FigureState

SMALL_INPUTS, SMALL_KERNEL = 9, 3  # of the drawing
SMALL_OUTPUTS = SMALL_INPUTS - SMALL_KERNEL + 1


class ConnectionsState(FigureState):
    """The side and the channels of the input, the kernel and the filters, and the output of the drawing, from 1."""

    side: int = Field(default=32, ge=3, le=512)
    channels: int = Field(default=3, ge=1, le=1024)
    kernel: int = Field(default=5, ge=1, le=15)
    filters: int = Field(default=6, ge=1, le=1024)
    output: int = Field(default=4, ge=1, le=SMALL_OUTPUTS)


@dataclass(frozen=True, slots=True)
class Connection:
    """A line of the drawing, from an input to an output, and the number of its weight, from 1."""

    source: int
    output: int
    weight: int


@dataclass(frozen=True, slots=True)
class ConnectedLayer:
    """A way to connect the two: `kind` is "dense", "local" or "convolution".

    Attributes:
        reads: how many inputs one output depends on.
        uses: for how many outputs each weight is used.
        lines: all connections of a small example.
    """

    kind: str
    reads: int
    weights: int
    weights_formula: str
    biases: int
    parameters: int
    parameters_formula: str
    uses: int
    lines: tuple[Connection, ...]

    @property
    def line_weights(self) -> int:
        """How many weights the small example has."""
        return len({line.weight for line in self.lines})


@dataclass(frozen=True, slots=True)
class ConnectionsFigure:
    """The three ways; `marked` is the output of the drawing whose lines are marked, from 0."""

    inputs: int
    outputs: int
    layers: tuple[ConnectedLayer, ConnectedLayer, ConnectedLayer]
    marked: int


def draw_connections(state: ConnectionsState) -> ConnectionsFigure:
    """The counts for stride 1 without padding; raises InvalidRequest for a kernel larger than the input."""
    if state.kernel > state.side:
        raise InvalidRequest("The kernel is larger than the input.", kernel=state.kernel, side=state.side)
    out = state.side - state.kernel + 1
    inputs, outputs = state.side**2 * state.channels, out**2 * state.filters
    window = state.kernel**2 * state.channels
    return ConnectionsFigure(
        inputs=inputs,
        outputs=outputs,
        layers=(_dense(state, inputs, outputs, out), _local(window, outputs), _convolution(state, window, out)),
        marked=state.output - 1,
    )


def _dense(state: ConnectionsState, inputs: int, outputs: int, out: int) -> ConnectedLayer:
    weights, parameters = inputs * outputs, fully_connected_parameters(inputs, outputs)
    sizes = (_product(state.side, state.side, state.channels), _product(out, out, state.filters))
    return ConnectedLayer(
        kind="dense",
        reads=inputs,
        weights=weights,
        weights_formula=f"({sizes[0]}) {TIMES} ({sizes[1]}) = {grouped(weights)}",
        biases=outputs,
        parameters=parameters,
        parameters_formula=grouped(parameters),
        uses=1,
        lines=tuple(
            Connection(source, output, output * SMALL_INPUTS + source + 1)
            for output in range(SMALL_OUTPUTS)
            for source in range(SMALL_INPUTS)
        ),
    )


def _local(window: int, outputs: int) -> ConnectedLayer:
    """Each output reads a window, with weights of its own."""
    weights = window * outputs
    return ConnectedLayer(
        kind="local",
        reads=window,
        weights=weights,
        weights_formula=f"{grouped(window)} {TIMES} {grouped(outputs)} = {grouped(weights)}",
        biases=outputs,
        parameters=weights + outputs,
        parameters_formula=grouped(weights + outputs),
        uses=1,
        lines=tuple(
            Connection(output + tap, output, output * SMALL_KERNEL + tap + 1)
            for output in range(SMALL_OUTPUTS)
            for tap in range(SMALL_KERNEL)
        ),
    )


def _convolution(state: ConnectionsState, window: int, out: int) -> ConnectedLayer:
    weights = window * state.filters
    parameters = convolution_parameters(state.kernel, state.channels, state.filters)
    kernel = _product(state.kernel, state.kernel, state.channels)
    return ConnectedLayer(
        kind="convolution",
        reads=window,
        weights=weights,
        weights_formula=f"{kernel} {TIMES} {state.filters} = {grouped(weights)}",
        biases=state.filters,
        parameters=parameters,
        parameters_formula=f"({kernel} + 1) {TIMES} {state.filters} = {grouped(parameters)}",
        uses=out**2,
        lines=tuple(
            Connection(output + tap, output, tap + 1) for output in range(SMALL_OUTPUTS) for tap in range(SMALL_KERNEL)
        ),
    )


def _product(*numbers: int) -> str:
    return f" {TIMES} ".join(map(str, numbers))


CONNECTIONS = FigureKind("connections", ConnectionsState, draw_connections)
