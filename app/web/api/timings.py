"""The route that says how long each layer of a network takes on this machine."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.engine.engine import MEASURED_RUNS
from app.nets.network import Network
from app.nets.profile import LayerTimes
from app.web.deps import TheEngine, TheNetwork, finished

router = APIRouter(prefix="/api/v1")


class LayerTimeInfo(BaseModel):
    id: str
    time_ms: float | None = Field(description="The median; null where the runtime has no step of its own for it.")
    share: float | None = Field(description="Of `run_ms`, 0 to 1.")


class LayerTimesInfo(BaseModel):
    """Measured in runs that show every layer: nothing is fused across layers, so each has a time of its own."""

    model: str
    run_ms: float = Field(description="All steps of a run together, by their medians; a plain run is quicker.")
    elsewhere_ms: float = Field(description="Of it, putting values in another order so that layers can be shown.")
    runs: int
    provider: str
    layers: list[LayerTimeInfo]


@router.get("/models/{model}/time/layers", summary="How long each layer takes on this machine", tags=["networks"])
async def layer_times(request: Request, engine: TheEngine, network: TheNetwork) -> LayerTimesInfo:
    """Measured on the first request, in several runs on a grey picture, and then known."""
    times = await finished(request, engine.layer_times(network))
    return _answer(network, times, engine.status().provider_in_use)


def _answer(network: Network, times: LayerTimes, provider: str) -> LayerTimesInfo:
    return LayerTimesInfo(
        model=network.id,
        run_ms=_ms(times.run),
        elsewhere_ms=_ms(times.elsewhere),
        runs=times.runs,
        provider=provider,
        layers=[
            LayerTimeInfo(id=layer, time_ms=None, share=None)
            if seconds is None
            else LayerTimeInfo(id=layer, time_ms=_ms(seconds), share=round(seconds / times.run, 5))
            for layer, seconds in times.layers.items()
        ],
    )


def _ms(seconds: float) -> float:
    return round(1e3 * seconds, 4)


class TimeInfo(BaseModel):
    model: str
    time_ms: float = Field(description="The median.")
    runs: int
    provider: str


@router.get("/models/{model}/time", summary="How long one run takes on this machine", tags=["networks"])
async def time_here(request: Request, engine: TheEngine, network: TheNetwork) -> TimeInfo:
    """Measured on the first request. Other runs beside it, of which `CONVSCOPE_RUN_SLOTS` is the most, slow it down."""
    seconds = await finished(request, engine.measure(network))
    provider = engine.status().provider_in_use
    return TimeInfo(model=network.id, time_ms=round(1e3 * seconds, 3), runs=MEASURED_RUNS, provider=provider)
