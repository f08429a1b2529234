"""Sweeps: the scores of networks while one change of a photo grows, or two at once, also as a table."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field

from app.engine.experiments.sweeps import answer_labels
from app.engine.inference import Inference
from app.errors import InvalidRequest
from app.experiments.flips import Flip
from app.experiments.sweep import (
    GRID_STEPS,
    MAX_NETWORKS,
    MAX_STEPS,
    Sweep,
    SweepAxis,
    axis_along,
    read_sweep,
    with_range,
)
from app.experiments.sweep_scores import SweepScores
from app.experiments.sweep_table import sweep_table
from app.images.perturbations.change import read_change
from app.nets.network import Network
from app.web.api.events import ProgressInfo, job_events
from app.web.api.responses import Info
from app.web.deps import TheClient, TheInference
from app.web.edge.etags import cache_headers
from app.web.links import TAG
from app.work.job import JobHandle

router = APIRouter(prefix="/api/v1", tags=["experiments"])
SWEEPS = "/models/{model}/images/{image}/sweeps"
SWEEP = f"{SWEEPS}/{{sweep}}"
MAX_CLASSES, DEFAULT_CLASSES = 20, 5
SweepResults = tuple[SweepScores, ...]
CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {}}, "description": "A row for each network, cell and class."}
}


class SweepAxisRequest(BaseModel):
    """One change that grows. Ends and steps that are left out span the parameter's range."""

    model_config = ConfigDict(extra="forbid", validate_by_name=True)

    change: str = Field(
        max_length=100,
        description="A perturbation, or with the amounts of its other parameters `shift:0,-20`.",
        examples=["rotation"],
    )
    parameter: str = Field("", max_length=40, description="The parameter that grows; by default the first.")
    start: float | None = Field(None, alias="from", examples=[0])
    stop: float | None = Field(None, alias="to", examples=[90])
    steps: int | None = Field(None, description=f"At most {MAX_STEPS}.", examples=[50])

    def axis(self, default_steps: int | None = None) -> SweepAxis:
        """The axis; raises InvalidRequest."""
        name, _, amounts = self.change.partition(":")
        axis = axis_along(name, self.parameter, read_change(self.change).amounts if amounts else ())
        return with_range(axis, self.start, self.stop, self.steps or default_steps)


class SweepRequest(SweepAxisRequest):
    """A sweep, alone or with a second change at once, and the networks besides that of the address."""

    second: SweepAxisRequest | None = None
    models: list[str] = Field([], max_length=MAX_NETWORKS - 1)
    classes: int = Field(DEFAULT_CLASSES, ge=1, le=MAX_CLASSES, description="How many classes of each network.")

    def read(self) -> Sweep:
        """The sweep; raises InvalidRequest."""
        if self.second is None:
            return Sweep(self.axis())
        return Sweep(self.axis(GRID_STEPS), self.second.axis(GRID_STEPS))


class SweepAxisInfo(Info):
    change: str = Field(description="The perturbation, with the amounts of its first step.")
    parameter: str
    unit: str
    amounts: list[float] = Field(description="One for each step.")


class SweepClassInfo(Info):
    index: int
    label: str
    scores: list[float] = Field(description="One for each cell.")


class FlipInfo(Info):
    at: float = Field(description="The first amount at which the answer is `after`.")
    uncertainty: float = Field(
        description="How much earlier it may flip: at most a tenth of a step, or a step where there are more than 24."
    )
    before: str
    after: str


class NetworkSweepInfo(Info):
    model: str
    runs: int
    answers: list[str] = Field(description="The class with the highest score at each cell.")
    classes: list[SweepClassInfo] = Field(description="The most frequent answers, then those with the highest scores.")
    flips: list[FlipInfo] = Field(description="Along one change; none of two.")


class SweepInfo(Info):
    """A sweep. Its cells are the steps; of two changes row by row, one row for each amount of the second.

    The photo at a cell is `GET /images/{image}.png?change=`, such as `?change=rotation:38&change=blur:2`.
    """

    sweep: str = Field(description="Its id: the same for the same sweep.", examples=["rotation:0~90@50"])
    image: str
    axis: SweepAxisInfo
    second: SweepAxisInfo | None
    networks: list[NetworkSweepInfo]


@dataclass(frozen=True, slots=True)
class SweepQuestion:
    """A sweep of one picture through some networks, and how many classes of each are listed."""

    sweep: Sweep
    inferences: tuple[Inference, ...]
    classes: int


async def _networks(client: TheClient, inference: TheInference, models: Sequence[str]) -> tuple[Inference, ...]:
    networks = [inference.network, *[await client.pinned_network(model) for model in models]]
    by_id = {network.id: network for network in networks}
    if len(by_id) > MAX_NETWORKS:
        raise InvalidRequest(f"A sweep goes through at most {MAX_NETWORKS} networks.", max_networks=MAX_NETWORKS)
    return tuple(Inference(network, inference.image) for network in by_id.values())


async def _sweep(
    sweep: Annotated[str, Path(max_length=200, description="A sweep's id.", examples=["rotation:0~90@50"])],
) -> Sweep:
    return read_sweep(sweep)


TheSweep = Annotated[Sweep, Depends(_sweep)]


async def _question(
    client: TheClient,
    inference: TheInference,
    sweep: TheSweep,
    models: Annotated[tuple[str, ...], Query(description="Other networks.", max_length=MAX_NETWORKS - 1)] = (),
    classes: Annotated[int, Query(ge=1, le=MAX_CLASSES, description="How many classes.")] = DEFAULT_CLASSES,
) -> SweepQuestion:
    return SweepQuestion(sweep, await _networks(client, inference, models), classes)


TheSweepQuestion = Annotated[SweepQuestion, Depends(_question)]


async def _headers(request: Request, question: TheSweepQuestion) -> dict[str, str]:
    models = (request.path_params["model"], *request.query_params.getlist("models"))
    fingerprints = [inference.network.fingerprint for inference in question.inferences]
    return cache_headers(request, *fingerprints, immutable=all(TAG in model for model in models))


TheSweepHeaders = Annotated[dict[str, str], Depends(_headers)]


async def _requested(client: TheClient, inference: TheInference, body: SweepRequest) -> SweepQuestion:
    return SweepQuestion(body.read(), await _networks(client, inference, body.models), body.classes)


async def _job(
    client: TheClient, question: Annotated[SweepQuestion, Depends(_requested)]
) -> AsyncIterator[tuple[SweepQuestion, JobHandle[SweepResults]]]:
    handle = client.engine.sweeps.sweep(question.inferences, question.sweep)
    try:
        yield question, handle
    finally:
        handle.release()


@router.post(SWEEPS, summary="Sweep a change of a photo", response_class=EventSourceResponse)
async def make_sweep(
    client: TheClient, job: Annotated[tuple[SweepQuestion, JobHandle[SweepResults]], Depends(_job)]
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `progress`, then `done` with the result as `GET` answers it, or `error` with the usual body.

    Where the answer of a network flips between two steps, further runs find the place to a tenth of a step. The sweep
    stops when the last client with the same request disconnects.
    """

    question, handle = job

    def progress() -> ProgressInfo:
        return ProgressInfo.of(client.engine.sweeps.progress(question.inferences, question.sweep))

    async def done(results: SweepResults) -> SweepInfo:
        return _info(question, results)

    async for event in job_events(client.request, handle.future, progress, done):
        yield event


@router.get(f"{SWEEP}.csv", summary="A sweep as a table", response_class=Response, responses=CSV)
async def get_table(client: TheClient, question: TheSweepQuestion, headers: TheSweepHeaders) -> Response:
    """The best classes of each network at each cell, with their scores."""
    results = await client.wait(client.engine.sweeps.sweep(question.inferences, question.sweep))
    networks = [(each.network.id, answer_labels(each.network)) for each in question.inferences]
    rows = [(*network, result) for network, result in zip(networks, results, strict=True)]
    table = sweep_table(question.sweep, rows, question.classes)
    return Response(table, media_type="text/csv; charset=utf-8", headers=headers)


@router.get(SWEEP, summary="A sweep")
async def get_sweep(
    response: Response, client: TheClient, question: TheSweepQuestion, headers: TheSweepHeaders
) -> SweepInfo:
    """The result of a sweep, which is computed unless it is in memory."""
    response.headers.update(headers)
    results = await client.wait(client.engine.sweeps.sweep(question.inferences, question.sweep))
    return _info(question, results)


def _info(question: SweepQuestion, results: Sequence[SweepScores]) -> SweepInfo:
    sweep = question.sweep
    return SweepInfo(
        sweep=str(sweep),
        image=question.inferences[0].image,
        axis=_axis_info(sweep.axis),
        second=_axis_info(sweep.second) if sweep.second else None,
        networks=[
            _network_info(inference.network, result, question.classes)
            for inference, result in zip(question.inferences, results, strict=True)
        ],
    )


def _axis_info(axis: SweepAxis) -> SweepAxisInfo:
    parameter = axis.parameter
    return SweepAxisInfo(
        change=str(axis.change), parameter=parameter.name, unit=parameter.unit, amounts=list(axis.amounts)
    )


def _network_info(network: Network, result: SweepScores, count: int) -> NetworkSweepInfo:
    labels = answer_labels(network)
    return NetworkSweepInfo(
        model=network.id,
        runs=result.runs,
        answers=[labels[answer] for answer in result.answers],
        classes=[
            SweepClassInfo(index=index, label=labels[index], scores=result.scores[:, index].tolist())
            for index in result.classes(count)
        ],
        flips=[_flip_info(flip, labels) for flip in result.flips],
    )


def _flip_info(flip: Flip, labels: Sequence[str]) -> FlipInfo:
    return FlipInfo(at=flip.high, uncertainty=flip.width, before=labels[flip.before], after=labels[flip.after])
