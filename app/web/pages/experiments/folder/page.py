"""The data of the page of a folder: the contact sheet, the confusion matrix, the calibration curve and the sweep."""

from dataclasses import dataclass
from urllib.parse import quote

from app.engine.engine import Engine
from app.engine.experiments.sweeps import answer_labels
from app.experiments.accuracy.calibration_curve import CalibrationCurve
from app.experiments.accuracy.confusion_matrix import ConfusionMatrix
from app.experiments.accuracy.evaluation import Evaluation, PictureResult
from app.images.collections import CollectionPicture
from app.nets.network import Network
from app.web.links import model_path, pinned_id
from app.web.pages.address import Address
from app.web.pages.charts.lines import LineChart, line_chart
from app.web.pages.components import Choice, NetworkOption, Notice
from app.web.pages.experiments.folder.address import ACTION, SWEEPS, FolderAddress
from app.web.pages.experiments.folder.effects import EffectsView, effects_view
from app.web.pages.experiments.folder.gather import FolderData
from app.web.pages.experiments.subject import network_options

TILE_SIDE = 160  # pixels of a picture on the sheet
MOST_MISTAKES = 6
MOST_NAMED = 12  # classes that a folder stands for


@dataclass(frozen=True, slots=True)
class FolderSubject:
    """The form that chooses the network."""

    action: str
    hidden: dict[str, str]
    networks: tuple[NetworkOption, ...]


@dataclass(frozen=True, slots=True)
class FolderTile:
    """A picture of the collection with its prediction; without one while that is computed, or where a problem is."""

    src: str | None
    href: str | None
    name: str
    folder: str
    label: str | None
    score: float | None
    is_right: bool | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class FolderMeaning:
    """A folder and the labels that its name stands for; `others` are those beyond the first."""

    name: str
    labels: tuple[str, ...]
    others: int


@dataclass(frozen=True, slots=True)
class AccuracyView:
    """An evaluation in figures. `right` and `in_best` count pictures of the `judged`."""

    judged: int
    right: int
    in_best: int
    confusion: ConfusionMatrix | None
    calibration: CalibrationCurve | None
    mistakes: tuple[FolderTile, ...]
    meanings: tuple[FolderMeaning, ...]


@dataclass(frozen=True, slots=True)
class AccuracySweepView:
    """The accuracy, and the agreement with the unchanged pictures, against the amount of a change."""

    chart: LineChart
    unit: str
    name: str
    parameter: str
    is_judged: bool
    table: str


@dataclass(frozen=True, slots=True)
class PendingFolder:
    """What is to be computed: its resource, and the page that waits for it."""

    resource: str
    href: str


@dataclass(frozen=True, slots=True)
class FolderPage:
    """The page. `problems` are the files that could not be read, `files` the address of what can be downloaded."""

    subject: FolderSubject
    address: FolderAddress
    tiles: tuple[FolderTile, ...]
    problems: tuple[FolderTile, ...]
    accuracy: AccuracyView | None
    sweeps: tuple[Choice, ...]
    sweep: AccuracySweepView | None
    effects: EffectsView | None
    pending: PendingFolder | None
    files: str
    notice: Notice | None
    refusal: Notice | None


def folder_page(engine: Engine, address: FolderAddress, data: FolderData, refusal: Notice | None) -> FolderPage:
    """The page of an address; `refusal` says why pictures were not added."""
    network, collection = data.network, data.collection
    stated = address.model_copy(update={"model": network.id, "collection": collection.id})
    results = data.evaluation.results if data.evaluation else (None,) * len(collection.pictures)
    every = tuple(_tile(network, *pair) for pair in zip(collection.pictures, results, strict=True))
    resource = f"{model_path(pinned_id(network))}/collections/{collection.id}"
    return FolderPage(
        subject=FolderSubject(ACTION, _other_fields(stated), network_options(engine, network)),
        address=stated,
        tiles=tuple(tile for tile in every if tile.src),
        problems=tuple(tile for tile in every if tile.problem),
        accuracy=accuracy_view(network, data.evaluation, every) if data.evaluation else None,
        sweeps=_sweeps(data),
        sweep=_sweep(data, resource),
        effects=effects_view(data, resource),
        pending=_pending(stated, data, resource),
        files=f"{resource}/evaluations",
        notice=data.notice,
        refusal=refusal,
    )


def _sweeps(data: FolderData) -> tuple[Choice, ...]:
    """The sweeps to choose, with that of the address; each with its text as the address has it."""
    if data.axis is None:
        return tuple(Choice(name, text, False) for name, text in SWEEPS.items())
    names = {text: name for name, text in SWEEPS.items()} | {str(data.axis): data.axis.change.name}
    return tuple(Choice(name, text, text == str(data.axis)) for text, name in names.items())


def _other_fields(address: FolderAddress) -> dict[str, str]:
    return {name: str(value) for name, value in address.query.items() if name in ("collection", "sweep", "layer")}


def _tile(network: Network, picture: CollectionPicture, result: PictureResult | None) -> FolderTile:
    problem = result.problem if result else picture.problem
    best = result.best[0] if result and result.best else None
    is_there = picture.id is not None and problem is None
    return FolderTile(
        src=f"api/v1/images/{quote(str(picture.id))}.png?size={TILE_SIDE}" if is_there else None,
        href=f"../{Address(model=network.id, image=picture.id).link()}" if is_there else None,
        name=picture.name,
        folder=picture.folder,
        label=answer_labels(network)[best.index] if best else None,
        score=best.score if best else None,
        is_right=result.is_right if result else None,
        problem=problem,
    )


def accuracy_view(network: Network, evaluation: Evaluation, tiles: tuple[FolderTile, ...] = ()) -> AccuracyView:
    """An evaluation in figures, with the tiles of its pictures where they are to be seen."""
    labels = answer_labels(network)
    return AccuracyView(
        judged=evaluation.judged,
        right=sum(result.is_right is True for result in evaluation.results),
        in_best=sum(result.is_in_best is True for result in evaluation.results),
        confusion=evaluation.confusion,
        calibration=evaluation.calibration,
        mistakes=tuple(tiles[place] for place in evaluation.mistakes[:MOST_MISTAKES] if tiles),
        meanings=tuple(
            FolderMeaning(
                folder.name,
                tuple(labels[index] for index in folder.classes[:MOST_NAMED]),
                max(0, len(folder.classes) - MOST_NAMED),
            )
            for folder in evaluation.folders
            if folder.name
        ),
    )


def _sweep(data: FolderData, resource: str) -> AccuracySweepView | None:
    if data.sweep is None:
        return None
    axis, steps = data.sweep.axis, data.sweep.steps
    series = {"agreement": sorted(zip(axis.amounts, (100 * each for each in data.sweep.agreements), strict=True))}
    judged = [
        (amount, 100 * step.top1) for amount, step in zip(axis.amounts, steps, strict=True) if step.top1 is not None
    ]
    if judged:
        series = {"accuracy": sorted(judged), **series}
    chart = line_chart(series, across=(min(axis.start, axis.stop), max(axis.start, axis.stop)), top=100)
    table = f"{resource}/sweeps/{quote(str(axis), safe=':~,@')}.csv"
    parameter, is_judged = axis.parameter, bool(judged)
    return AccuracySweepView(chart, parameter.unit, axis.change.name, parameter.name, is_judged, table)


def _pending(address: FolderAddress, data: FolderData, resource: str) -> PendingFolder | None:
    """What to compute first: a sweep evaluates the unchanged pictures, too."""
    link = f"{address.link()}&wait=1"
    if data.axis is not None and data.sweep is None:
        return PendingFolder(f"{resource}/sweeps/{quote(str(data.axis), safe=':~,@')}", link)
    if data.evaluation is None and data.notice is None:
        return PendingFolder(f"{resource}/evaluations", link)
    if data.effects.layer is not None and data.effects.effects is None:
        return PendingFolder(f"{resource}/layers/{quote(data.effects.layer.id)}/effects", link)
    return None
