"""Timings: how long a run and each layer of a network take on this machine."""

from fastapi import APIRouter
from pydantic import Field

from app.engine.timings import MEASURED_RUNS
from app.nets.network import Network
from app.nets.profile import LayerTimes
from app.web.api.responses import Info, milliseconds
from app.web.deps import TheClient, TheNetwork

router = APIRouter(prefix="/api/v1")


class TimeInfo(Info):
    model: str
    time_ms: float = Field(description="The median.")
    runs: int
    provider: str


class LayerTimeInfo(Info):
    id: str
    time_ms: float | None = Field(description="The median; null where the runtime has no step of its own for it.")
    share: float | None = Field(description="Of `run_ms`, 0 to 1.")


class LayerTimesInfo(Info):
    """Measured in runs that output every layer: nothing is fused across layers, so each has a time of its own."""

    model: str
    run_ms: float = Field(description="All steps of a run together, by their medians; a plain run is quicker.")
    elsewhere_ms: float = Field(description="The part of it that reorders values so that layers can be output.")
    runs: int
    provider: str
    layers: list[LayerTimeInfo]


@router.get("/models/{model}/time", summary="How long one run takes on this machine", tags=["networks"])
async def time(client: TheClient, network: TheNetwork) -> TimeInfo:
    """Measured on the first request. Other runs at the same time, at most `CONVSCOPE_RUN_SLOTS`, slow it down."""
    seconds = await client.wait(client.engine.timings.measure(network))
    provider = client.engine.status().provider_in_use
    return TimeInfo(model=network.id, time_ms=milliseconds(seconds), runs=MEASURED_RUNS, provider=provider)


@router.get("/models/{model}/time/layers", summary="How long each layer takes on this machine", tags=["networks"])
async def layer_times(client: TheClient, network: TheNetwork) -> LayerTimesInfo:
    """Measured on the first request, in several runs on a grey picture, and kept."""
    times = await client.wait(client.engine.timings.layers(network))
    return _info(network, times, client.engine.status().provider_in_use)


def _info(network: Network, times: LayerTimes, provider: str) -> LayerTimesInfo:
    return LayerTimesInfo(
        model=network.id,
        run_ms=milliseconds(times.run),
        elsewhere_ms=milliseconds(times.elsewhere),
        runs=times.runs,
        provider=provider,
        layers=[
            LayerTimeInfo(id=layer, time_ms=None, share=None)
            if seconds is None
            else LayerTimeInfo(id=layer, time_ms=milliseconds(seconds), share=round(seconds / times.run, 5))
            for layer, seconds in times.layers.items()
        ],
    )
