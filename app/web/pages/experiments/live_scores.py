"""The scores of the best classes on a page that follows live frames."""

from dataclasses import dataclass

from app.analysis.prediction import read_prediction
from app.nets.network import Network
from app.nets.outputs import Scores


@dataclass(frozen=True, slots=True)
class LiveScoreView:
    """A class and its probability, or of a vector the number itself; `is_best` is whether it is the largest."""

    label: str
    score: float | None
    logit: float
    is_best: bool


@dataclass(frozen=True, slots=True)
class LiveScoresView:
    """The best classes; `by_index` is whether all there are stand in their own order."""

    rows: tuple[LiveScoreView, ...]
    by_index: bool


def live_scores_view(network: Network, scores: Scores, count: int) -> LiveScoresView:
    """The best `count` classes by falling score, or all in their own order if there are no more."""
    reading = read_prediction(scores)
    order = reading.order[:count].tolist()
    by_index = len(reading.order) <= count
    rows = tuple(
        LiveScoreView(
            label=network.labels[index],
            score=None if reading.kind == "vector" else float(reading.scores[index]),
            logit=float(reading.logits[index]),
            is_best=index == order[0],
        )
        for index in (sorted(order) if by_index else order)
    )
    return LiveScoresView(rows, by_index)
