"""The prediction: the classes with the highest scores, and how decided it is."""

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
TOP_K = (DEFAULT_TOP_K, 20, 100)
MAX_MATCHES = 10
MAX_LISTED = 20  # classes that a sentence can hold


def has_finite_scores(scores: Scores) -> bool:
    """Whether no score is NaN or infinite."""
    return bool(np.isfinite(scores.scores).all())


@dataclass(frozen=True, slots=True)
class RankedClassView:
    """One class, its rank among all classes from 1, and its page; `name` is what an address calls it."""

    index: int
    label: str
    score: float
    logit: float
    rank: int
    name: str
    href: str


@dataclass(frozen=True, slots=True)
class TopClassesView:
    """The classes with the highest scores, and how decided the prediction is.

    `entropy` is in bits, and `entropy_share` its share of `max_entropy`. `verdict` is that of temperature 1.
    The run took `milliseconds`.
    """

    best: tuple[RankedClassView, ...]
    class_count: int
    entropy: float
    max_entropy: float
    entropy_share: float
    margin: float
    verdict: Verdict
    milliseconds: float


def top_classes(network: Network, scores: Scores, address: Address) -> TopClassesView | None:
    """The best classes at the temperature of `address`, its `top_k` of them; None if a score is NaN."""
    if not has_finite_scores(scores):
        return None
    return _top_classes(network, scores, read_prediction(scores, address.temperature), address)


@dataclass(frozen=True, slots=True)
class TopKChoice:
    """A number of classes to show."""

    number: int
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class PredictionView:
    """A prediction with its controls: the number of classes, the temperature and the search for a class.

    `matches` are the best of the `match_count` classes that `target` means; the search field shows `target_text`.
    `labels` are all labels if they are few. `scores` is the address of the scores of all classes, `verdict_bounds` are
    the thresholds of the verdict.
    """

    top: TopClassesView
    temperature: float
    min_temperature: float
    max_temperature: float
    top_k: tuple[TopKChoice, ...]
    verdict_bounds: tuple[float, ...]
    target: str | None
    target_text: str
    matches: tuple[RankedClassView, ...]
    match_count: int
    labels: tuple[str, ...]
    scores: str


def prediction_view(network: Network, image: str, scores: Scores, address: Address) -> PredictionView | None:
    """The prediction with its controls; None if a score is NaN."""
    if not has_finite_scores(scores):
        return None
    reading = read_prediction(scores, address.temperature)
    matches = find_classes(network.labels, address.target) if address.target else ()
    classes = len(network.labels)
    counts = dict.fromkeys([*(count for count in TOP_K if count < classes), classes])
    return PredictionView(
        top=_top_classes(network, scores, reading, address),
        temperature=address.temperature,
        min_temperature=MIN_TEMPERATURE,
        max_temperature=MAX_TEMPERATURE,
        top_k=tuple(
            TopKChoice(count, address.link(top_k=count), count == min(address.top_k, classes)) for count in counts
        ),
        verdict_bounds=BOUNDS[read_prediction(scores).verdict],
        target=address.target,
        target_text=network.labels[matches[0]] if len(matches) == 1 else address.target or "",
        matches=tuple(
            _ranked_class(network, reading, index, address) for index in sorted(matches, key=reading.rank)[:MAX_MATCHES]
        ),
        match_count=len(matches),
        labels=network.labels if classes <= MAX_LISTED else (),
        scores=f"{image_api_path(pinned_id(network), image)}/predictions?top_k={classes}",
    )


def _top_classes(network: Network, scores: Scores, reading: PredictionSummary, address: Address) -> TopClassesView:
    return TopClassesView(
        best=tuple(
            _ranked_class(network, reading, index, address) for index in reading.order[: address.top_k].tolist()
        ),
        class_count=len(reading.scores),
        entropy=reading.entropy,
        max_entropy=reading.max_entropy,
        entropy_share=reading.entropy_share,
        margin=reading.margin,
        verdict=read_prediction(scores).verdict,
        milliseconds=1000 * scores.seconds,
    )


def _ranked_class(network: Network, reading: PredictionSummary, index: int, address: Address) -> RankedClassView:
    return RankedClassView(
        index=index,
        label=network.labels[index],
        score=float(reading.scores[index]),
        logit=float(reading.logits[index]),
        rank=reading.rank(index),
        name=class_name(network, index),
        href=address.link(why=class_name(network, index)),
    )
