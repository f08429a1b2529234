"""The page of the Explorer: picture, network and inspector."""

from dataclasses import dataclass

from app.errors import UnknownChannel, UnknownLayer
from app.nets.catalog import Catalog
from app.nets.layer import INPUT
from app.web.pages.address import Address, Part
from app.web.pages.components import Choice, ColourTable, Notice, colormap_choices, colour_filters
from app.web.pages.explanation.panel import ExplanationView, explanation_view
from app.web.pages.explorer.downloads import Contents, DownloadsView, downloads_view
from app.web.pages.explorer.gather import PARTS_WITH_PICTURE, PageData
from app.web.pages.explorer.input import InputView, input_view
from app.web.pages.explorer.layer import LayerView, layer_view
from app.web.pages.explorer.network import NetworkView, network_view
from app.web.pages.explorer.outputs import OutputsView, outputs_view
from app.web.pages.explorer.picture import PictureView, picture_view
from app.web.pages.explorer.ribbon import RibbonView, ribbon_view
from app.web.pages.number.panel import NumberView, number_view
from app.web.pages.samples import SampleChoice
from app.web.pages.site import Site


@dataclass(frozen=True, slots=True)
class ExplorerPage:
    """The page. The inspector shows the `explanation`, the `number`, the `layer`, the `input`, or the network.

    `unsigned` and `signed` are the colour maps for values without and with a sign.
    """

    address: Address
    part: Part
    samples: SampleChoice
    network: NetworkView
    ribbon: RibbonView
    picture: PictureView | None
    outputs: OutputsView | None
    layer: LayerView | None
    input: InputView | None
    explanation: ExplanationView | None
    number: NumberView | None
    downloads: DownloadsView
    picture_notice: Notice | None
    layer_notice: Notice | None
    colormaps: tuple[Choice, ...]
    unsigned: ColourTable
    signed: ColourTable
    max_bytes: int

    @property
    def notice(self) -> Notice | None:
        """What is missing first, which the status of the page says."""
        panel = self.explanation or self.number
        return self.picture_notice or self.layer_notice or (panel.notice if panel else None)


def explorer_page(site: Site, catalog: Catalog, base: str, data: PageData) -> ExplorerPage:
    """The page of a view; `base` is the address of the site, with a slash at its end."""
    network, address, picture = data.network, data.address, data.picture
    layer, layer_notice = (None, None) if data.number else _layer(data)
    unsigned, signed = colour_filters(address.colormap)
    return ExplorerPage(
        address=address,
        part=data.part,
        samples=SampleChoice.of(site.samples, (network,)),
        network=network_view(catalog, data),
        ribbon=ribbon_view(data),
        picture=picture_view(network, address, picture) if picture and data.part in PARTS_WITH_PICTURE else None,
        outputs=outputs_view(network, address, data.outputs) if data.outputs else None,
        layer=layer,
        input=input_view(network, address, picture.pixels, data.scores_by_fit)
        if picture and data.scores_by_fit
        else None,
        explanation=explanation_view(network, address, data.explanation) if data.explanation else None,
        number=number_view(network, address, data.number, data.run) if data.number else None,
        downloads=_downloads(base, data),
        picture_notice=data.notice,
        layer_notice=layer_notice,
        colormaps=colormap_choices(address),
        unsigned=unsigned,
        signed=signed,
        max_bytes=site.max_bytes,
    )


def _downloads(base: str, data: PageData) -> DownloadsView:
    """The files of the view, without those of a picture, an explanation or a number that is missing."""
    address, explanation = data.address, data.explanation
    working = data.number.working if data.number else None
    if data.run is None:
        address = address.model_copy(update={"image": None})
    if explanation is None or explanation.notice is not None:
        address = address.model_copy(update={"why": None})
    if working is None:
        address = address.model_copy(update={"view": "none"})
    has_effective_field = data.layer.effective_field is not None and address.why is None
    statistics = data.run.statistics.get(address.layer or "") if data.run else None
    is_finite = statistics is None or not (statistics.layer.nan or statistics.layer.inf)
    contents = Contents(has_effective_field, working.formula if working else "", is_finite)
    return downloads_view(data.network, address, base, contents)


def _layer(data: PageData) -> tuple[LayerView | None, Notice | None]:
    """The layer of the address and a notice; with an unknown channel the layer alone."""
    network, address = data.network, data.address
    if address.layer is None or address.layer == INPUT:
        return None, None
    try:
        layer = network.layer(address.layer)
    except UnknownLayer as error:
        return None, Notice.of(error)
    try:
        return layer_view(network, layer, address, data.layer), data.layer.notice
    except UnknownChannel as error:
        return layer_view(network, layer, address.model_copy(update={"channel": None}), data.layer), Notice.of(error)
