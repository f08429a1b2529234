"""The page of how the input of a network is prepared: every field with its source, and what the usual ways predict."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.analysis.leading_classes import LeadingClass
from app.engine.preprocessings import Preprocessing
from app.nets.card import Card, Finding, InputSpec
from app.nets.network import Network
from app.web.links import image_png_path
from app.web.pages.address import Address
from app.web.pages.components import Notice
from app.web.pages.own_networks.gather import ChoiceData
from app.web.pages.own_networks.input_form import InputForm
from app.web.pages.prediction import TopClassesView, top_classes

FIELDS = {  # each field of the page, and those of the card that it is made of
    "size": ("width", "height"),
    "channels": ("channels",),
    "scale": ("scale",),
    "mean": ("mean",),
    "std": ("std",),
    "resize": ("resize",),
    "labels": ("labels",),
}
TOP_K = 3  # classes of each way


@dataclass(frozen=True, slots=True)
class InputFieldView:
    """A field of the input, or the labels: what the network's files state about it, or that its value is assumed."""

    name: str
    findings: tuple[Finding, ...]
    is_assumed: bool


@dataclass(frozen=True, slots=True)
class PreprocessingView:
    """One way to prepare the input, as the fields of a form, and its best classes; None if a score is not finite.

    `name` is "own" for a way that is none of the usual ones. Of a network that is no classifier, `leading` are the
    first classes of its boxes and areas, None if its outputs name none, and `sequence` is those of a sequence.
    """

    name: str
    input: InputSpec
    form: InputForm
    is_in_use: bool
    prediction: TopClassesView | None
    is_classifier: bool
    leading: tuple[LeadingClass, ...] | None
    sequence: str


@dataclass(frozen=True, slots=True)
class ChoicePage:
    """The page; `others` are the findings about anything but the input. `photo` is the address of the picture.

    `form` is None for a network whose input can't be chosen. `ways` is empty without weights. Without
    `has_labels` its classes are called by their numbers.
    """

    card: Card
    input: InputSpec
    classes: int
    has_labels: bool
    fields: tuple[InputFieldView, ...]
    others: tuple[Finding, ...]
    ways: tuple[PreprocessingView, ...]
    top1_changes: bool | None
    form: InputForm | None
    photo: str
    href: str
    action: str
    notice: Notice | None


def choice_page(data: ChoiceData) -> ChoicePage:
    """The page of a network and a picture."""
    network, card, comparison = data.network, data.network.card, data.comparison
    named = {name for names in FIELDS.values() for name in names}
    return ChoicePage(
        card=card,
        input=network.input_spec,
        classes=len(network.class_names) or network.classes,
        has_labels=bool(network.class_names),
        fields=tuple(_field(card, name, parts) for name, parts in FIELDS.items()),
        others=tuple(finding for finding in card.findings if finding.field not in named),
        ways=tuple(_way(network, way) for way in comparison.ways) if comparison else (),
        top1_changes=comparison.top1_changes if comparison else None,
        form=data.form,
        photo=image_png_path(data.image),
        href=Address(model=network.id, image=data.image).link(),
        action=Address(image=data.image).link(),
        notice=data.notice,
    )


def _field(card: Card, name: str, parts: Iterable[str]) -> InputFieldView:
    members = {name, *parts}
    findings = tuple(finding for finding in card.findings if finding.field in members)
    return InputFieldView(name, findings, not members.isdisjoint(card.assumed))


def _way(network: Network, way: Preprocessing) -> PreprocessingView:
    prediction = top_classes(network, way.scores, Address(model=network.id, top_k=TOP_K))
    return PreprocessingView(
        name=way.name or "own",
        input=way.input,
        form=InputForm.of(way.input),
        is_in_use=way.is_in_use,
        prediction=prediction,
        is_classifier=way.scores.kind != "vector",
        leading=_leading(way),
        sequence=" ".join(each.label for each in way.leading or () if each.kind == "sequence"),
    )


def _leading(way: Preprocessing) -> tuple[LeadingClass, ...] | None:
    if way.leading is None:
        return None
    return tuple(each for each in way.leading if each.kind != "sequence")[:TOP_K]
