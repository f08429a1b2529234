"""What a step of training minimises: the distance to the labels, and to what the teachers say."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from training.recipes import Recipe

AUXILIARY_WEIGHT = 0.3


@dataclass(frozen=True)
class Batch:
    """What a step learns from: pictures as they are fed, their labels or each class's share, the teachers' lesson."""

    pictures: Tensor
    labels: Tensor
    lesson: Tensor | None


def loss_of(outputs: Tensor | tuple[Tensor, ...], batch: Batch, recipe: Recipe) -> Tensor:
    """The mean over a batch; auxiliary heads (Szegedy et al. 2014, section 5) count 0.3 each."""
    scores, *auxiliary = (outputs,) if isinstance(outputs, Tensor) else outputs
    loss = _loss_of_head(scores.float(), batch, recipe)
    for head in auxiliary:
        loss = loss + AUXILIARY_WEIGHT * _loss_of_head(head.float(), batch, recipe)
    return loss


def _loss_of_head(scores: Tensor, batch: Batch, recipe: Recipe) -> Tensor:
    """Cross-entropy; the teachers' is multiplied by the square of the temperature (Hinton et al. 2015, section 2)."""
    labelled = functional.cross_entropy(scores, batch.labels, label_smoothing=recipe.label_smoothing)
    if batch.lesson is None:
        return labelled
    taught = functional.cross_entropy(scores / recipe.temperature, batch.lesson) * recipe.temperature**2
    return torch.lerp(labelled, taught, recipe.taught)
