"""Training: what stops goes on exactly where it was, and only what it was; pictures are varied within bounds."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch, of the extra `training`, is not installed")
pytest.importorskip("tqdm", reason="tqdm, of the extra `training`, is not installed")

import torch
from PIL import Image

from training.data import Pictures, digits_varied, normalized, photos_varied, resized
from training.recipes import RECIPES, Recipe
from training.train import Run, rate

RECIPE = replace(RECIPES["lenet5"], sizes=((2, 32),), batch=16)


@pytest.fixture(scope="module")
def bars() -> Pictures:
    """Ten kinds of picture: a bright bar at ten heights."""
    labels = np.arange(80) % 10
    pixels = np.zeros((80, 1, 32, 32), np.uint8)
    for picture, label in zip(pixels, labels, strict=True):
        picture[0, 3 * label : 3 * label + 3] = 255
    return Pictures(pixels, labels.astype(np.int64))


def test_a_resumed_run_ends_where_an_unbroken_one_does(bars: Pictures, tmp_path: Path) -> None:
    unbroken, stopped, resumed = (Run(RECIPE, bars, bars) for _ in range(3))
    unbroken.epoch()
    unbroken.epoch()
    stopped.epoch()
    stopped.save(tmp_path)
    resumed.resume(tmp_path)
    resumed.epoch()
    for part in ("network", "average"):
        for name, tensor in unbroken.state()[part].items():
            torch.testing.assert_close(resumed.state()[part][name], tensor, rtol=0, atol=0)
    assert [epoch.val_loss for epoch in resumed.curve] == [epoch.val_loss for epoch in unbroken.curve]


def test_a_run_of_another_recipe_is_not_gone_on_with(bars: Pictures, tmp_path: Path) -> None:
    Run(RECIPE, bars, bars).save(tmp_path)
    with pytest.raises(ValueError, match="another recipe"):
        Run(replace(RECIPE, peak_rate=0.2), bars, bars).resume(tmp_path)


def test_a_network_learns(bars: Pictures) -> None:
    run = Run(replace(RECIPE, sizes=((12, 32),)), bars, bars)
    for _ in range(12):
        run.epoch()
    assert run.curve[-1].train_loss < run.curve[0].train_loss / 2


def test_the_curve_is_a_table(bars: Pictures, tmp_path: Path) -> None:
    run = Run(RECIPE, bars, bars)
    run.epoch()
    run.save(tmp_path)
    header, line = (tmp_path / "curve.csv").read_text().splitlines()
    assert header.split(",") == [
        "epoch", "size", "rate", "train_loss", "train_top1", "val_loss", "val_top1", "seconds"
    ]  # fmt: skip
    assert line.startswith("1,32,")


def test_the_rate_rises_to_its_peak_and_falls_to_nothing() -> None:
    rates = [rate(RECIPE, RECIPE.epochs * step / 400) for step in range(401)]
    assert max(rates) == rates[100] == RECIPE.peak_rate
    assert rates[:101] == sorted(rates[:101])
    assert rates[100:] == sorted(rates[100:], reverse=True)
    assert rates[-1] == pytest.approx(0, abs=1e-12)


def test_a_second_cycle_rises_to_its_own_peak() -> None:
    recipe = replace(RECIPE, again=(4, 0.02))
    assert rate(recipe, 1.999) == pytest.approx(0, abs=1e-6)
    assert rate(recipe, 3) == 0.02
    assert rate(recipe, 6) == pytest.approx(0, abs=1e-12)


def test_sizes_follow_one_another() -> None:
    recipe = Recipe("resnet18", "imagenette", sizes=((2, 96), (1, 128)), peak_rate=0.1, again=(2, 0.01), shown=144)
    assert [recipe.size_in(epoch) for epoch in range(recipe.epochs)] == [96, 96, 128, 128, 128]
    assert recipe.size == 144


def test_photos_are_resized_as_pillow_does() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (1, 3, 160, 160), dtype=np.uint8)
    pillow = Image.fromarray(pixels[0].transpose(1, 2, 0)).resize((128, 128), Image.Resampling.BILINEAR)
    ours = resized(torch.from_numpy(pixels), 128)[0].numpy().transpose(1, 2, 0)
    # Both count in fixed point, along one axis after the other, and round apart.
    np.testing.assert_allclose(ours.astype(int), np.asarray(pillow).astype(int), atol=2)


def test_a_photo_is_varied_within_bounds_and_by_its_seed_alone() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (8, 3, 160, 160), dtype=np.uint8)
    first, again, other = (photos_varied(pixels, 96, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.shape == (8, 3, 96, 96)
    assert 0 <= first.min() < first.max() <= 255
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_digit_stays_on_its_picture() -> None:
    pixels = np.zeros((50, 1, 32, 32), np.uint8)
    pixels[:, :, 6:26, 6:26] = 255
    varied = digits_varied(pixels, 32, np.random.default_rng(0))
    ink = varied.sum(dim=(1, 2, 3)) / (255 * 20 * 20)
    assert varied.shape == (50, 1, 32, 32)
    assert 0.6 < ink.min() < ink.max() < 1.45


def test_lenet_is_fed_as_in_1998() -> None:
    """Section II.B: the background is -0.1 and the ink 1.175."""
    fed = normalized(torch.tensor([0.0, 255.0]).view(1, 1, 1, 2), RECIPE.mean, RECIPE.std)
    torch.testing.assert_close(fed.flatten(), torch.tensor([-0.1, 1.175]))
