"""The prediction: the classes with the highest scores, and how decided it is."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.analysis.familiarity import Familiarity, familiarity_of
from app.analysis.prediction import (
    CLEAR_MARGIN,
    CLOSE_MARGIN,
    DEFAULT_TOP_K,
    HIGH_ENTROPY,
    MAX_TEMPERATURE,
    MAX_TOP_K,
    MIN_TEMPERATURE,
    UNIFORM_ENTROPY,
    PredictionSummary,
    Verdict,
    has_temperature,
    read_prediction,
)
from app.nets.head import HeadKind
from app.nets.labels import distinct_labels, find_classes
from app.nets.layer import CellPlace, Layer
from app.nets.network import Network
from app.nets.outputs import Scores
from app.web.links import image_api_path, pinned_id
from app.web.pages.address import Address, class_name

BOUNDS: Mapping[Verdict, tuple[float, ...]] = {
    "clear": (CLEAR_MARGIN,),
    "leaning": (CLOSE_MARGIN, CLEAR_MARGIN, HIGH_ENTROPY),
    "torn": (CLOSE_MARGIN, HIGH_ENTROPY),
    "unsure": (CLEAR_MARGIN, HIGH_ENTROPY, UNIFORM_ENTROPY),
    "no_idea": (UNIFORM_ENTROPY,),
}
LIMITS = {
    "clear-margin": CLEAR_MARGIN,
    "close-margin": CLOSE_MARGIN,
    "high-entropy": HIGH_ENTROPY,
    "uniform-entropy": UNIFORM_ENTROPY,
}
TOP_K = (DEFAULT_TOP_K, 20, 100)
MAX_MATCHES = 10
MAX_LISTED = 20  # classes that a sentence can hold


def unit_name(network: Network, layer: Layer, number: int) -> str | None:
    """The class of a unit, if the layer's values are logits or probabilities and it has such a unit."""
    graph = network.graph
    has_classes = network.classes > 0 and layer in (graph.logits, graph.scores)
    return network.labels[number] if has_classes and number < len(network.labels) else None


def has_finite_scores(scores: Scores) -> bool:
    """Whether no score is NaN or infinite."""
    return bool(np.isfinite(scores.scores).all())


@dataclass(frozen=True, slots=True)
class RankedClassView:
    """One class, its rank among all classes from 1, and its page; `name` is what an address calls it.

    `computation` is the page of how its score is computed, `logit_computation` that of its logit.
    `score` is its probability, None for a number of a vector, which is the `logit`.
    """

    index: int
    label: str
    score: float | None
    logit: float
    rank: int
    name: str
    href: str
    computation: str
    logit_computation: str


@dataclass(frozen=True, slots=True)
class NegativeView:
    """The negative class of a single unit and its probability; `label` is None if the card has no name for it."""

    label: str | None
    score: float


@dataclass(frozen=True, slots=True)
class TopClassesView:
    """The classes with the highest scores, what the scores are, and how decided the prediction is.

    `entropy` is in bits, and `entropy_share` its share of `max_entropy`. `verdict` is None if classes do not exclude
    one another. Of labels by themselves, `present` have a score of at least `threshold`; `negative` is the other side
    of a single unit. `familiarity` is None for a network that has no measure of it. The run took `milliseconds`.
    """

    kind: HeadKind
    best: tuple[RankedClassView, ...]
    class_count: int
    threshold: float | None
    present: tuple[int, ...]
    negative: NegativeView | None
    entropy: float
    max_entropy: float
    entropy_share: float
    margin: float
    verdict: Verdict | None
    familiarity: Familiarity | None
    milliseconds: float

    @property
    def is_exclusive(self) -> bool:
        """Whether exactly one class holds."""
        return self.verdict is not None

    @property
    def is_unfamiliar(self) -> bool:
        """Whether the input is measured to be unlike the training images: no verdict is then given."""
        return self.familiarity is not None and self.familiarity.is_unfamiliar

    def has_same_classes(self, other: "TopClassesView") -> bool:
        """Whether both predict the same class, or the same labels."""
        if self.is_exclusive:
            return self.best[0].index == other.best[0].index
        return self.present == other.present


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
    `labels` are all labels if they are few; without `has_labels` classes have only indices. `scores` is the address of
    the scores of all classes. `verdict_bounds` are the thresholds that each verdict names, `limits` those by which a
    script finds the verdict. `has_temperature` is whether a temperature applies, `has_activation` whether the file
    computes the scores itself, and `shape` is that of the output.
    """

    top: TopClassesView
    temperature: float
    min_temperature: float
    max_temperature: float
    top_k: tuple[TopKChoice, ...]
    verdict_bounds: Mapping[Verdict, tuple[float, ...]]
    limits: Mapping[str, float]
    target: str | None
    target_text: str
    matches: tuple[RankedClassView, ...]
    match_count: int
    has_labels: bool
    labels: tuple[str, ...]
    scores: str
    has_temperature: bool
    has_activation: bool
    shape: tuple[int, ...]


def prediction_view(network: Network, image: str, scores: Scores, address: Address) -> PredictionView | None:
    """The prediction with its controls; None if a score is NaN."""
    if not has_finite_scores(scores):
        return None
    reading = read_prediction(scores, address.temperature)
    matches = find_classes(network.labels, address.target) if address.target else ()
    classes = len(network.labels)
    return PredictionView(
        top=_top_classes(network, scores, reading, address),
        temperature=address.temperature,
        min_temperature=MIN_TEMPERATURE,
        max_temperature=MAX_TEMPERATURE,
        top_k=_top_k_choices(network, address),
        verdict_bounds=BOUNDS,
        limits=LIMITS,
        target=address.target,
        target_text=class_name(network, matches[0]) if len(matches) == 1 else address.target or "",
        matches=tuple(
            _ranked_class(network, reading, index, address) for index in sorted(matches, key=reading.rank)[:MAX_MATCHES]
        ),
        match_count=len(matches),
        has_labels=bool(network.class_names),
        labels=tuple(network.labels) if classes <= MAX_LISTED else (),
        scores=f"{image_api_path(pinned_id(network), image)}/predictions?top_k={min(classes, MAX_TOP_K)}",
        has_temperature=has_temperature(reading.kind),
        has_activation=network.graph.head.has_scores,
        shape=network.graph.scores.shape,
    )


def _top_k_choices(network: Network, address: Address) -> tuple[TopKChoice, ...]:
    """How many classes can be shown, up to all; of a vector, not all."""
    count = len(network.labels)
    numbers = [number for number in TOP_K if number < count] + ([count] if network.classes else [])
    return tuple(
        TopKChoice(number, address.link(top_k=number), number == min(address.top_k, count))
        for number in dict.fromkeys(numbers)
    )


def _top_classes(network: Network, scores: Scores, reading: PredictionSummary, address: Address) -> TopClassesView:
    negative = NegativeView(network.negative_label, 1 - float(reading.scores[0])) if reading.kind == "binary" else None
    return TopClassesView(
        kind=reading.kind,
        threshold=reading.threshold,
        present=reading.present,
        negative=negative,
        best=tuple(
            _ranked_class(network, reading, index, address) for index in reading.order[: address.top_k].tolist()
        ),
        class_count=len(reading.scores),
        entropy=reading.entropy,
        max_entropy=reading.max_entropy,
        entropy_share=reading.entropy_share,
        margin=reading.margin,
        verdict=reading.verdict,
        familiarity=familiarity_of(scores, network.card.energy_limit),
        milliseconds=1000 * scores.seconds,
    )


def _ranked_class(network: Network, reading: PredictionSummary, index: int, address: Address) -> RankedClassView:
    name = class_name(network, index)
    return RankedClassView(
        index=index,
        label=distinct_labels(network.labels)[index],
        score=None if reading.kind == "vector" else float(reading.scores[index]),
        logit=float(reading.logits[index]),
        rank=reading.rank(index),
        name=name,
        href=address.link(why=name),
        computation=address.number_link(_place_of(network.graph.scores, index)),
        logit_computation=address.number_link(_place_of(network.graph.logits, index)),
    )


def _place_of(layer: Layer, index: int) -> CellPlace:
    """Where the number of a class is in the layer of the scores or of the logits."""
    return CellPlace(layer.id, *layer.cell_of([int(at) for at in np.unravel_index(index, layer.shape)]))
