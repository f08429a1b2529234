"""A prediction: its scores at any temperature, the order of its classes, and how decided it is."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from app.nets.head import HeadKind
from app.nets.outputs import Scores

Verdict = Literal["clear", "leaning", "torn", "unsure", "no_idea"]

# Measured with seven of the shipped networks on 398 photos of Imagenette's validation set or 1,000 digits of MNIST's.
# The share of correct predictions: 91 to 100 % of the clear ones, 45 to 90 % of the leaning, some 25 % of the torn.
# Where the entropy is high, 44 to 68 % with ten classes (chance: 10 %) and 1 of 7 with a thousand: unsure, but far from
# no idea. That verdict is for nearly equal scores, 1 of 3,388 predictions. No verdict says whether a network was
# trained on the kind of image it gets: LeNet-5 is clear about 60 % of photos, and about noise.
CLEAR_MARGIN = 0.8
CLOSE_MARGIN = 0.1
HIGH_ENTROPY = 0.6  # share of the maximum
UNIFORM_ENTROPY = 0.9  # share of the maximum
DEFAULT_TOP_K, MAX_TOP_K = 5, 100_000  # classes of a prediction
MIN_TEMPERATURE, MAX_TEMPERATURE = 0.1, 5.0  # of the softmax
SEPARATE = ("sigmoid", "binary", "vector")  # heads whose numbers are no shares of 1
THRESHOLD = 0.5  # a label with a probability of its own counts as present from here on


@dataclass(frozen=True, slots=True)
class PredictionSummary:
    """A prediction at one temperature.

    `logits` and `scores` are (N,) float64 by class, `order` (N,) the classes by falling logit, ties by index. If the
    classes exclude one another, `entropy` is in bits, from 0 to `max_entropy` = log2(N), and `margin` is the best score
    minus the second best; else they are 0.
    """

    kind: HeadKind
    logits: npt.NDArray[np.float64]
    scores: npt.NDArray[np.float64]
    order: npt.NDArray[np.int64]
    entropy: float
    max_entropy: float
    margin: float

    @property
    def is_exclusive(self) -> bool:
        """Whether exactly one class holds: the scores are shares of 1."""
        return self.kind not in SEPARATE

    @property
    def threshold(self) -> float | None:
        """The probability from which a label counts as present; None where classes exclude one another."""
        return THRESHOLD if self.kind in ("sigmoid", "binary") else None

    @property
    def present(self) -> tuple[int, ...]:
        """The labels with a probability of at least the threshold; none if classes exclude one another."""
        return () if self.threshold is None else tuple(np.flatnonzero(self.scores >= self.threshold).tolist())

    @property
    def entropy_share(self) -> float:
        """The entropy as a share of its maximum, 0 to 1."""
        return self.entropy / self.max_entropy if self.max_entropy else 0.0

    @property
    def verdict(self) -> Verdict | None:
        """How decided the prediction is, or None if the classes do not exclude one another.

        The bounds were measured at a temperature of 1; at another one it says the same of the scores at that one.
        """
        if not self.is_exclusive:
            return None
        if self.margin >= CLEAR_MARGIN:
            return "clear"
        if self.entropy_share >= HIGH_ENTROPY:
            return "no_idea" if self.entropy_share >= UNIFORM_ENTROPY else "unsure"
        return "torn" if self.margin < CLOSE_MARGIN else "leaning"

    def rank(self, index: int) -> int:
        """The rank of a class; 1 is the best."""
        return int(np.flatnonzero(self.order == index)[0]) + 1


def has_temperature(kind: HeadKind) -> bool:
    """Whether the scores are a softmax, which a temperature applies to."""
    return kind in ("softmax", "log_softmax", "logits")


def read_prediction(scores: Scores, temperature: float = 1.0) -> PredictionSummary:
    """The prediction with its logits divided by `temperature` before the softmax (Guo et al. 2017, section 4.2).

    At 1 the scores are the network's own; scores that are no softmax always are. The order of the classes is the same
    at every temperature.
    """
    logits, values = scores.logits.astype(np.float64), scores.scores.astype(np.float64)
    if temperature != 1 and has_temperature(scores.kind) and scores.activation is not None:
        values = scores.activation(logits / temperature)
    order = np.argsort(-logits, kind="stable")
    if scores.kind in SEPARATE:
        return PredictionSummary(scores.kind, logits, values, order, 0.0, 0.0, 0.0)
    best = values[order[:2]]
    bits = np.log2(values, where=values > 0, out=np.zeros_like(values))
    return PredictionSummary(
        kind=scores.kind,
        logits=logits,
        scores=values,
        order=order,
        entropy=float(-np.sum(values * bits)),
        max_entropy=float(np.log2(len(values))),
        margin=float(best[0] - best[1]) if len(best) > 1 else 1.0,
    )
