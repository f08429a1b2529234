"""The cost of a convolution by itself, and behind a 1 x 1 convolution that reduces the channels."""

from dataclasses import dataclass

from pydantic import Field

from app.arithmetic.counts import convolution_macs, convolution_parameters
from app.lessons.figures.formula import TIMES, grouped
from app.lessons.figures.kind import FigureKind, FigureState


class BottleneckState(FigureState):
    """The channels that come in and go out, the reduced channels, the kernel and the side of the maps."""

    channels: int = Field(default=192, ge=1, le=4096)
    filters: int = Field(default=32, ge=1, le=4096)
    reduced: int = Field(default=16, ge=1, le=4096)
    kernel: int = Field(default=5, ge=1, le=15)
    side: int = Field(default=28, ge=1, le=512)


@dataclass(frozen=True, slots=True)
class LayerCost:
    """Parameters and multiply-accumulates, each as a formula and a number."""

    parameters: int
    parameters_formula: str
    macs: int
    macs_formula: str


@dataclass(frozen=True, slots=True)
class BottleneckFigure:
    """The convolution alone, the two layers of the bottleneck, and how many times less work these are."""

    alone: LayerCost
    reduction: LayerCost
    convolution: LayerCost
    ratio: float

    @property
    def parameters(self) -> int:
        return self.reduction.parameters + self.convolution.parameters

    @property
    def macs(self) -> int:
        return self.reduction.macs + self.convolution.macs


def draw_bottleneck(state: BottleneckState) -> BottleneckFigure:
    """The costs; every convolution keeps the side of its maps."""
    alone = _cost(state.kernel, state.channels, state.filters, state.side)
    reduction = _cost(1, state.channels, state.reduced, state.side)
    convolution = _cost(state.kernel, state.reduced, state.filters, state.side)
    return BottleneckFigure(alone, reduction, convolution, alone.macs / (reduction.macs + convolution.macs))


def _cost(kernel: int, channels: int, filters: int, side: int) -> LayerCost:
    parameters = convolution_parameters(kernel, channels, filters)
    macs = convolution_macs(kernel, channels, filters, side**2)
    factors = f"{kernel} {TIMES} {kernel} {TIMES} {channels}"
    return LayerCost(
        parameters=parameters,
        parameters_formula=f"({factors} + 1) {TIMES} {filters} = {grouped(parameters)}",
        macs=macs,
        macs_formula=f"{factors} {TIMES} {filters} {TIMES} {side} {TIMES} {side} = {grouped(macs)}",
    )


BOTTLENECK = FigureKind("bottleneck", BottleneckState, draw_bottleneck)
