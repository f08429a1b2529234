"""From a network's scores to what the page says of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.analysis.prediction import (
    CLEAR_MARGIN,
    CLOSE_MARGIN,
    DEFAULT_TOP_K,
    HIGH_ENTROPY,
    MAX_TEMPERATURE,
    MIN_TEMPERATURE,
    UNIFORM_ENTROPY,
    PredictionSummary,
    Verdict,
    read_prediction,
)
from app.nets.labels import find_classes
from app.nets.network import Network, Scores
from app.web.links import image_api_path, pinned_id
from app.web.pages.address import Address, class_name

BOUNDS: Mapping[Verdict, tuple[float, ...]] = {
    "clear": (CLEAR_MARGIN,),
    "leaning": (CLOSE_MARGIN, CLEAR_MARGIN, HIGH_ENTROPY),
    "torn": (CLOSE_MARGIN, HIGH_ENTROPY),
    "unsure": (CLEAR_MARGIN, HIGH_ENTROPY, UNIFORM_ENTROPY),
    "no_idea": (UNIFORM_ENTROPY,),
}
COUNTS = (DEFAULT_TOP_K, 20, 100)
MOST_FOUND = 10
FEW = 20  # classes that a sentence can hold


def has_finite_scores(scores: Scores) -> bool:
    """Whether the scores are numbers."""
    return bool(np.isfinite(scores.scores).all())


@dataclass(frozen=True, slots=True)
class RankedClassView:
    """One class, its place among all from 1, how sure the network is of it, and the way to ask why; `why` names it."""

    index: int
    label: str
    score: float
    logit: float
    rank: int
    why: str
    href: str


@dataclass(frozen=True, slots=True)
class TopClassesView:
    """What the network says: the best classes, and how clear the answer is.

    `entropy` is in bits, at most `most`, of which it is the `share`. `verdict` is that of the network's own scores,
    whatever the temperature.
    """

    best: tuple[RankedClassView, ...]
    classes: int
    entropy: float
    most: float
    share: float
    margin: float
    verdict: Verdict
    milliseconds: float


def top_classes(network: Network, scores: Scores, address: Address) -> TopClassesView | None:
    """The best classes as `address` wants them; None if the scores are no numbers."""
    if not has_finite_scores(scores):
        return None
    return _prediction(network, scores, read_prediction(scores, address.temperature), address)


@dataclass(frozen=True, slots=True)
class TopKChoice:
    """How many classes a link shows."""

    number: int
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class PredictionView:
    """A prediction as the page shows it: how many classes, at which temperature, and the classes asked for.

    `found` are the best of the `matches` classes that `target` means, worded as `asked`. `choices` are all labels where
    they are few. `figures` is the address of every class's figures, `bounds` the shares that the verdict was made by.
    """

    prediction: TopClassesView
    temperature: float
    counts: tuple[TopKChoice, ...]
    coldest: float
    hottest: float
    bounds: tuple[float, ...]
    target: str | None
    asked: str
    found: tuple[RankedClassView, ...]
    matches: int
    choices: tuple[str, ...]
    figures: str


def prediction_view(network: Network, image: str, scores: Scores, address: Address) -> PredictionView | None:
    """The prediction with all that can be asked of it; None if the scores are no numbers."""
    if not has_finite_scores(scores):
        return None
    reading = read_prediction(scores, address.temperature)
    found = find_classes(network.labels, address.target) if address.target else ()
    classes = len(network.labels)
    counts = dict.fromkeys([*(count for count in COUNTS if count < classes), classes])
    return PredictionView(
        prediction=_prediction(network, scores, reading, address),
        temperature=address.temperature,
        counts=tuple(
            TopKChoice(count, address.link(top_k=count), count == min(address.top_k, classes)) for count in counts
        ),
        coldest=MIN_TEMPERATURE,
        hottest=MAX_TEMPERATURE,
        bounds=BOUNDS[read_prediction(scores).verdict],
        target=address.target,
        asked=network.labels[found[0]] if len(found) == 1 else address.target or "",
        found=tuple(_guess(network, reading, index, address) for index in _best(reading, found)),
        matches=len(found),
        choices=network.labels if classes <= FEW else (),
        figures=f"{image_api_path(pinned_id(network), image)}/predictions?top_k={classes}",
    )


def _prediction(network: Network, scores: Scores, reading: PredictionSummary, address: Address) -> TopClassesView:
    return TopClassesView(
        best=tuple(_guess(network, reading, index, address) for index in reading.order[: address.top_k].tolist()),
        classes=len(reading.scores),
        entropy=reading.entropy,
        most=reading.max_entropy,
        share=reading.entropy_share,
        margin=reading.margin,
        verdict=read_prediction(scores).verdict,
        milliseconds=1000 * scores.seconds,
    )


def _best(reading: PredictionSummary, found: tuple[int, ...]) -> list[int]:
    return sorted(found, key=reading.rank)[:MOST_FOUND]


def _guess(network: Network, reading: PredictionSummary, index: int, address: Address) -> RankedClassView:
    return RankedClassView(
        index=index,
        label=network.labels[index],
        score=float(reading.scores[index]),
        logit=float(reading.logits[index]),
        rank=reading.rank(index),
        why=class_name(network, index),
        href=address.link(why=class_name(network, index)),
    )
