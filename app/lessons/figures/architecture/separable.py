"""The work of a full convolution and of a depthwise separable one.

After A. Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications", 2017,
section 3.1: their ratio is 1/N + 1/k^2.
"""

from dataclasses import dataclass

from pydantic import Field

from app.arithmetic.counts import convolution_macs, separable_macs
from app.lessons.figures.formula import TIMES, grouped
from app.lessons.figures.kind import FigureKind, FigureState


class SeparableState(FigureState):
    """The channels that come in and go out, the kernel, and the side of the maps."""

    channels: int = Field(default=64, ge=1, le=4096)
    filters: int = Field(default=128, ge=1, le=4096)
    kernel: int = Field(default=3, ge=1, le=15)
    side: int = Field(default=56, ge=1, le=512)


@dataclass(frozen=True, slots=True)
class SeparableFigure:
    """Multiply-accumulates of the full convolution, the depthwise and the 1 x 1 one, with formulas, and their ratio."""

    full: int
    full_formula: str
    depthwise: int
    depthwise_formula: str
    pointwise: int
    pointwise_formula: str
    ratio: float
    ratio_formula: str


def draw_separable(state: SeparableState) -> SeparableFigure:
    """The counts; both keep the side of the maps."""
    layer = (state.kernel, state.channels, state.filters, state.side**2)
    full, (depthwise, pointwise) = convolution_macs(*layer), separable_macs(*layer)
    ratio = (depthwise + pointwise) / full
    window = f"{state.kernel} {TIMES} {state.kernel}"
    area = f"{state.side} {TIMES} {state.side}"
    return SeparableFigure(
        full=full,
        full_formula=f"{window} {TIMES} {state.channels} {TIMES} {state.filters} {TIMES} {area} = {grouped(full)}",
        depthwise=depthwise,
        depthwise_formula=f"{window} {TIMES} {state.channels} {TIMES} {area} = {grouped(depthwise)}",
        pointwise=pointwise,
        pointwise_formula=f"{state.channels} {TIMES} {state.filters} {TIMES} {area} = {grouped(pointwise)}",
        ratio=ratio,
        ratio_formula=f"1 / {state.filters} + 1 / {state.kernel**2} = {ratio:.4f}",
    )


SEPARABLE = FigureKind("separable", SeparableState, draw_separable)
