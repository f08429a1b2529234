"""The score of each class that a network's answer may be."""

import numpy as np

from app.errors import NonFinite
from app.nets.outputs import Scores
from app.nets.session import Tensor


def class_scores(scores: Scores) -> Tensor:
    """The score of each class; of a single unit those of its two sides. Raises NonFinite."""
    if not np.isfinite(scores.scores).all():
        raise NonFinite("The network's output holds NaN or infinity: its values overflow for a changed picture.")
    return possible_scores(scores)


def possible_scores(scores: Scores) -> Tensor:
    """The same, where some may be no numbers."""
    return np.concatenate([1 - scores.scores, scores.scores]) if scores.kind == "binary" else scores.scores
