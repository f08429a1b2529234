"""What follows from a change of a layer: the classes, how far each layer moved, and one of them in maps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from app.analysis.prediction import DEFAULT_TOP_K, PredictionSummary, read_prediction
from app.engine.activations import RunSummary
from app.engine.experiments.ablations import AblatedRun
from app.engine.inference import Inference
from app.experiments.ablation import Ablation, layers_after
from app.experiments.painting import write_strokes
from app.nets.layer import Layer
from app.nets.network import Network
from app.rendering.channel_scales import channel_scale
from app.rendering.sheet import SheetLayout, layout
from app.web.links import image_api_path, pinned_id
from app.web.pages.legend import Legend, map_legend, scale_fields

PAIR_SIDES, PAIR_WIDTH = (64, 48, 32, 24, 16), 640  # pixels of a map on the sheets that are compared, and of a sheet
MANY_CHANNELS = 512  # more are not compared unless they are chosen


class ConsequencesAddress(Protocol):
    """The address of a page that compares the maps of the layer `view` before and after a change."""

    @property
    def view(self) -> str | None: ...

    def link(self, **changes: Any) -> str:
        """A relative address like this one except for `changes`."""


@dataclass(frozen=True, slots=True)
class AblationStudy:
    """An ablation of a network on a picture, with the layers before it and what follows."""

    inference: Inference
    summary: RunSummary
    ablation: Ablation
    run: AblatedRun


@dataclass(frozen=True, slots=True)
class ClassChangeView:
    """A class before and after; scores are None for numbers that are no probabilities."""

    label: str
    score_before: float | None
    score_after: float | None
    logit_before: float
    logit_after: float


@dataclass(frozen=True, slots=True)
class MovedLayerView:
    """A layer that moved, by how much, and the page that compares its maps; None where it has none."""

    name: str
    change: float
    href: str | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class SheetPairView:
    """The maps of a layer before and after, on one scale."""

    name: str
    channels: int
    before: str
    after: str
    layout: SheetLayout
    signed: bool
    legend: Legend


@dataclass(frozen=True, slots=True)
class ConsequencesView:
    """What follows: the classes, the best ones before and after, the layers that moved, and one of them in maps."""

    classes: tuple[ClassChangeView, ...]
    best_before: str
    best_after: str
    layers: tuple[MovedLayerView, ...]
    pair: SheetPairView | None


def consequences_view(study: AblationStudy, address: ConsequencesAddress) -> ConsequencesView:
    """What follows from the ablation of the page."""
    network, run = study.inference.network, study.run
    before, after = read_prediction(run.before), read_prediction(run.after)
    listed = list(dict.fromkeys((*before.order[:DEFAULT_TOP_K].tolist(), *after.order[: DEFAULT_TOP_K - 2].tolist())))
    moved = layers_after(network.graph, study.ablation.layer)
    view = _view_layer(address, moved)
    return ConsequencesView(
        classes=tuple(_class_change(network, before, after, index) for index in listed),
        best_before=network.labels[int(before.order[0])],
        best_after=network.labels[int(after.order[0])],
        layers=tuple(
            MovedLayerView(
                each.name,
                run.changes[each.id],
                address.link(view=each.id) if each.has_maps else None,
                view is not None and each.id == view.id,
            )
            for each in moved
        ),
        pair=_pair(study, view) if view else None,
    )


def _class_change(network: Network, before: PredictionSummary, after: PredictionSummary, index: int) -> ClassChangeView:
    has_scores = before.kind != "vector"
    return ClassChangeView(
        network.labels[index],
        float(before.scores[index]) if has_scores else None,
        float(after.scores[index]) if has_scores else None,
        float(before.logits[index]),
        float(after.logits[index]),
    )


def _view_layer(address: ConsequencesAddress, moved: Sequence[Layer]) -> Layer | None:
    """The layer whose maps are compared: the named one, else the last of not too many channels, else the first."""
    maps = [each for each in moved if each.has_maps]
    named = next((each for each in maps if each.id == address.view), None)
    few = [each for each in maps if each.channels <= MANY_CHANNELS]
    return named or next(reversed(few), None) or next(iter(maps), None)


def _pair(study: AblationStudy, layer: Layer) -> SheetPairView | None:
    """The layer before and after; None where it holds NaN or infinity."""
    statistics = study.summary.statistics[layer.id]
    if statistics.layer.nan or statistics.layer.inf:
        return None
    grids = [layout(layer.map_shape, side=side) for side in PAIR_SIDES]
    grid = next((each for each in grids if each.width <= PAIR_WIDTH), grids[-1])
    base = image_api_path(pinned_id(study.inference.network), study.inference.image)
    query = sheet_query(grid, clipped=False)
    scale = channel_scale(statistics, 0, "layer")
    return SheetPairView(
        name=layer.name,
        channels=layer.channels,
        before=f"{base}/layers/{layer.id}.png?{query}",
        after=f"{base}/ablations/layers/{layer.id}.png?{query}&{ablation_query(study.ablation)}",
        layout=grid,
        signed=scale.signed,
        legend=map_legend(scale, statistics.layer, None),
    )


def sheet_query(grid: SheetLayout, *, clipped: bool) -> str:
    """The query of a sheet in colour with this layout, on the scale of its layer."""
    scale = scale_fields("layer") if clipped else {"domain": "layer"}
    size = {"size": max(grid.cell_w, grid.cell_h), "columns": grid.columns}
    return urlencode({"order": "index", **scale, **size, "colormap": "auto"})


def ablation_query(ablation: Ablation) -> str:
    """The parameters of the API that say what is changed."""
    lists = {"channels": ",".join(map(str, ablation.channels)), "inputs": ",".join(ablation.inputs)}
    given = {name: text for name, text in (lists | {"strokes": write_strokes(ablation.strokes)}).items() if text}
    return urlencode({"at": ablation.layer, **given, **replacement_query(ablation)}, safe=",:;=")


def replacement_query(ablation: Ablation) -> dict[str, str]:
    """The parameters of the API that say what channels become."""
    return {"how": ablation.how} | ({"factor": str(ablation.factor)} if ablation.how == "scale" else {})
