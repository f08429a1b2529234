"""A fully connected layer and a convolution between the same input and output, counted."""

from dataclasses import dataclass

from pydantic import Field

from app.errors import InvalidRequest
from app.lessons.figures.kind import FigureKind, FigureState

TIMES, MINUS = "\N{MULTIPLICATION SIGN}", "\N{MINUS SIGN}"
SMALL_INPUTS, SMALL_KERNEL = 9, 3  # of the drawing


class ConnectionsState(FigureState):
    """The side and the channels of the input, the side of the kernel and the number of filters."""

    side: int = Field(default=32, ge=3, le=512)
    channels: int = Field(default=3, ge=1, le=1024)
    kernel: int = Field(default=5, ge=1, le=15)
    filters: int = Field(default=6, ge=1, le=1024)


@dataclass(frozen=True, slots=True)
class ConnectionsFigure:
    """The counts with the formula of each.

    Attributes:
        dense: the weights of the fully connected layer, without biases.
        convolution: the parameters of the convolution, with biases.
        reads: how many inputs one output of the convolution depends on, of `inputs`.
        uses: how often each weight of the convolution is used.
        lines: of a small example, the inputs that each output of a convolution reads.
    """

    inputs: int
    outputs: int
    output_side: int
    dense: int
    dense_formula: str
    convolution: int
    convolution_formula: str
    ratio: float
    reads: int
    uses: int
    lines: tuple[tuple[int, ...], ...]


def draw_connections(state: ConnectionsState) -> ConnectionsFigure:
    """The counts for stride 1 without padding; raises InvalidRequest for a kernel larger than the input."""
    if state.kernel > state.side:
        raise InvalidRequest("The kernel is larger than the input.", kernel=state.kernel, side=state.side)
    out = state.side - state.kernel + 1
    inputs, outputs = state.side**2 * state.channels, out**2 * state.filters
    dense = inputs * outputs
    convolution = (state.kernel**2 * state.channels + 1) * state.filters
    sizes = (
        f"{state.side} {TIMES} {state.side} {TIMES} {state.channels}",
        f"{out} {TIMES} {out} {TIMES} {state.filters}",
    )
    kernel = f"{state.kernel} {TIMES} {state.kernel} {TIMES} {state.channels}"
    return ConnectionsFigure(
        inputs=inputs,
        outputs=outputs,
        output_side=out,
        dense=dense,
        dense_formula=f"({sizes[0]}) {TIMES} ({sizes[1]}) = {dense:,}",
        convolution=convolution,
        convolution_formula=f"({kernel} + 1) {TIMES} {state.filters} = {convolution:,}",
        ratio=dense / convolution,
        reads=state.kernel**2 * state.channels,
        uses=out**2,
        lines=tuple(tuple(range(place, place + SMALL_KERNEL)) for place in range(SMALL_INPUTS - SMALL_KERNEL + 1)),
    )


CONNECTIONS = FigureKind("connections", ConnectionsState, draw_connections)
