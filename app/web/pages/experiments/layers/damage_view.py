"""What remains after damage: the form, and the answers for the picture and the samples."""

from collections.abc import Set
from dataclasses import dataclass

from app.engine.experiments.sweeps import answer_labels
from app.experiments.damage import Answer, DamagedAnswer, Remainder, remainder
from app.nets.network import Network
from app.web.links import image_png_path
from app.web.pages.components import Notice
from app.web.pages.experiments.layers.address import LayersAddress
from app.web.pages.experiments.layers.gather import LayersData, damageable_layers
from app.web.pages.experiments.layers.probe_table import right_classes


@dataclass(frozen=True, slots=True)
class LayerChoice:
    """A layer of a list."""

    id: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """The answer for a picture before and after the damage, each with its score and whether it is right, if known."""

    picture: str
    before: str
    before_score: float
    before_right: bool | None
    after: str
    after_score: float
    after_right: bool | None


@dataclass(frozen=True, slots=True)
class DamageView:
    """The form, and what remains once it is sent. `layer` is the name of the damaged layer."""

    layers: tuple[LayerChoice, ...]
    layer: str
    kind: str
    remains: Remainder | None
    picture: AnswerChange | None
    samples: tuple[AnswerChange, ...]
    notice: Notice | None


def damage_view(address: LayersAddress, data: LayersData) -> DamageView | None:
    """The view of a damage; None if no layer of the network can be damaged."""
    network = data.subject.network
    layers = damageable_layers(network)
    if not layers:
        return None
    ids = [layer.id for layer in network.graph.layers]
    before = [layer for layer in layers if ids.index(layer.id) <= ids.index(data.layer.id)]
    chosen = next((layer for layer in layers if layer.id == address.damaged), (before or layers)[-1])
    right = [each.classes_of(network) for each in data.samples]
    own, rest = (data.answers[0], data.answers[1:]) if data.answers else (None, ())
    return DamageView(
        layers=tuple(LayerChoice(layer.id, layer.name, layer.id == chosen.id) for layer in layers),
        layer=chosen.name,
        kind=address.damage if address.damage == "no_biases" else "noise",
        remains=remainder(rest, right) if rest else None,
        picture=None if own is None else _change(network, own, right_classes(data)),
        samples=tuple(_change(network, answer, classes) for answer, classes in zip(rest, right, strict=False)),
        notice=data.damage_notice,
    )


def _change(network: Network, answer: DamagedAnswer, right: Set[int]) -> AnswerChange:
    def is_right(each: Answer) -> bool | None:
        return each.index in right if right else None

    before, after, labels = answer.before, answer.after, answer_labels(network)
    return AnswerChange(
        picture=image_png_path(answer.image),
        before=labels[before.index],
        before_score=before.score,
        before_right=is_right(before),
        after=labels[after.index],
        after_score=after.score,
        after_right=is_right(after),
    )
