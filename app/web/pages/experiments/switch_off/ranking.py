"""The ranking of a layer's channels: what a class loses without each of them."""

from dataclasses import dataclass
from urllib.parse import urlencode

import numpy as np
import numpy.typing as npt

from app.experiments.channel_effects import ChannelEffects
from app.nets.labels import distinct_labels
from app.web.links import image_api_path, pinned_id
from app.web.pages.address import class_name
from app.web.pages.experiments.consequences import replacement_query
from app.web.pages.experiments.switch_off.address import SwitchOffAddress
from app.web.pages.experiments.switch_off.gather import Ranking, SwitchOffData

MAX_RANKED = 24


@dataclass(frozen=True, slots=True)
class RankedChannelView:
    """A channel by its effect: what the class loses, its score then, the class that then wins if it is another one."""

    channel: int
    drop: float
    share: float
    score: float
    winner: str | None
    href: str
    is_off: bool


@dataclass(frozen=True, slots=True)
class RankingView:
    """The channels that matter most for a class. Without `rows` they are to be computed: at `events`, or by `href`."""

    label: str
    target: str
    rows: tuple[RankedChannelView, ...]
    flips: int
    events: str
    href: str
    figures: str


def ranking_view(data: SwitchOffData, ranking: Ranking, address: SwitchOffAddress) -> RankingView:
    """The ranking of the page, or how to compute it."""
    network, index = data.inference.network, ranking.index
    query = urlencode({"at": data.layer.id, **replacement_query(ranking.each)})
    base = f"{image_api_path(pinned_id(network), data.inference.image)}/ablations/channels"
    return RankingView(
        label=distinct_labels(network.labels)[index],
        target=address.target or class_name(network, index),
        rows=_rows(data, ranking, address),
        flips=0 if ranking.effects is None else int((_winners(ranking.effects) != _winner(ranking.effects)).sum()),
        events=f"{base}/events?{query}",
        href=address.link(rank=True),
        figures=f"{base}?{query}&{urlencode({'target': class_name(network, index)})}",
    )


def _rows(data: SwitchOffData, ranking: Ranking, address: SwitchOffAddress) -> tuple[RankedChannelView, ...]:
    effects, index, labels = ranking.effects, ranking.index, distinct_labels(data.inference.network.labels)
    if effects is None:
        return ()
    drops, winners, first = effects.drops(index), _winners(effects), _winner(effects)
    largest = float(np.abs(drops).max()) or 1.0
    return tuple(
        RankedChannelView(
            channel=channel,
            drop=float(drops[channel]),
            share=max(0.0, float(drops[channel])) / largest,
            score=float(effects.scores[channel, index]),
            winner=None if winners[channel] == first else labels[int(winners[channel])],
            href=address.link(off=list(dict.fromkeys([*address.off, str(channel)]))),
            is_off=channel in data.ablation.channels,
        )
        for channel in effects.ranking(index)[:MAX_RANKED].tolist()
    )


def _winners(effects: ChannelEffects) -> npt.NDArray[np.intp]:
    """The class that wins without each channel."""
    return np.asarray(effects.logits.argmax(axis=1))


def _winner(effects: ChannelEffects) -> int:
    """The class that wins with all of them."""
    return int(effects.logits_before.argmax())
