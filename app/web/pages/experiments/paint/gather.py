"""What the page that paints on a map waits for: the layers before, and what follows from the strokes."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.analysis.clipping import CLIPPED, Clip
from app.engine.activations import RunSummary
from app.engine.experiments.ablations import AblatedRun
from app.engine.inference import Inference
from app.errors import ConvScopeError
from app.experiments.ablation import Ablation, read_ablation
from app.nets.layer import Layer
from app.web.deps import Client
from app.web.pages.components import Notice
from app.web.pages.experiments.map_layers import default_layer, map_layers, named_layer
from app.web.pages.experiments.paint.address import PaintAddress
from app.web.pages.experiments.subject import gather_subject


@dataclass(frozen=True, slots=True)
class PaintData:
    """A channel of a network on a picture, and what is painted. Without `run` nothing is, or the notice says why."""

    address: PaintAddress
    inference: Inference
    layers: Sequence[Layer]
    layer: Layer
    channel: int
    clip: Clip
    summary: RunSummary
    ablation: Ablation
    run: AblatedRun | None
    notice: Notice | None


async def gather_paint(client: Client, address: PaintAddress) -> PaintData:
    """Everything that the page waits for. What is wrong with the strokes becomes a notice.

    Raises:
        ConvScopeError: there is no such network or picture, or it can't be run.
    """
    inference = await gather_subject(client, address.model, address.image)
    network, notice, run = inference.network, None, None
    layers = map_layers(network)
    layer = default_layer(layers)
    summary = await client.wait(client.engine.layers.summary(inference))
    channel = summary.statistics[layer.id].layer.strongest[0].channel
    ablation = Ablation(layer.id)
    try:
        if address.layer:
            layer = named_layer(network, address.layer)
            channel, ablation = summary.statistics[layer.id].layer.strongest[0].channel, Ablation(layer.id)
        named = address.named_channel(layer)
        channel = channel if named is None else named
        ablation = read_ablation(network, Ablation(layer.id, strokes=address.all_strokes(channel)))
        if not ablation.is_empty:
            run = await client.wait(client.engine.ablations.run(inference, ablation))
    except ConvScopeError as error:
        notice = Notice.of(error)
    clip = await client.wait(client.engine.layers.clip(inference, layer, CLIPPED))
    return PaintData(address, inference, layers, layer, channel, clip, summary, ablation, run, notice)
