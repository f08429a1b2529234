"""Photos blended with one another, and parts of them erased, so that no single patch decides."""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from training.recipes import CLASSES, Recipe

ERASED_AREA = (0.02, 0.25)


def blended(pictures: Tensor, labels: Tensor, recipe: Recipe, random: np.random.Generator) -> tuple[Tensor, Tensor]:
    """A batch erased, mixed up or cut and mixed as its recipe says; nothing is drawn from `random` for what is off.

    With mixup and CutMix both on, each batch gets one of them, by an even chance.

    Args:
        pictures: (N, C, H, W), 0 to 255.
        labels: (N,) integers.
        recipe: holds `mixup`, `cutmix` and `erased`.
        random: decides.

    Returns:
        The pictures, and the labels: as they were, or each class's share (N, classes) if photos were blended.
    """
    if recipe.erased:
        pictures = erased(pictures, recipe.erased, random)
    if not (recipe.mixup or recipe.cutmix):
        return pictures, labels
    shares = functional.one_hot(labels, CLASSES).float()
    if recipe.cutmix and (not recipe.mixup or random.random() < 0.5):
        return cut_and_mixed(pictures, shares, recipe.cutmix, random)
    return mixed_up(pictures, shares, recipe.mixup, random)


def mixed_up(pictures: Tensor, shares: Tensor, alpha: float, random: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Each picture and another of the batch laid over each other (Zhang et al. 2018)."""
    kept, other = float(random.beta(alpha, alpha)), torch.from_numpy(random.permutation(len(pictures)))
    return torch.lerp(pictures[other], pictures, kept), torch.lerp(shares[other], shares, kept)


def cut_and_mixed(pictures: Tensor, shares: Tensor, alpha: float, random: np.random.Generator) -> tuple[Tensor, Tensor]:
    """A rectangle of each picture replaced by that of another of the batch (Yun et al. 2019)."""
    height, width = pictures.shape[-2:]
    side, other = np.sqrt(1 - random.beta(alpha, alpha)), torch.from_numpy(random.permutation(len(pictures)))
    row, column = random.uniform(0, height), random.uniform(0, width)
    top, bottom = (round(np.clip(row + sign * side * height / 2, 0, height)) for sign in (-1, 1))
    left, right = (round(np.clip(column + sign * side * width / 2, 0, width)) for sign in (-1, 1))
    pictures = pictures.clone()
    pictures[:, :, top:bottom, left:right] = pictures[other, :, top:bottom, left:right]
    kept = 1 - (bottom - top) * (right - left) / (height * width)
    return pictures, torch.lerp(shares[other], shares, kept)


def erased(pictures: Tensor, share: float, random: np.random.Generator) -> Tensor:
    """A share of the pictures with a rectangle of noise in them, 2 to 25 % of the area (Zhong et al. 2020)."""
    height, width = pictures.shape[-2:]
    pictures = pictures.clone()
    for i in np.flatnonzero(random.random(len(pictures)) < share):
        side, ratio = np.sqrt(random.uniform(*ERASED_AREA)), np.sqrt(np.exp(random.uniform(-1, 1)))
        rows, columns = (
            max(1, min(size, round(size * part))) for size, part in ((height, side / ratio), (width, side * ratio))
        )
        top, left = random.integers(0, height - rows + 1), random.integers(0, width - columns + 1)
        noise = random.uniform(0, 255, (pictures.shape[1], rows, columns)).astype(np.float32)
        pictures[i, :, top : top + rows, left : left + columns] = torch.from_numpy(noise)
    return pictures
