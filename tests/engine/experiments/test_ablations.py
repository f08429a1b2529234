"""Ablations in the engine: each is run once, and the network itself stays as it was."""

from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest

from app.engine.engine import Engine
from app.engine.experiments import ablations as module
from app.engine.experiments.ablations import MOST_GRAPHS
from app.engine.inference import Inference
from app.errors import NonFinite
from app.experiments.ablation import Ablation
from app.experiments.intervention import IntervenedNetwork
from app.nets.network import Network
from app.nets.taps import ScaledValue
from tests.attribution.small import network_of

WEIGHTS = {"k": np.full((3, 1, 1), 1e38, np.float32)}


def test_an_ablation_is_computed_once_and_leaves_the_network_as_it_was(engine: Engine, inference: Inference) -> None:
    before = engine.predictions.scores(inference).result()
    off = Ablation("fire2.squeeze1x1", (1, 2))
    run = engine.ablations.run(inference, off).result()
    assert engine.ablations.run(inference, off).result() is run
    assert (run.after.logits != before.logits).any()
    assert (engine.layers.activations(inference).result().scores.logits == run.before.logits).all()


def test_more_graphs_than_stay_loaded_give_the_same_as_the_first_time(engine: Engine, inference: Inference) -> None:
    layers = [f"fire{number}.squeeze1x1" for number in range(2, 4 + MOST_GRAPHS)]
    first = [engine.ablations.run(inference, Ablation(layer, (0,))).result() for layer in layers]
    again = engine.ablations.run(inference, Ablation(layers[0], (0,), how="scale")).result()
    assert (again.after.logits == first[0].after.logits).all()  # a multiple of 0 is zero


def test_the_effects_of_channels_are_in_the_cache_afterwards(engine: Engine, inference: Inference) -> None:
    each = Ablation("fire9.squeeze1x1")
    assert engine.ablations.cached_effects(inference, each) is None
    effects = engine.ablations.effects(inference, each).result()
    assert engine.ablations.cached_effects(inference, each) is effects
    assert engine.ablations.progress(inference, each) == (0, 0)


def test_a_change_that_makes_values_overflow_is_refused(tmp_path: Path, engine: Engine, inference: Inference) -> None:
    """Ten times the values is more than single precision holds."""
    nodes = "big = Mul (x, k)  pool = GlobalMaxPool (big)  y = Flatten (pool)"
    large = Inference(network_of(tmp_path, nodes, WEIGHTS, 8, 3), inference.image)
    with pytest.raises(NonFinite, match="overflow"):
        engine.ablations.run(large, Ablation("big", (0, 1, 2), how="scale", factor=10)).result()


def test_the_graphs_used_last_stay_loaded(
    engine: Engine, inference: Inference, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_graph(network: Network, values: tuple[ScaledValue, ...]) -> IntervenedNetwork:
        opened.append(str(values))
        return IntervenedNetwork(network, values)

    monkeypatch.setattr(module, "IntervenedNetwork", open_graph)
    monkeypatch.setattr(module, "MOST_GRAPHS", 2)
    monkeypatch.setattr(engine.ablations, "_networks", OrderedDict())
    for number in (5, 6, 5, 7, 5, 6):  # the second one is used least recently when the third one is opened
        engine.ablations.run(inference, Ablation(f"fire{number}.squeeze1x1", (5 + len(opened),))).result()
    assert [opened.index(each) for each in opened] == [0, 1, 2, 1]
