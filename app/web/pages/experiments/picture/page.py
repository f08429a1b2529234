"""The data of the page of a changed picture: the list of changes, and both sides with their predictions and maps."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from app.analysis.clipping import CLIPPED
from app.analysis.operator_kind import operator_kind
from app.analysis.prediction import read_prediction
from app.engine.engine import Engine
from app.images.perturbations.change import MAX_CHANGES, Change
from app.images.perturbations.perturbation import PerturbationParameter
from app.images.perturbations.registry import PERTURBATIONS
from app.nets.card import InputSpec
from app.nets.layer import Layer
from app.nets.preprocessing.fit import RGB, placement_of
from app.rendering.maps import layer_layout
from app.rendering.scale import Scale
from app.web.links import image_api_path, layer_path, pinned_id
from app.web.pages.address import Address
from app.web.pages.components import ColourTable, Notice, colour_filters
from app.web.pages.experiments.picture.address import PictureAddress
from app.web.pages.experiments.picture.gather import PictureRuns
from app.web.pages.experiments.subject import SubjectPlace, SubjectView, subject_view
from app.web.pages.prediction import TopClassesView, top_classes
from app.web.pages.site import Site

PLACE = "experiments/picture"
SAMPLE_SIDE = 96  # pixels of a picture that shows a change


@dataclass(frozen=True, slots=True)
class ChangeAmountView:
    """One amount of a change, with its parameter; its field is called `id`."""

    id: str
    parameter: PerturbationParameter
    amount: float


@dataclass(frozen=True, slots=True)
class PictureChangeView:
    """A change in the list; `is_part` is whether it is about a part of the picture, which can be dragged."""

    change: Change
    amounts: tuple[ChangeAmountView, ...]
    is_part: bool


@dataclass(frozen=True, slots=True)
class ChangeSampleView:
    """A change that can be added: its name, and what it makes of the picture."""

    name: str
    src: str


@dataclass(frozen=True, slots=True)
class PictureSideView:
    """One side: the input as the network receives it, its prediction, and the maps of the layer in view.

    `prediction` is None where a score is NaN, `sheet` where a value is NaN or infinite.
    """

    view: str
    prediction: TopClassesView | None
    sheet: str | None


@dataclass(frozen=True, slots=True)
class FormerClassView:
    """The class that was predicted before the changes: its label, its scores before and after, its rank after."""

    label: str
    before: float
    after: float
    rank: int


@dataclass(frozen=True, slots=True)
class ViewWindow:
    """The part of the picture that the view has, in percent of the picture's sides; the view may be larger."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class PicturePage:
    """The page of a changed picture.

    `samples` are the changes that can be added; there are none where the list is full. `former` is None where there
    are no scores. `window` is None where the view is no fixed part of the picture. `store` is the address that stores
    the changed picture. `query` is the state.
    """

    address: PictureAddress
    subject: SubjectView
    changes: tuple[PictureChangeView, ...]
    samples: tuple[ChangeSampleView, ...]
    before: PictureSideView
    after: PictureSideView
    former: FormerClassView | None
    is_flip: bool
    layer: Layer
    kind: str
    layers: tuple[Layer, ...]
    legend: Scale | None
    input: InputSpec
    sheet_size: tuple[int, int]
    window: ViewWindow | None
    store: str
    query: str
    notice: Notice | None
    unsigned: ColourTable
    signed: ColourTable


def picture_page(site: Site, engine: Engine, data: PictureRuns, picture_notice: Notice | None) -> PicturePage:
    """The page of an address; `picture_notice` says why a picture was not added."""
    network, address = data.subject.network, data.address
    before, after = _sides(data)
    unsigned, signed = colour_filters("auto")
    query = address.link().partition("?")[2]
    sheet = layer_layout(data.layer.map_shape, data.map_side if data.layer.has_maps else None)
    return PicturePage(
        address=address,
        subject=_subject(site, engine, data, picture_notice),
        changes=tuple(_change_view(position, change) for position, change in enumerate(address.changes)),
        samples=_samples(data.subject.image) if len(address.change) < MAX_CHANGES else (),
        before=before,
        after=after,
        former=_former(data, before.prediction, after.prediction),
        is_flip=_is_flip(before.prediction, after.prediction),
        layer=data.layer,
        kind=operator_kind(data.layer.op),
        layers=tuple(network.graph.layers),
        legend=data.scale,
        input=network.card.input,
        sheet_size=(sheet.width, sheet.height),
        window=view_window(data.rgb, network.card.input),
        store=f"{PLACE}/stored?{query}",
        query=query,
        notice=data.notice,
        unsigned=unsigned,
        signed=signed,
    )


def view_window(rgb: RGB, spec: InputSpec) -> ViewWindow | None:
    """The part of a picture that becomes the view; None where a digit is looked for."""
    if spec.resize.rule == "digit":
        return None
    height, width = rgb.shape[:2]
    placement = placement_of(width, height, spec)
    left, top, right, bottom = placement.box
    across, down = (right - left) / placement.size[0], (bottom - top) / placement.size[1]
    return ViewWindow(
        left=100 * (left + placement.left * across) / width,
        top=100 * (top + placement.top * down) / height,
        width=100 * spec.width * across / width,
        height=100 * spec.height * down / height,
    )


def _subject(site: Site, engine: Engine, data: PictureRuns, notice: Notice | None) -> SubjectView:
    address = data.address
    hidden = {"image": [address.image] if address.image else [], "change": address.change}
    return subject_view(
        site, engine, data.subject, SubjectPlace(PLACE, hidden, f"experiments/{address.link()}"), notice
    )


def _change_view(position: int, change: Change) -> PictureChangeView:
    parameters = change.perturbation.parameters
    amounts = tuple(
        ChangeAmountView(f"change-{position}-{parameter.name}", parameter, amount)
        for parameter, amount in zip(parameters, change.amounts, strict=True)
    )
    return PictureChangeView(change, amounts, {parameter.name for parameter in parameters} >= {"left", "top"})


def _samples(image: str) -> tuple[ChangeSampleView, ...]:
    return tuple(
        ChangeSampleView(
            name,
            f"api/v1/images/{quote(image)}.png?"
            + urlencode({"size": SAMPLE_SIDE, "change": str(Change(name, perturbation.example))}, safe=":,"),
        )
        for name, perturbation in PERTURBATIONS.items()
    )


def _sides(data: PictureRuns) -> tuple[PictureSideView, PictureSideView]:
    network, image = data.subject.network, data.subject.image
    model, page = pinned_id(network), Address(model=network.id, image=image)
    drawn = {"domain": "layer", "clip": CLIPPED, "colormap": "auto"}
    query = urlencode(drawn | ({"size": data.map_side} if data.layer.has_maps else {}))
    before = PictureSideView(
        view=f"{image_api_path(model, image)}/view.png",
        prediction=top_classes(network, data.before, page),
        sheet=f"{layer_path(model, image, data.layer.id)}.png?{query}" if data.scale else None,
    )
    drawing = data.after.sheets[0].drawing
    after = PictureSideView(
        view=data.after.view.data_url,
        prediction=top_classes(network, data.after.scores, page),
        sheet=drawing.data_url if drawing and data.scale else None,
    )
    return before, after


def _former(data: PictureRuns, before: TopClassesView | None, after: TopClassesView | None) -> FormerClassView | None:
    """The class that was predicted before; None where scores are no probabilities."""
    if before is None or after is None or before.best[0].score is None:
        return None
    best, reading = before.best[0], read_prediction(data.after.scores)
    return FormerClassView(best.label, best.score or 0, float(reading.scores[best.index]), reading.rank(best.index))


def _is_flip(before: TopClassesView | None, after: TopClassesView | None) -> bool:
    return before is not None and after is not None and not before.has_same_classes(after)
