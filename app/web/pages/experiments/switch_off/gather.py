"""What the page that switches channels off waits for: the layer's statistics, both predictions, and the ranking."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.analysis.clipping import CLIPPED, Clip
from app.analysis.statistics import Statistics
from app.attribution.target import find_class
from app.engine.activations import RunSummary
from app.engine.experiments.ablations import AblatedRun
from app.engine.inference import Inference
from app.errors import ConvScopeError
from app.experiments.ablation import Ablation, read_ablation
from app.experiments.channel_effects import ChannelEffects
from app.nets.layer import Layer
from app.web.deps import Client
from app.web.pages.components import Notice
from app.web.pages.experiments.map_layers import default_layer, map_layers, named_layer
from app.web.pages.experiments.subject import gather_subject
from app.web.pages.experiments.switch_off.address import SwitchOffAddress


@dataclass(frozen=True, slots=True)
class Ranking:
    """The effect of each channel; without `effects` they are not computed yet. `index` is the class, `each` how."""

    index: int
    each: Ablation
    effects: ChannelEffects | None


@dataclass(frozen=True, slots=True)
class SwitchOffData:
    """A network on a picture, and what follows from a layer's channels being switched off.

    Without `run` nothing is switched off, or the notice says why it can't be.
    """

    address: SwitchOffAddress
    inference: Inference
    layers: Sequence[Layer]
    layer: Layer
    clip: Clip
    summary: RunSummary
    ablation: Ablation
    run: AblatedRun | None
    ranking: Ranking | None
    notice: Notice | None

    @property
    def statistics(self) -> Statistics:
        """The statistics of the layer before the change."""
        return self.summary.statistics[self.layer.id]


async def gather_switch_off(client: Client, address: SwitchOffAddress) -> SwitchOffData:
    """Everything that the page waits for. What is wrong with the switches becomes a notice.

    Raises:
        ConvScopeError: there is no such network or picture, or it can't be run.
    """
    inference = await gather_subject(client, address.model, address.image)
    network, notice, run, ranking = inference.network, None, None, None
    layers = map_layers(network)
    layer = default_layer(layers)
    ablation = Ablation(layer.id)
    summary = await client.wait(client.engine.layers.summary(inference))
    try:
        layer = named_layer(network, address.layer) if address.layer else layer
        ablation = Ablation(layer.id)
        ablation = read_ablation(network, address.ablation(layer))
        if not ablation.is_empty:
            run = await client.wait(client.engine.ablations.run(inference, ablation))
        ranking = await _ranking(client, inference, address, ablation)
    except ConvScopeError as error:
        notice = Notice.of(error)
    clip = await client.wait(client.engine.layers.clip(inference, layer, CLIPPED))
    return SwitchOffData(address, inference, layers, layer, clip, summary, ablation, run, ranking, notice)


async def _ranking(
    client: Client, inference: Inference, address: SwitchOffAddress, ablation: Ablation
) -> Ranking | None:
    """The ranking if it is asked for or known; without effects where it is neither. None without classes."""
    network, engine = inference.network, client.engine
    if not network.classes:
        return None
    each = Ablation(ablation.layer, how=ablation.how, factor=ablation.factor)
    scores = await client.wait(engine.predictions.scores(inference))
    index = find_class(network.labels, address.target) if address.target else int(scores.logits.argmax())
    effects = engine.ablations.cached_effects(inference, each)
    if effects is None and address.rank:
        effects = await client.wait(engine.ablations.effects(inference, each))
    return Ranking(index, each, effects)
