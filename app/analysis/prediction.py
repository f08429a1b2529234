"""How a prediction reads: its scores at any temperature, its order, and how undecided it is."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from app.nets.network import Scores, softmax

Verdict = Literal["clear", "leaning", "torn", "unsure", "no_idea"]

# Measured with seven of the networks that ship, on 398 photos of Imagenette's validation set or 1,000 digits of
# MNIST's: of the answers with this margin 91 to 100 in 100 are right, of those that lean 45 to 90, of those torn
# some 25. Where the scores are spread 44 to 68 are with ten classes, where chance gives 10, and 1 of 7 with a thousand:
# unsure, but far from having no idea. That is left for scores nearly alike, as in one answer of 3,388. None of it tells
# whether a network was ever taught what it is shown: LeNet-5 is clear about 60 of 100 photos, and about noise.
CLEAR_MARGIN = 0.8
CLOSE_MARGIN = 0.1
SPREAD_ENTROPY = 0.6  # of the most that there can be
FLAT_ENTROPY = 0.9  # of the same
BEST, MOST_CLASSES = 5, 100_000  # classes of a prediction
COLDEST, HOTTEST = 0.1, 5.0  # temperatures of a softmax


@dataclass(frozen=True, slots=True)
class Reading:
    """A prediction as it reads at one temperature.

    `logits` and `scores` are (N,) float64 by class, `order` (N,) the classes from best to last, ties by their number.
    `entropy` is in bits, from 0 to `most` = log2(N); `margin` is the best score less the second best.
    """

    logits: npt.NDArray[np.float64]
    scores: npt.NDArray[np.float64]
    order: npt.NDArray[np.int64]
    entropy: float
    most: float
    margin: float

    @property
    def share(self) -> float:
        """The entropy as a share of the most that there can be, 0 to 1."""
        return self.entropy / self.most if self.most else 0.0

    @property
    def verdict(self) -> Verdict:
        """A word for how decided it is. Meant at a temperature of 1: the bounds were measured there."""
        if self.margin >= CLEAR_MARGIN:
            return "clear"
        if self.share >= SPREAD_ENTROPY:
            return "no_idea" if self.share >= FLAT_ENTROPY else "unsure"
        return "torn" if self.margin < CLOSE_MARGIN else "leaning"

    def rank(self, index: int) -> int:
        """The place of a class, from 1."""
        return int(np.flatnonzero(self.order == index)[0]) + 1


def read_prediction(scores: Scores, temperature: float = 1.0) -> Reading:
    """The prediction with its logits divided by `temperature` before the softmax (Guo et al. 2017, section 4.2).

    At 1 the scores are the network's own. The order of the classes is the same at every temperature.
    """
    logits = scores.logits.astype(np.float64)
    likely = scores.scores.astype(np.float64) if temperature == 1 else softmax(logits / temperature)
    order = np.argsort(-logits, kind="stable")
    first = likely[order[:2]]
    bits = np.log2(likely, where=likely > 0, out=np.zeros_like(likely))
    return Reading(
        logits=logits,
        scores=likely,
        order=order,
        entropy=float(-np.sum(likely * bits)),
        most=float(np.log2(len(likely))),
        margin=float(first[0] - first[1]) if len(first) > 1 else 1.0,
    )
