"""Blended photos: labels in the proportion of what is seen, and nothing drawn where a recipe has it off."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch, of the extra `training`, is not installed")

import torch
from torch import Tensor

from training.recipes import RECIPES
from training.regularisation.blending import blended

RECIPE = replace(RECIPES["resnet18-imagenette"], mixup=0.0, cutmix=0.0, erased=0.0)
LABELS = torch.arange(10)


@pytest.fixture
def plain() -> Tensor:
    """Ten pictures, each of one brightness, 10 times its label."""
    return (10.0 * LABELS)[:, None, None, None].expand(10, 3, 16, 16).contiguous()


def test_a_recipe_without_blending_leaves_pictures_labels_and_chance_alone(plain: Tensor) -> None:
    random, untouched = (np.random.default_rng(0) for _ in range(2))
    pictures, labels = blended(plain, LABELS, RECIPE, random)
    assert pictures is plain
    assert labels is LABELS
    assert random.random() == untouched.random()


@pytest.mark.parametrize("kind", ["mixup", "cutmix"])
def test_shares_are_those_of_what_is_seen(plain: Tensor, kind: str) -> None:
    pictures, shares = blended(plain, LABELS, replace(RECIPE, **{kind: 1.0}), np.random.default_rng(3))
    torch.testing.assert_close(shares.sum(1), torch.ones(10))
    torch.testing.assert_close(pictures.mean(dim=(1, 2, 3)), (shares * 10 * LABELS).sum(1))
    assert (shares.max(1).values < 1).sum() > 0


def test_mixup_lays_pictures_over_each_other_and_cutmix_beside_each_other(plain: Tensor) -> None:
    laid, _ = blended(plain, LABELS, replace(RECIPE, mixup=1.0), np.random.default_rng(3))
    cut, _ = blended(plain, LABELS, replace(RECIPE, cutmix=1.0), np.random.default_rng(3))
    assert {len(picture.unique()) for picture in laid} == {1}
    assert {len(picture.unique()) for picture in cut} <= {1, 2}
    assert any(len(picture.unique()) == 2 for picture in cut)


def test_with_both_on_a_batch_gets_one_of_them(plain: Tensor) -> None:
    recipe = replace(RECIPE, mixup=1.0, cutmix=1.0)
    random = np.random.default_rng(0)
    kinds = [max(len(p.unique()) for p in blended(plain, LABELS, recipe, random)[0]) for _ in range(40)]
    assert 8 < kinds.count(1) < 32


def test_a_rectangle_is_erased_in_the_share_of_pictures_asked_for() -> None:
    pictures = torch.full((400, 3, 16, 16), -1.0)
    found, labels = blended(pictures, torch.zeros(400), replace(RECIPE, erased=0.25), np.random.default_rng(0))
    gone = (found >= 0).all(1).flatten(1).float().mean(1)
    assert 70 < (gone > 0).sum() < 130
    assert 0.01 < gone[gone > 0].min() < gone.max() < 0.3
    assert torch.equal(labels, torch.zeros(400))
    assert (pictures == -1).all()
