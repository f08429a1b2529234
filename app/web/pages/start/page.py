"""The data of the start page: the example as a figure, the pictures for its network, and other networks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from app.nets.catalog import Catalog
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.links import channel_path, image_png_path, pinned_id
from app.web.pages.address import Address
from app.web.pages.components import ColourTable, colour_filters
from app.web.pages.network_card import NetworkCardView, network_card
from app.web.pages.prediction import TopClassesView, top_classes
from app.web.pages.site import Site
from app.web.pages.start.examples import Example, Examples, ready_networks
from app.web.samples import Sample

CARDS = ("lenet5", "vgg16-imagenette", "resnet18-imagenette", "mobilenet_v1-imagenette")
STAGES, MAPS = 5, 4
MAP_SIDE = 160  # pixels
CLASSES = 4


@dataclass(frozen=True, slots=True)
class StageView:
    """A layer along the network; `maps` are the addresses of its strongest channels, none until it has run."""

    layer: Layer
    name: str
    href: str
    maps: tuple[str, ...]
    signed: bool


@dataclass(frozen=True, slots=True)
class SamplePredictionView:
    """A sample and its prediction, None until it has run; without an `href` it can't be opened yet."""

    sample: Sample
    href: str | None
    prediction: TopClassesView | None


@dataclass(frozen=True, slots=True)
class StartPage:
    """The start page. `network` is the example's, None where no network has a sample.

    The first of the `pictures` is the example, and `image` the address of its picture. `samples` are to be credited.
    `drawing_href` leads to the drawing pad, if there is a network for digits.
    """

    network: Network | None
    image: str | None
    stages: tuple[StageView, ...]
    pictures: tuple[SamplePredictionView, ...]
    cards: tuple[NetworkCardView, ...]
    networks: int
    samples: tuple[Sample, ...]
    drawing_href: str | None
    max_bytes: int
    unsigned: ColourTable
    signed: ColourTable


def start_page(site: Site, catalog: Catalog, examples: Examples, ready: Sequence[Example]) -> StartPage:
    """The page with the examples that are ready."""
    network = examples.network
    unsigned, signed = colour_filters("auto")
    pictures = _pictures(network, examples.samples, ready) if network else ()
    return StartPage(
        network=network,
        image=image_png_path(ready[0].image) if ready else None,
        stages=_stages(network, ready[0] if ready else None) if network else (),
        pictures=pictures,
        cards=_cards(catalog, network),
        networks=len(catalog),
        samples=site.samples,
        drawing_href=_drawing_href(catalog),
        max_bytes=site.max_bytes,
        unsigned=unsigned,
        signed=signed,
    )


def last_of_each_size(layers: Iterable[Layer]) -> list[Layer]:
    """Of each size of map the last layer, those before a single cell; at most five, from the first to the last."""
    last = {layer.map_size: layer for layer in layers if layer.is_spatial and min(layer.map_size) > 1}
    layers_by_size = list(last.values())
    if len(layers_by_size) <= STAGES:
        return layers_by_size
    return [layers_by_size[round(place * (len(layers_by_size) - 1) / (STAGES - 1))] for place in range(STAGES)]


def _stages(network: Network, example: Example | None) -> tuple[StageView, ...]:
    address = Address(model=network.id, image=example.image if example else None)
    stages = []
    for layer in last_of_each_size(network.graph.layers):
        statistics = example.statistics[layer.id].layer if example else None
        strongest = [strong.channel for strong in statistics.strongest[:MAPS]] if statistics else []
        pinned, image = pinned_id(network), example.image if example else ""
        stages.append(
            StageView(
                layer=layer,
                name=layer.block or layer.name,
                href=f"./{address.link(layer=layer.id)}",
                maps=tuple(
                    f"{channel_path(pinned, image, layer.id, channel)}?size={MAP_SIDE}&domain=layer"
                    for channel in strongest
                ),
                signed=statistics is not None and statistics.min < 0,
            )
        )
    return tuple(stages)


def _pictures(
    network: Network, samples: Iterable[Sample], ready: Iterable[Example]
) -> tuple[SamplePredictionView, ...]:
    run = {example.sample.id: example for example in ready}
    return tuple(_picture(network, sample, run.get(sample.id)) for sample in samples)


def _picture(network: Network, sample: Sample, example: Example | None) -> SamplePredictionView:
    if example is None:
        return SamplePredictionView(sample, None, None)
    address = Address(model=network.id, image=example.image, top_k=CLASSES)
    href = f"./{Address(model=network.id, image=example.image).link()}"
    return SamplePredictionView(sample, href, top_classes(network, example.scores, address))


def _drawing_href(catalog: Catalog) -> str | None:
    """The address of the drawing pad of the first network for digits."""
    for network in ready_networks(catalog, CARDS[:1]):
        if network.card.input.resize.rule == "digit":
            return f"./{Address(model=network.id).link()}#drawing-pad"
    return None


def _cards(catalog: Catalog, chosen: Network | None) -> tuple[NetworkCardView, ...]:
    """Four networks of the lecture; others that are ready instead of those that are not here."""
    offered = islice(ready_networks(catalog, CARDS), len(CARDS))
    view = Address(model=chosen.id if chosen else None)
    return tuple(network_card(network, view) for network in offered)
