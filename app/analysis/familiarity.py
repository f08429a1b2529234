"""Whether an input is like the images that a network was trained on, by the energy of its logits.

After W. Liu, X. Wang, J. Owens, Y. Li, "Energy-based Out-of-distribution Detection", NeurIPS 2020, section 3.
"""

from dataclasses import dataclass

import numpy as np

from app.nets.outputs import Scores

KNOWN_SHARE = 0.98  # of the training images, whose energy is at most the limit on the card


@dataclass(frozen=True, slots=True)
class Familiarity:
    """The energy of a prediction, and the `limit` that 98 % of the training images keep."""

    energy: float
    limit: float

    @property
    def is_unfamiliar(self) -> bool:
        """Whether the input is unlike nearly all training images. The reverse proves nothing."""
        return self.energy > self.limit


def energy_of(scores: Scores) -> float:
    """The free energy, -log of the sum of exp(logit): low where some logit is high."""
    logits = scores.logits.astype(np.float64)
    largest = logits.max()
    return float(-largest - np.log(np.exp(logits - largest).sum()))


def familiarity_of(scores: Scores, limit: float | None) -> Familiarity | None:
    """The familiarity of an input; None for a network whose limit is not known, and for scores that are no numbers."""
    if limit is None or not np.isfinite(scores.logits).all():
        return None
    return Familiarity(energy_of(scores), limit)
