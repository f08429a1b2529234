"""The data of the page that paints on a map: the map before and with the strokes, and what follows."""

from dataclasses import dataclass
from urllib.parse import urlencode

from app.engine.engine import Engine
from app.nets.layer import Layer
from app.rendering.channel_scales import channel_scale
from app.web.links import channel_path, image_api_path, pinned_id
from app.web.pages.components import ColourTable, Notice, colour_filters
from app.web.pages.experiments.consequences import (
    AblationStudy,
    ConsequencesView,
    ablation_query,
    consequences_view,
)
from app.web.pages.experiments.paint.address import PATH, PaintAddress
from app.web.pages.experiments.paint.gather import PaintData
from app.web.pages.experiments.subject import SubjectPlace, SubjectView, subject_view
from app.web.pages.legend import Legend, map_legend, scale_fields
from app.web.pages.site import Site

MAP_SIDE = 448  # pixels, about, of the map that is painted on


@dataclass(frozen=True, slots=True)
class PaintPage:
    """The page; `before` and `after` are the addresses of the map, of `size` pixels (width, height).

    `channels` are the strongest ones, each with its page.
    """

    subject: SubjectView
    address: PaintAddress
    layers: tuple[tuple[str, str, bool], ...]
    layer: Layer
    channel: int
    channels: tuple[tuple[int, str], ...]
    before: str
    after: str
    size: tuple[int, int]
    legend: Legend
    cleared: str | None
    consequences: ConsequencesView | None
    notice: Notice | None
    unsigned: ColourTable
    signed: ColourTable


def paint_page(site: Site, engine: Engine, data: PaintData, picture_notice: Notice | None) -> PaintPage:
    """The page; `picture_notice` says why a picture was not added."""
    network, image, layer = data.inference.network, data.inference.image, data.layer
    stated = {"model": network.id, "image": image, "layer": layer.id, "channel": str(data.channel)}
    address = data.address.model_copy(update=stated)
    address = address.with_strokes(data.ablation.strokes) if data.notice is None else address
    place = SubjectPlace(PATH, {"image": image}, PATH + address.link(image=None))
    height, width = layer.map_size
    factor = max(1, MAP_SIDE // max(height, width))
    statistics = data.summary.statistics[layer.id]
    query = urlencode({"size": factor * max(height, width), **scale_fields("layer"), "colormap": "auto"})
    before = f"{channel_path(pinned_id(network), image, layer.id, data.channel)}?{query}"
    base = f"{image_api_path(pinned_id(network), image)}/ablations/layers/{layer.id}/channels/{data.channel}.png"
    unsigned, signed = colour_filters("auto")
    return PaintPage(
        subject=subject_view(site, engine, data.inference, place, picture_notice),
        address=address,
        layers=tuple((each.id, each.name, each == layer) for each in data.layers),
        layer=layer,
        channel=data.channel,
        channels=tuple((each.channel, address.link(channel=str(each.channel))) for each in statistics.layer.strongest),
        before=before,
        after=f"{base}?{query}&{ablation_query(data.ablation)}" if data.run else before,
        size=(width * factor, height * factor),
        legend=map_legend(channel_scale(statistics, data.channel, "layer", data.clip), statistics.layer, data.clip),
        cleared=address.link(strokes="") if address.strokes else None,
        consequences=_consequences(data, address),
        notice=data.notice,
        unsigned=unsigned,
        signed=signed,
    )


def _consequences(data: PaintData, address: PaintAddress) -> ConsequencesView | None:
    if data.run is None:
        return None
    return consequences_view(AblationStudy(data.inference, data.summary, data.ablation, data.run), address)
