"""The ranking of three channels whose logits are chosen by hand."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import numpy.typing as npt

from app.experiments.ablation import Ablation
from app.experiments.channel_effects import ChannelEffects
from app.web.pages.experiments.switch_off.address import SwitchOffAddress
from app.web.pages.experiments.switch_off.gather import Ranking
from app.web.pages.experiments.switch_off.ranking import RankingView, ranking_view

BEFORE = np.array([3, 1, 0], np.float32)
WITHOUT = np.array([[4, 0, 0], [1, 2, 0], [3, 1, 0]], np.float32)


def view(effects: ChannelEffects | None, target: str = "") -> RankingView:
    network = SimpleNamespace(id="net", fingerprint="0" * 16, labels=("cat", "dog", "owl"))
    data: Any = SimpleNamespace(
        inference=SimpleNamespace(network=network, image="1"),
        layer=SimpleNamespace(id="conv"),
        ablation=Ablation("conv", channels=(0,)),
    )
    return ranking_view(data, Ranking(0, Ablation("conv"), effects), SwitchOffAddress(off=["0"], target=target))


def effects(logits: npt.NDArray[np.float32]) -> ChannelEffects:
    ten = np.float32(10)
    return ChannelEffects(logits, logits / ten, BEFORE, BEFORE / ten)


def test_the_channel_that_a_class_loses_most_without_comes_first() -> None:
    found = view(effects(WITHOUT))
    assert [(row.channel, row.drop, row.share) for row in found.rows] == [(1, 2, 1), (2, 0, 0), (0, -1, 0)]
    assert [row.score for row in found.rows] == [np.float32(0.1), np.float32(0.3), np.float32(0.4)]
    assert [row.winner for row in found.rows] == ["dog", None, None]
    assert [row.is_off for row in found.rows] == [False, False, True]
    assert [parse_qs(urlsplit(row.href).query)["off"] for row in found.rows] == [["0,1"], ["0,2"], ["0"]]
    assert (found.label, found.flips) == ("cat", 1)


def test_channels_without_effect_have_no_share() -> None:
    assert [row.share for row in view(effects(np.stack([BEFORE, BEFORE]))).rows] == [0, 0]


def test_a_ranking_has_up_to_24_rows() -> None:
    assert len(view(effects(np.tile(BEFORE, (25, 1)))).rows) == 24


def test_without_effects_there_is_a_way_to_compute_them() -> None:
    found = view(None)
    assert (found.rows, found.flips, found.target) == ((), 0, "cat")
    assert found.events.endswith("/images/1/ablations/channels/events?at=conv&how=zero")
    assert found.figures.endswith("/images/1/ablations/channels?at=conv&how=zero&target=cat")
    assert view(None, target="Felis").target == "Felis"
