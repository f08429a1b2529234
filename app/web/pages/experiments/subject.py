"""The subject of an experiment: the network and the picture that it is about, and the forms that choose them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.nets.network import Network
from app.web.deps import Client
from app.web.links import image_png_path
from app.web.pages.components import NetworkOption, Notice
from app.web.pages.samples import SampleChoice
from app.web.pages.site import Site
from app.web.photo import photo_of


@dataclass(frozen=True, slots=True)
class SubjectView:
    """The network and the picture of an experiment, with what else can be chosen.

    `network` and `image` are the ids of both. `action` is the address of the experiment, `hidden` the rest of its
    state, which the choice of a network keeps; a parameter that is repeated has several values.
    `with_picture` is the address that a form with a picture is sent to.
    """

    action: str
    hidden: Mapping[str, str | Sequence[str]]
    with_picture: str
    network: str
    networks: tuple[NetworkOption, ...]
    image: str
    picture: str
    samples: SampleChoice
    max_bytes: int
    picture_notice: Notice | None


@dataclass(frozen=True, slots=True)
class SubjectPlace:
    """Where an experiment stands: its `action` (`experiments/sweep`), and its state without network and picture."""

    action: str
    hidden: Mapping[str, str | Sequence[str]]
    with_picture: str


async def gather_subject(client: Client, model: str | None, image: str | None) -> Inference:
    """The network and the picture of an address; the default network and the first sample for those it leaves out.

    Raises:
        UnknownModel, UnknownImage: there is no such network or picture.
        NotAvailable: the network's weights are not here.
        InvalidRequest: no network can run.
    """
    network = await client.network(model) if model else client.engine.default_network()
    network.require_weights()
    return Inference(network, await photo_of(client, image or ""))


def network_options(engine: Engine, chosen: Network) -> tuple[NetworkOption, ...]:
    """The networks that can run, and the chosen one, which may be an own network that no list has."""
    offered = [network for network in engine.catalog if network.has_weights or network.id == chosen.id]
    if all(network.id != chosen.id for network in offered):
        offered.append(chosen)
    return tuple(NetworkOption(each.id, each.card.name, each.has_weights, each.id == chosen.id) for each in offered)


def subject_view(
    site: Site, engine: Engine, subject: Inference, place: SubjectPlace, notice: Notice | None = None
) -> SubjectView:
    """The forms for the network and the picture. `notice` says why a picture was not added."""
    return SubjectView(
        action=place.action,
        hidden=place.hidden,
        with_picture=place.with_picture,
        network=subject.network.id,
        networks=network_options(engine, subject.network),
        image=subject.image,
        picture=image_png_path(subject.image),
        samples=SampleChoice.of(site.samples, [subject.network]),
        max_bytes=site.max_bytes,
        picture_notice=notice,
    )
