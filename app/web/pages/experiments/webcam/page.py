"""The data of the camera's page: the photo that stands there first, the scores, and the layer in view."""

from dataclasses import dataclass
from urllib.parse import urlencode

from app.engine.engine import Engine
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.links import image_png_path, model_path
from app.web.pages.components import ColourTable, Notice, colour_filters
from app.web.pages.experiments.live_scores import LiveScoresView, live_scores_view
from app.web.pages.experiments.live_sheet import LiveSheetView, live_sheet_view
from app.web.pages.experiments.subject import SubjectPlace, SubjectView, subject_view
from app.web.pages.experiments.webcam.address import WebcamAddress
from app.web.pages.experiments.webcam.gather import WebcamData
from app.web.pages.site import Site

PLACE = "experiments/webcam"
SCORES = 5
FRAME_SIDE = 256  # pixels, at least, of the shorter side of what is sent


@dataclass(frozen=True, slots=True)
class WebcamPage:
    """The camera's page.

    `live` is the address that frames are sent to, and `query` what it is asked for. A frame is sent with `side` pixels
    along its shorter side. `view` is the photo as the network of `input_size` (width, height) receives it.
    `explore` is the page of the Explorer for the picture whose id is added to it.
    """

    model: str
    image: str
    subject: SubjectView
    picture: str
    live: str
    query: str
    side: int
    view: str
    input_size: tuple[int, int]
    scores: LiveScoresView
    layers: tuple[Layer, ...]
    layer: Layer
    sheet: LiveSheetView
    explore: str
    notice: Notice | None
    unsigned: ColourTable
    signed: ColourTable


def webcam_page(
    site: Site, engine: Engine, address: WebcamAddress, data: WebcamData, picture_notice: Notice | None
) -> WebcamPage:
    """The page of an address; `picture_notice` says why a picture was not added."""
    network, request, frame = data.subject.network, data.request, data.frame
    unsigned, signed = colour_filters("auto")
    view = {"model": network.id, "layer": data.layer.id}
    query = {"layer": data.layer.id, "clip": request.clip, "size": request.size, "colormap": request.colormap}
    place = SubjectPlace(PLACE, {"image": data.subject.image}, f"experiments/{address.link()}")
    return WebcamPage(
        model=network.id,
        image=data.subject.image,
        subject=subject_view(site, engine, data.subject, place, picture_notice),
        picture=image_png_path(data.subject.image),
        live=f"{model_path(network.id)}/live",
        query=urlencode({**query, "top_k": SCORES}),
        side=_side(network),
        view=frame.view.data_url,
        input_size=(network.card.input.width, network.card.input.height),
        scores=live_scores_view(network, frame.scores, SCORES),
        layers=network.graph.layers,
        layer=data.layer,
        sheet=live_sheet_view(frame.sheets[0], f"?{urlencode({**view, 'image': data.subject.image})}"),
        explore=f"?{urlencode({**view, 'image': ''})}",
        notice=data.notice,
        unsigned=unsigned,
        signed=signed,
    )


def _side(network: Network) -> int:
    """The shorter side of a frame: no smaller than what the network resizes pictures to."""
    spec = network.card.input
    return max(FRAME_SIDE, spec.width, spec.height, spec.resize.to or 0)
