"""The length of the gradient at each layer of a plain and of a residual stack of convolutions with random weights."""

import asyncio
from dataclasses import dataclass, replace

from pydantic import Field

from app.gradients.small_networks import CHANNELS, StackSpec
from app.lessons.figures.kind import FigureState
from app.web.deps import Client
from app.web.pages.charts.lines import LineChart, line_chart


class GradientDepthState(FigureState):
    """The layers, the scale of the weights, whether each layer is normalised, and the seed of the weights."""

    depth: int = Field(default=20, ge=2, le=50)
    scale: float = Field(default=0.4, ge=0.2, le=2, allow_inf_nan=False)
    normalised: bool = Field(default=False)
    seed: int = Field(default=1, ge=0, le=9999)


@dataclass(frozen=True, slots=True)
class GradientDepthFigure:
    """The chart; `plain` and `residual` are the lengths at the input, where that at the last output is 1."""

    chart: LineChart
    plain: float
    residual: float
    channels: int = CHANNELS


async def gather_gradient_depth(client: Client, state: GradientDepthState) -> GradientDepthFigure:
    """Both stacks with the same weights."""
    spec = StackSpec(state.depth, state.scale, state.seed, is_normalised=state.normalised)
    stacks = {"plain": spec, "residual": replace(spec, is_residual=True)}
    plain, residual = await asyncio.gather(
        *(client.wait(client.engine.gradient_depth.stack(stack)) for stack in stacks.values())
    )
    series = {
        name: [(float(layer), length) for layer, length in enumerate(norms)]
        for name, norms in zip(stacks, (plain, residual), strict=True)
    }
    chart = line_chart(series, across=(0, state.depth), is_logarithmic=True)
    return GradientDepthFigure(chart, plain[0], residual[0])
