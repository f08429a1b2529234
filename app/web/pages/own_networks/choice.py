"""The page of how the input of a network is prepared: every field with its source."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.nets.card import Card, Finding, InputSpec
from app.nets.network import Network
from app.web.links import image_api_path, image_png_path, pinned_id
from app.web.pages.address import Address

FIELDS = {  # each field of the page, and those of the card that it is made of
    "size": ("width", "height"),
    "channels": ("channels",),
    "scale": ("scale",),
    "mean": ("mean",),
    "std": ("std",),
    "resize": ("resize",),
    "labels": ("labels",),
}


@dataclass(frozen=True, slots=True)
class InputFieldView:
    """A field of the input, or the labels: what the network's files state about it, or that its value is assumed."""

    name: str
    findings: tuple[Finding, ...]
    is_assumed: bool


@dataclass(frozen=True, slots=True)
class ChoicePage:
    """The page; `others` are the findings about anything but the input. `photo` is the address of the picture."""

    card: Card
    input: InputSpec
    classes: int
    fields: tuple[InputFieldView, ...]
    others: tuple[Finding, ...]
    photo: str
    view: str
    href: str


def choice_page(network: Network, image: str) -> ChoicePage:
    """The page of a network and a picture."""
    card = network.card
    named = {name for names in FIELDS.values() for name in names}
    return ChoicePage(
        card=card,
        input=network.input_spec,
        classes=network.classes,
        fields=tuple(_field(card, name, parts) for name, parts in FIELDS.items()),
        others=tuple(finding for finding in card.findings if finding.field not in named),
        photo=image_png_path(image),
        view=f"{image_api_path(pinned_id(network), image)}/view.png",
        href=Address(model=network.id, image=image).link(),
    )


def _field(card: Card, name: str, parts: Iterable[str]) -> InputFieldView:
    members = {name, *parts}
    findings = tuple(finding for finding in card.findings if finding.field in members)
    return InputFieldView(name, findings, not members.isdisjoint(card.assumed))
