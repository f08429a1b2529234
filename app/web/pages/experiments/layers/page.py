"""The data of the page of the layers: the picture and the layer as colours, and what is computed from them."""

from dataclasses import dataclass

from app.engine.engine import Engine
from app.nets.layer import Layer
from app.web.links import image_api_path, layer_path, pinned_id
from app.web.pages.address import Address
from app.web.pages.components import ColourTable, Notice, colour_filters
from app.web.pages.experiments.layers.address import ACTION, LayersAddress
from app.web.pages.experiments.layers.class_pair import ClassPair, class_pair
from app.web.pages.experiments.layers.damage_view import DamageView, LayerChoice, damage_view
from app.web.pages.experiments.layers.folder_chart import FolderChart, folder_chart
from app.web.pages.experiments.layers.gather import LayersData
from app.web.pages.experiments.layers.probe_table import ProbeTable, probe_table
from app.web.pages.experiments.subject import SubjectPlace, SubjectView, subject_view
from app.web.pages.prediction import RankedClassView, top_classes
from app.web.pages.site import Site


@dataclass(frozen=True, slots=True)
class LayersPage:
    """The page. `view` is the address of the input; `components` that of the layer's colours, None without maps.

    `readings` is the address of the same as JSON.
    """

    subject: SubjectView
    address: LayersAddress
    layer: Layer
    layers: tuple[LayerChoice, ...]
    view: str
    view_size: tuple[int, int]
    components: str | None
    basis_samples: int
    answer: RankedClassView | None
    probes: ProbeTable | None
    folders: FolderChart | None
    pair: ClassPair | None
    damage: DamageView | None
    readings: str
    in_explorer: str
    notice: Notice | None
    unsigned: ColourTable
    signed: ColourTable


def layers_page(
    site: Site, engine: Engine, address: LayersAddress, data: LayersData, picture: Notice | None
) -> LayersPage:
    """The page of an address; `picture` says why a picture was not added."""
    network, image, layer = data.subject.network, data.subject.image, data.layer
    stated = address.model_copy(update={"model": network.id, "image": image, "layer": layer.id})
    place = SubjectPlace(ACTION, _other_fields(stated), ACTION + stated.link(image=None).removeprefix("layers"))
    resource, spec = image_api_path(pinned_id(network), image), network.card.input
    top = top_classes(network, data.scores, Address(model=network.id, image=image, top_k=1))
    unsigned, signed = colour_filters("auto")
    return LayersPage(
        subject=subject_view(site, engine, data.subject, place, picture),
        address=stated,
        layer=layer,
        layers=tuple(LayerChoice(each.id, each.name, each.id == layer.id) for each in network.graph.layers),
        view=f"{resource}/view.png",
        view_size=(spec.width, spec.height),
        components=f"{layer_path(pinned_id(network), image, layer.id)}/components.png" if layer.has_maps else None,
        basis_samples=len(data.samples),
        answer=top.best[0] if top else None,
        probes=probe_table(stated, data, data.probing) if data.probing else None,
        folders=folder_chart(stated, data, data.folders) if data.folders else None,
        pair=class_pair(stated, data, data.probing) if data.probing else None,
        damage=damage_view(stated, data),
        readings=f"{resource}/readings",
        in_explorer=f"?model={network.id}&image={image}&layer={layer.id}",
        notice=data.notice,
        unsigned=unsigned,
        signed=signed,
    )


def _other_fields(address: LayersAddress) -> dict[str, str]:
    """What the choice of another network keeps: not the layers and classes, which that one may not have."""
    return {name: str(value) for name, value in address.query.items() if name in ("image", "collection")}
