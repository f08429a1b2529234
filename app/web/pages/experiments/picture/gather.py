"""What the page of a changed picture waits for: the run on the picture, and the one on the changed picture."""

import asyncio
from dataclasses import dataclass, replace
from math import ceil, sqrt

from app.analysis.clipping import CLIPPED
from app.analysis.operator_kind import operator_kind
from app.analysis.statistics import Statistics
from app.engine.experiments.live_frames import FrameRequest, LiveFrame
from app.engine.inference import Inference
from app.errors import UnknownLayer
from app.nets.layer import Layer
from app.nets.network import Network
from app.nets.outputs import Scores
from app.nets.preprocessing.fit import RGB
from app.rendering.channel_scales import channel_scale
from app.rendering.scale import Scale
from app.web.deps import Client
from app.web.pages.components import Notice
from app.web.pages.experiments.picture.address import PictureAddress
from app.web.pages.experiments.subject import gather_subject

SHEET_SIDE = 460  # pixels, about
SMALLEST_MAP, LARGEST_MAP = 8, 224


@dataclass(frozen=True, slots=True)
class PictureRuns:
    """The runs before and after the changes, and the layer in view.

    `scale` is that of the unchanged picture's maps, which the changed one's are drawn on too; None where values are
    NaN or infinite. `notice` says what is wrong with the address.
    """

    subject: Inference
    address: PictureAddress
    rgb: RGB
    before: Scores
    after: LiveFrame
    layer: Layer
    map_side: int
    scale: Scale | None
    notice: Notice | None


async def gather_picture(client: Client, address: PictureAddress) -> PictureRuns:
    """The runs for an address.

    Raises:
        UnknownModel, UnknownImage: there is no such network or picture.
        NotAvailable: the network's weights are not here.
    """
    engine, (settled, error) = client.engine, address.settled()
    subject = await gather_subject(client, address.model, address.image)
    layer, unknown = _layer(subject.network, address.layer)
    wrong = error or unknown
    before = await client.wait(engine.layers.summary(subject))
    scale = await _scale(client, subject, layer, before.statistics[layer.id])
    rgb = await asyncio.to_thread(engine.pictures.get, subject.image)
    request = FrameRequest(
        layers=(layer.id,),
        changes=settled.changes,
        clip=CLIPPED,
        size=map_side(layer),
        colormap="auto",
        scale=replace(scale, domain="fixed") if scale else None,
    )
    after = await client.wait(engine.live_frames.of_picture(subject.network, lambda: rgb, request))
    return PictureRuns(
        subject=subject,
        address=settled.model_copy(
            update={"model": subject.network.id, "image": subject.image, "layer": None if unknown else address.layer}
        ),
        rgb=rgb,
        before=before.scores,
        after=after,
        layer=layer,
        map_side=map_side(layer),
        scale=scale,
        notice=Notice.of(wrong) if wrong else None,
    )


def map_side(layer: Layer) -> int:
    """The longer side of one map in pixels, so that all of the layer's maps fill a square."""
    return min(LARGEST_MAP, max(SMALLEST_MAP, SHEET_SIDE // ceil(sqrt(layer.channels))))


def first_layer(network: Network) -> Layer:
    """The layer in view at first: the first activation with maps, in which the picture is still to be recognised."""
    layers = network.graph.layers
    with_maps = [layer for layer in layers if layer.has_maps]
    return next((layer for layer in with_maps if operator_kind(layer.op) == "activation"), (with_maps or layers)[0])


def _layer(network: Network, layer: str | None) -> tuple[Layer, UnknownLayer | None]:
    """The layer in view; the first one, and what is wrong, if there is no such layer."""
    if layer is None:
        return first_layer(network), None
    try:
        return network.layer(layer), None
    except UnknownLayer as error:
        return first_layer(network), error


async def _scale(client: Client, subject: Inference, layer: Layer, statistics: Statistics) -> Scale | None:
    """The scale of a layer's maps, a few of the values farthest from zero off it."""
    if statistics.layer.nan or statistics.layer.inf:
        return None
    clip = await client.wait(client.engine.layers.clip(subject, layer, CLIPPED))
    return channel_scale(statistics, 0, "layer", clip)
