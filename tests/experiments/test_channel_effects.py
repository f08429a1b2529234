"""The effect of each channel, compared with one whole run for each."""

from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

from app.errors import Cancelled, InvalidRequest, NotAvailable
from app.experiments import channel_effects as effects_module
from app.experiments.ablation import Ablation
from app.experiments.channel_effects import ChannelSwitches, EffectTask, channel_effects
from app.nets.network import Network
from app.work.stop import Stop
from tests.attribution.small import network_of
from tests.experiments.skip_network import SIDE, TENSOR, ablated, intact, skip_network


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return skip_network(tmp_path)


def task_of(network: Network, ablation: Ablation) -> EffectTask:
    return EffectTask(network, TENSOR, intact(network), ablation)


@pytest.mark.parametrize("ablation", [Ablation("relu"), Ablation("branch", how="mean"), Ablation("both")])
def test_effects_from_the_end_of_the_network_are_those_of_whole_runs(network: Network, ablation: Ablation) -> None:
    """`branch` has a value that bypasses it: the skip connection."""
    calls = list[tuple[int, int]]()
    effects = channel_effects(task_of(network, ablation), Stop(), lambda *counts: calls.append(counts))
    channels = network.layer(ablation.layer).channels
    runs = [ablated(network, Ablation(ablation.layer, (channel,), (), ablation.how)) for channel in range(channels)]
    np.testing.assert_allclose(effects.logits, [run.scores.logits for run in runs], atol=1e-5)
    np.testing.assert_allclose(effects.scores, [run.scores.scores for run in runs], atol=1e-6)
    assert (calls[0], calls[-1]) == ((0, channels), (channels, channels))


def test_the_first_channel_of_the_ranking_is_the_one_whose_loss_costs_most(network: Network) -> None:
    effects = channel_effects(task_of(network, Ablation("both")), Stop(), lambda done, total: None)
    weights, maps = network.tensor("u"), intact(network).layers["both"].mean(axis=(1, 2))
    np.testing.assert_allclose(effects.drops(2), weights[2] * maps, atol=1e-5)  # a linear layer: weight by mean
    assert effects.ranking(2)[0] == np.argmax(weights[2] * maps)


@pytest.mark.parametrize(
    ("limit", "number", "is_allowed"),
    [("MAX_CHANNELS", 8, True), ("MAX_CHANNELS", 7, False), ("MAX_BYTES", 4 * 8 * 5, True), ("MAX_BYTES", 159, False)],
)
def test_as_many_channels_and_classes_as_allowed_are_switched_off(
    network: Network, limit: str, number: int, is_allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effects_module, limit, number)
    with nullcontext() if is_allowed else pytest.raises(NotAvailable, match="can be switched off one by one"):
        ChannelSwitches(network, Ablation("both"))  # of 8 channels, and 5 classes


def test_a_stop_ends_it(network: Network) -> None:
    stop = Stop()
    stop.set(Cancelled("gone"))
    with pytest.raises(Cancelled):
        channel_effects(task_of(network, Ablation("relu")), stop, lambda done, total: None)


def test_no_channel_matters_for_classes_that_are_computed_before_it(network: Network) -> None:
    with pytest.raises(InvalidRequest, match="not computed from this layer"):
        channel_effects(task_of(network, Ablation(network.graph.scores.id)), Stop(), lambda done, total: None)


def test_a_network_without_classes_has_no_ranking(tmp_path: Path) -> None:
    features = network_of(
        tmp_path,
        "relu = Relu (x)  pool = GlobalAveragePool (relu)  flat = Flatten (pool)  y = LpNormalization (flat)",
        {},
        SIDE,
        3,
    )
    with pytest.raises(NotAvailable, match="predicts no classes"):
        channel_effects(task_of(features, Ablation("relu")), Stop(), lambda done, total: None)
