"""Channel effects: what the network's output is with each channel of a layer switched off by itself."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.errors import NonFinite, NotAvailable
from app.experiments.ablation import Ablation, ablated_output, layers_after
from app.gradients.network_end import NetworkEnd
from app.nets.graph import Graph
from app.nets.network import Network
from app.nets.outputs import Activations
from app.nets.session import Tensor
from app.work.batches import BatchPlan, map_in_order, plan_batches, stack_batches
from app.work.job import Progress
from app.work.stop import Stop

MAX_CHANNELS = 4096  # switched off one by one
MAX_BYTES = 64_000_000  # of all logits


@dataclass(frozen=True, slots=True)
class EffectTask:
    """A network, its input tensor (C, H, W) with the activations for it, and how each channel is switched off."""

    network: Network
    tensor: Tensor
    before: Activations
    ablation: Ablation


@dataclass(frozen=True, slots=True, eq=False)
class ChannelEffects:
    """The `logits` and `scores` with each channel switched off, (channels, classes); those `before`, (classes,)."""

    logits: npt.NDArray[np.float32]
    scores: npt.NDArray[np.float32]
    logits_before: npt.NDArray[np.float32]
    scores_before: npt.NDArray[np.float32]

    def drops(self, index: int) -> npt.NDArray[np.float32]:
        """By how much the logit of a class falls without each channel; negative where it rises."""
        return np.asarray(self.logits_before[index] - self.logits[:, index])

    def ranking(self, index: int) -> npt.NDArray[np.intp]:
        """The channels in falling order of that; equal ones by index."""
        return np.argsort(-self.drops(index), kind="stable")


@dataclass(frozen=True, slots=True)
class _EndSize:
    activation_bytes: int
    weight_bytes: int


class ChannelSwitches:
    """The end of a network from one layer on, ready to run with each channel of the layer switched off by itself."""

    def __init__(self, network: Network, ablation: Ablation) -> None:
        """Load the end; the ablation names the layer and says how a channel is switched off.

        Raises:
            NotAvailable: the network predicts no classes, has too many channels or classes, or can't be cut there.
            InvalidRequest: the classes do not depend on the layer.
        """
        self._layer, self._ablation, self._graph = network.layer(ablation.layer), ablation, network.graph
        _check(network, self._layer.channels)
        self._plan = _plan(network.graph, self._layer.id, network.max_concurrent_runs)
        self._end = NetworkEnd(network, self._layer, network.graph.logits, self._plan.concurrent_runs)

    def effects(self, tensor: Tensor, before: Activations, stop: Stop, progress: Progress) -> ChannelEffects:
        """Run the end once for each channel, in batches where the network allows it; `before` is for the same tensor.

        Raises:
            NonFinite: an output holds NaN or infinity.
        """
        layer, plan, end = self._layer, self._plan, self._end
        side_values = end.side_values(tensor, stop)
        output = before.layers[layer.id]
        outputs = (ablated_output(layer, output, (channel,), self._ablation) for channel in range(layer.channels))

        def run(batch: Tensor) -> Tensor:
            return end.run(batch, side_values, stop).reshape(len(batch), -1)

        logits = np.empty((layer.channels, self._graph.head.units), np.float32)
        done = 0
        progress(done, len(logits))
        for results in map_in_order(run, stack_batches(outputs, plan.sizes(len(logits))), plan.concurrent_runs):
            logits[done : done + len(results)] = results
            done += len(results)
            progress(done, len(logits))
        if not np.isfinite(logits).all():
            raise NonFinite("The network's output holds NaN or infinity: its values overflow.")
        activation = self._graph.head.activation
        scores = logits if activation is None else activation(logits)
        return ChannelEffects(logits, scores, before.scores.logits, before.scores.scores)


def channel_effects(task: EffectTask, stop: Stop, progress: Progress) -> ChannelEffects:
    """The effects for one input; raises as `ChannelSwitches` and its `effects` do."""
    return ChannelSwitches(task.network, task.ablation).effects(task.tensor, task.before, stop, progress)


def _check(network: Network, channels: int) -> None:
    if not network.classes:
        raise NotAvailable("Channels are ranked for a class, and this network predicts no classes.")
    if channels > MAX_CHANNELS or 4 * channels * network.graph.head.units > MAX_BYTES:
        raise NotAvailable(f"At most {MAX_CHANNELS} channels can be switched off one by one.", largest=MAX_CHANNELS)


def _plan(graph: Graph, layer: str, max_concurrent_runs: int) -> BatchPlan:
    """The plan for the end of the network, which is smaller than the whole."""
    after = layers_after(graph, layer)
    values = graph.operators.values
    nbytes = sum(int(np.prod(each.shape)) * values[each.output].dtype.itemsize for each in after)
    return plan_batches(_EndSize(nbytes, graph.weight_bytes), max_concurrent_runs)
