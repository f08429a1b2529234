"""The data of the page of depth: both photos with their answers, the curves over depth, and the layers as a table."""

from dataclasses import dataclass
from urllib.parse import urlencode

from app.analysis.operator_kind import operator_kind
from app.analysis.prediction import read_prediction
from app.engine.engine import Engine
from app.experiments.depth import ALIKE, LayerDistance, alike_from, farthest
from app.images.perturbations.change import Change
from app.nets.layer import Layer
from app.nets.network import Network
from app.nets.outputs import Scores
from app.web.links import image_png_path
from app.web.pages.charts.wide_lines import Span, WideChart, wide_chart
from app.web.pages.components import ColourTable, Notice, colour_filters
from app.web.pages.experiments.amounts import AmountOption, amount_options
from app.web.pages.experiments.depth.address import DepthAddress
from app.web.pages.experiments.depth.gather import ChangedRun, DepthData
from app.web.pages.experiments.subject import SubjectPlace, SubjectView, subject_view
from app.web.pages.site import Site


@dataclass(frozen=True, slots=True)
class PhotoAnswer:
    """A photo and what the network answers; `score` is None where it is no probability."""

    src: str
    label: str
    score: float | None
    href: str


@dataclass(frozen=True, slots=True)
class DepthRow:
    """A layer: its distance, the layer in the Explorer, and both outputs side by side."""

    layer: Layer
    kind: str
    distance: LayerDistance
    explore: str
    compare: str


@dataclass(frozen=True, slots=True)
class DepthView:
    """The comparison: curves of the cosine and of the rank correlation, and of the relative norm of the difference.

    The layers are alike from `alike_from` on: their cosines stay at `bound` or above. None if the last one is below.
    """

    before: PhotoAnswer
    after: PhotoAnswer
    similarity: WideChart
    change: WideChart
    rows: tuple[DepthRow, ...]
    farthest: DepthRow | None
    alike_from: DepthRow | None
    bound: float


@dataclass(frozen=True, slots=True)
class DepthPage:
    """The page; without a view the notice says why."""

    subject: SubjectView
    model: str
    image: str
    options: tuple[AmountOption, ...]
    chosen: str
    amount: str
    unit: str
    changes: tuple[Change, ...]
    view: DepthView | None
    notice: Notice | None
    unsigned: ColourTable
    signed: ColourTable


def depth_page(site: Site, engine: Engine, data: DepthData, picture_notice: Notice | None = None) -> DepthPage:
    """The page of a comparison of both runs."""
    address = data.address
    place = SubjectPlace("experiments/depth", _hidden(address), f"experiments/{address.link(image=None)}")
    unsigned, signed = colour_filters("auto")
    amount, unit = _amount(data)
    return DepthPage(
        subject=subject_view(site, engine, data.subject, place, picture_notice),
        model=data.subject.network.id,
        image=data.subject.image,
        options=amount_options(address.chosen),
        chosen=address.chosen,
        amount=amount,
        unit=unit,
        changes=data.changes,
        view=_view(data, data.run) if data.run else None,
        notice=data.notice,
        unsigned=unsigned,
        signed=signed,
    )


def _hidden(address: DepthAddress) -> dict[str, str | list[str]]:
    fields: dict[str, str | list[str]] = address.model_dump(exclude={"model"}, exclude_defaults=True, exclude_none=True)
    return fields


def _amount(data: DepthData) -> tuple[str, str]:
    """The amount in the form as it is typed or stands by default, and its unit."""
    if not data.address.chosen or not data.changes:
        return data.address.amount, ""
    change = data.changes[0]
    names = [parameter.name for parameter in change.perturbation.parameters]
    place = names.index(data.address.chosen.partition(".")[2] or names[0])
    return f"{change.amounts[place]:.6g}", change.perturbation.parameters[place].unit


def _view(data: DepthData, run: ChangedRun) -> DepthView:
    network = data.subject.network
    rows = tuple(_row(network, each, data.subject.image, run.inference.image) for each in run.distances)
    by_layer = {row.layer.id: row for row in rows}
    across = Span(1, max(2, len(rows)))
    cosines = _points([each.distance.cosine for each in run.distances])
    ranks = _points([each.rank_correlation for each in run.distances])
    norms = _points([each.distance.relative for each in run.distances])
    lowest = min([0.0, *(value for _, value in (*cosines, *ranks))])
    return DepthView(
        before=_answer(network, data.subject.image, run.before),
        after=_answer(network, run.inference.image, run.after),
        similarity=wide_chart({"cosine": cosines, "ranks": ranks}, across, Span(lowest, 1)),
        change=wide_chart({"norm": norms}, across, Span(0, max([1.0, *(value for _, value in norms)]))),
        rows=rows,
        farthest=by_layer.get(farthest(run.distances) or ""),
        alike_from=by_layer.get(alike_from(run.distances) or ""),
        bound=ALIKE,
    )


def _points(values: list[float | None]) -> list[tuple[float, float]]:
    return [(place, value) for place, value in enumerate(values, 1) if value is not None]


def _row(network: Network, distance: LayerDistance, before: str, after: str) -> DepthRow:
    layer = network.layer(distance.layer)
    view = {"model": network.id, "image": after, "layer": layer.id}
    return DepthRow(
        layer=layer,
        kind=operator_kind(layer.op),
        distance=distance,
        explore=f"../?{urlencode(view)}",
        compare=f"compare?{urlencode(view | {'other_image': before})}",
    )


def _answer(network: Network, image: str, scores: Scores) -> PhotoAnswer:
    prediction = read_prediction(scores)
    best = int(prediction.order[0])
    score = None if prediction.kind == "vector" else float(prediction.scores[best])
    query = urlencode({"model": network.id, "image": image})
    return PhotoAnswer(f"../{image_png_path(image)}", network.labels[best], score, f"../?{query}")
