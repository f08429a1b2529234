"""Everything that the comparison of two layers waits for: the runs of both sides and the difference of the layers."""

from dataclasses import dataclass

from app.analysis.clipping import CLIPPED, Clip
from app.analysis.statistics import Statistics
from app.engine.activations import RunSummary
from app.engine.experiments.differences import ComparedLayer
from app.engine.inference import Inference
from app.errors import ConvScopeError, NotAvailable, UnknownChannel
from app.experiments.comparison.counterpart import counterpart, first_choice
from app.experiments.comparison.difference import Difference, check_same_cells
from app.nets.layer import Layer, check_channel
from app.web.deps import Client
from app.web.edge.errors import retry_after
from app.web.pages.components import Notice
from app.web.pages.experiments.compare.address import LayerPairAddress
from app.web.pages.experiments.subject import gather_subject
from app.web.photo import photo_of

OTHER_SAMPLE = "coffee.jpg"  # what the photo is compared with where nothing is named


@dataclass(frozen=True, slots=True)
class SideRun:
    """A layer with the run of its network: the scores, the layer's statistics and where its scale is clipped."""

    compared: ComparedLayer
    run: RunSummary
    clip: Clip

    @property
    def statistics(self) -> Statistics:
        """The statistics of the layer."""
        return self.run.statistics[self.compared.layer.id]


@dataclass(frozen=True, slots=True)
class LayerPair:
    """Two layers of the completed `address`, with their runs; none where a notice says why.

    The `difference` is the second one's output minus the first one's; without it `reason` says why there is none.
    """

    address: LayerPairAddress
    layers: tuple[ComparedLayer, ComparedLayer]
    runs: tuple[SideRun, SideRun] | None
    difference: Difference | None
    reason: str | None
    notices: tuple[Notice, ...]
    headers: dict[str, str]


async def gather_pair(client: Client, address: LayerPairAddress) -> LayerPair:
    """Both layers with their runs. What is named wrong is replaced by a default, and a notice says so.

    Raises:
        ConvScopeError: the first network or the first photo can't be had.
    """
    own = await gather_subject(client, address.model, address.image)
    notices: list[Notice] = []
    other = await _other_inference(client, address, own, notices)
    one = _layer_of(own, address.layer, first_choice(own.network.graph), notices)
    like = counterpart(own.network.graph, one, other.network.graph)
    layers = ComparedLayer(own, one), ComparedLayer(other, _layer_of(other, address.other_layer, like, notices))
    runs, difference, reason, headers = None, None, None, {}
    try:
        runs = await _run(client, layers[0]), await _run(client, layers[1])
        check_same_cells(layers[1].layer, layers[0].layer)
        difference = await client.wait(client.engine.differences.figures(layers[1], layers[0]))
    except NotAvailable as error:
        reason = error.message
    except ConvScopeError as error:
        runs, headers = None, retry_after(error)
        notices.append(Notice.of(error))
    completed = _completed(address, layers, notices)
    return LayerPair(completed, layers, runs, difference, reason, tuple(notices), headers)


async def _other_inference(
    client: Client, address: LayerPairAddress, own: Inference, notices: list[Notice]
) -> Inference:
    """The other network on the other photo; where nothing is named, the same network on a sample."""
    if not address.names_other:
        return Inference(own.network, await photo_of(client, "", OTHER_SAMPLE))
    network, image = own.network, own.image
    try:
        if address.other_model:
            other = await client.network(address.other_model)
            other.require_weights()
            network = other
    except ConvScopeError as error:
        notices.append(Notice.of(error))
    try:
        if address.other_image:
            await client.require_picture(address.other_image)
            image = address.other_image
    except ConvScopeError as error:
        notices.append(Notice.of(error))
    return Inference(network, image)


def _layer_of(inference: Inference, name: str | None, default: Layer, notices: list[Notice]) -> Layer:
    if name is None:
        return default
    try:
        return inference.network.layer(name)
    except ConvScopeError as error:
        notices.append(Notice.of(error))
        return default


async def _run(client: Client, compared: ComparedLayer) -> SideRun:
    layers = client.engine.layers
    summary = await client.wait(layers.summary(compared.inference))
    clip = await client.wait(layers.clip(compared.inference, compared.layer, CLIPPED))
    return SideRun(compared, summary, clip)


def _completed(
    address: LayerPairAddress, layers: tuple[ComparedLayer, ComparedLayer], notices: list[Notice]
) -> LayerPairAddress:
    """The address with everything that it left out, and without a channel that one of the layers does not have."""
    one, other = layers
    channel = address.channel
    try:
        for compared in layers:
            check_channel(compared.layer, channel or 0, compared.layer.channels)
    except UnknownChannel as error:
        notices.append(Notice.of(error))
        channel = None
    return LayerPairAddress(
        model=one.inference.network.id,
        image=one.inference.image,
        layer=one.layer.id,
        other_model=other.inference.network.id,
        other_image=other.inference.image,
        other_layer=other.layer.id,
        channel=channel,
        scale=address.scale,
        adds=address.adds,
    )
