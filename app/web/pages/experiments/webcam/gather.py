"""Everything that the camera's page waits for: the run on the photo that stands there first."""

from dataclasses import dataclass
from math import ceil, sqrt

from app.analysis.clipping import CLIPPED
from app.engine.experiments.live_frames import FrameRequest, LiveFrame
from app.engine.inference import Inference
from app.errors import UnknownLayer
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.deps import Client
from app.web.pages.components import Notice
from app.web.pages.experiments.subject import gather_subject
from app.web.pages.experiments.webcam.address import WebcamAddress

SHEET_WIDTH = 560  # pixels, at most, of a square sheet
MAX_SIDE = 112  # of one map


@dataclass(frozen=True, slots=True)
class WebcamData:
    """The network, the photo and the run on it. Where the network has no such layer, `notice` says so."""

    subject: Inference
    layer: Layer
    request: FrameRequest
    frame: LiveFrame
    notice: Notice | None


async def gather_webcam(client: Client, address: WebcamAddress) -> WebcamData:
    """The run on the photo of the address, or on a sample; raises as `gather_subject` does."""
    pictures = client.engine.pictures
    subject = await gather_subject(client, address.model, address.image)
    layer, notice = _layer(subject.network, address.layer)
    request = FrameRequest((layer.id,), clip=CLIPPED, size=_side(layer), colormap="auto")
    frame = client.engine.live_frames.of_picture(subject.network, lambda: pictures.get(subject.image), request)
    return WebcamData(subject, layer, request, await client.wait(frame), notice)


def _layer(network: Network, name: str | None) -> tuple[Layer, Notice | None]:
    """The layer of this id; the first one with maps where none is named, or there is no such layer."""
    first = next((layer for layer in network.graph.layers if layer.has_maps), network.graph.layers[0])
    if not name:
        return first, None
    try:
        return network.layer(name), None
    except UnknownLayer as error:
        return first, Notice.of(error)


def _side(layer: Layer) -> int:
    """The side of one map, so that the sheet is about as wide as its place on the page."""
    return max(1, min(MAX_SIDE, SHEET_WIDTH // ceil(sqrt(layer.channels))))
