"""From the engine's objects to the JSON answers."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.nets.card import Accuracy, Card
from app.nets.labels import find_classes
from app.nets.layer import Layer
from app.nets.network import Network, Scores
from app.nets.originals import Original
from app.nets.prediction import Reading, read_prediction
from app.nets.statistics import LayerStatistics, Statistics
from app.web.addresses import BEST, pinned
from app.web.schemas import (
    ChannelStatisticsInfo,
    InputSize,
    LastMapInfo,
    LayerDetail,
    LayerInfo,
    LayersAnswer,
    LayerSummary,
    ModelDetail,
    ModelSummary,
    Prediction,
    Predictions,
    ReceptiveFieldInfo,
    StrongChannelInfo,
    WeightsInfo,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a prediction is asked for: how many classes, at which temperature, and which classes besides."""

    top_k: int = BEST
    temperature: float = 1.0
    target: str | None = None


def model_summary(network: Network, original: str | None, seconds: float | None = None) -> ModelSummary:
    """`original` is the full-size network that this is a narrower copy of; one run takes `seconds`, if measured."""
    return ModelSummary(**_facts(network, original, seconds), layers=len(network.graph.layers))


def model_detail(network: Network, original: str | None, seconds: float | None = None) -> ModelDetail:
    graph = network.graph
    return ModelDetail(
        **_facts(network, original, seconds),
        card=network.card,
        blocks=list(dict.fromkeys(layer.block for layer in graph.layers if layer.block)),
        layers=[layer_info(layer) for layer in graph.layers],
        edges=list(graph.edges),
    )


def layer_info(layer: Layer) -> LayerInfo:
    return LayerInfo(
        id=layer.id,
        name=layer.name,
        op=layer.op,
        block=layer.block,
        inputs=list(layer.inputs),
        output_shape=list(layer.shape),
        params=layer.params,
        macs=layer.macs,
        receptive_field=_receptive_field(layer),
        attributes=dict(layer.attributes),
    )


def predictions(
    network: Network, image: str, scores: Scores, asked: Asked, seconds: dict[str, float], note: str | None
) -> Predictions:
    """The best classes and those that are asked for, as `asked` says; `seconds` is how long each step took."""
    reading = read_prediction(scores, asked.temperature)
    wanted = find_classes(network.labels, asked.target) if asked.target else ()
    return Predictions(
        model=network.id,
        image=image,
        predictions=[_guess(network, reading, int(index), rank) for rank, index in _ranked(reading, asked.top_k)],
        entropy=reading.entropy,
        entropy_share=reading.share,
        margin=reading.margin,
        verdict=(reading if asked.temperature == 1 else read_prediction(scores)).verdict,
        temperature=asked.temperature,
        targets=sorted(
            (_guess(network, reading, index, reading.rank(index)) for index in wanted), key=lambda guess: guess.rank
        ),
        note=note,
        timing_ms={name: round(value * 1e3, 3) for name, value in seconds.items()},
    )


def _ranked(reading: Reading, count: int) -> Iterable[tuple[int, int]]:
    return enumerate(reading.order[:count].tolist(), start=1)


def _guess(network: Network, reading: Reading, index: int, rank: int) -> Prediction:
    return Prediction(
        index=index,
        label=network.labels[index],
        score=float(reading.scores[index]),
        logit=float(reading.logits[index]),
        rank=rank,
    )


def measured(network: Network) -> tuple[Accuracy, ...]:
    """What was measured of its weights, or where they are not here, of those known to fit."""
    card = network.card
    return card.weights.accuracy if isinstance(card, Original) and card.weights else card.accuracy


def _last_map(network: Network) -> LastMapInfo | None:
    layer = network.graph.last_map
    if layer is None:
        return None
    return LastMapInfo(layer=layer.id, shape=list(layer.shape), receptive_field=_receptive_field(layer))


def _receptive_field(layer: Layer) -> ReceptiveFieldInfo:
    field = layer.receptive_field
    return ReceptiveFieldInfo(size=field.size, step=field.step, offset=field.offset)


def _facts(network: Network, original: str | None, seconds: float | None) -> dict[str, Any]:
    """The fields of ModelFacts."""
    card, graph = network.card, network.graph
    known = {name: getattr(card, name) for name in ("id", "name", "family", "year", "trained_on", "source", "licence")}
    return known | {
        "pinned": pinned(network),
        "status": "ready" if network.ready else "architecture",
        "params": graph.params,
        "depth": graph.depth,
        "macs": graph.macs,
        "bytes": network.nbytes,
        "activation_bytes": graph.activation_bytes,
        "last_map": _last_map(network),
        "time_ms": None if seconds is None else round(1e3 * seconds, 3),
        "input": InputSize(width=card.input.width, height=card.input.height, channels=card.input.channels),
        "labels": len(network.labels),
        "top1": card.accuracy[0].top1 if card.accuracy else None,
        "accuracy": list(measured(network)),
        "paper": card.paper,
        "original": original,
        "sha256": card.sha256,
        "weights": _weights(card),
    }


def _weights(card: Card) -> WeightsInfo | None:
    if not isinstance(card, Original) or card.weights is None:
        return None
    known = card.weights
    return WeightsInfo(
        bytes=known.bytes,
        sha256=known.sha256,
        source=known.source,
        licence=known.licence,
        top1=known.accuracy[0].top1 if known.accuracy else None,
    )


def layers(network: Network, image: str, statistics: Mapping[str, Statistics]) -> LayersAnswer:
    summaries = [layer_summary(layer, statistics[layer.id].layer) for layer in network.graph.layers]
    return LayersAnswer(model=network.id, image=image, layers=summaries)


def layer_summary(layer: Layer, found: LayerStatistics) -> LayerSummary:
    return LayerSummary(
        id=layer.id,
        op=layer.op,
        block=layer.block,
        shape=list(layer.shape),
        channels=found.channels,
        min=_number(found.min),
        max=_number(found.max),
        mean=_number(found.mean),
        std=_number(found.std),
        zeros=found.zeros,
        dead=found.dead,
        nan=found.nan,
        inf=found.inf,
        strongest=[StrongChannelInfo(channel=s.channel, mean=s.mean, max=s.max) for s in found.strongest],
    )


def layer_detail(network: Network, image: str, layer: Layer, found: Statistics) -> LayerDetail:
    channels = found.channels
    return LayerDetail(
        **layer_summary(layer, found.layer).model_dump(),
        model=network.id,
        image=image,
        statistics=ChannelStatisticsInfo(
            min=_numbers(channels.min),
            max=_numbers(channels.max),
            mean=_numbers(channels.mean),
            std=_numbers(channels.std),
            zeros=channels.zeros.tolist(),
        ),
    )


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _numbers(values: NDArray[np.float64]) -> list[float | None]:
    return [_number(value) for value in values.tolist()]
