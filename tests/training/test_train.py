"""Training: what stops goes on exactly where it was, and only what it was; pictures are varied within bounds."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch, of the extra `training`, is not installed")
pytest.importorskip("tqdm", reason="tqdm, of the extra `training`, is not installed")

import torch
from PIL import Image

from training.cards import onnx_bytes
from training.data import Pictures, digits_varied, normalized, photos_varied, resized
from training.loss import Batch, loss_of
from training.recipes import RECIPES, Recipe
from training.ship import load
from training.train import Run, main, rate, splits

SECOND_RUNS = [name for name, recipe in RECIPES.items() if recipe.after]
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


def test_teachers_have_their_share_of_the_loss() -> None:
    scores, labels = torch.tensor([[2.0, 0.0, -1.0]]), torch.tensor([0])
    lesson = torch.tensor([[0.2, 0.7, 0.1]])
    recipe = replace(RECIPE, taught=0.75, temperature=2.0)
    by_hand = 0.25 * -scores.log_softmax(1)[0, 0] + 0.75 * 4 * -(lesson * (scores / 2).log_softmax(1)).sum()
    torch.testing.assert_close(loss_of(scores, Batch(scores, labels, lesson), recipe), by_hand)


def test_a_run_goes_on_from_an_export_in_which_normalisation_is_folded_away(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (16, 3, 160, 160), dtype=np.uint8)
    photos = Pictures(pixels, np.arange(16) % 10)
    options = {"width": 0.125, "units": 32, "size": 96, "batch_norm": True}
    recipe = Recipe("alexnet", "imagenette", sizes=((1, 96),), peak_rate=0.01, options=options, bfloat16=False)
    first, second = Run(recipe, photos, photos), Run(replace(recipe, seed=1), photos, photos)
    first.epoch()
    first.save(tmp_path)
    card = {"id": "a", "input": {"channels": "RGB", "height": 96, "width": 96}}
    (tmp_path / "a.onnx").write_bytes(onnx_bytes(load(recipe, tmp_path / "checkpoint.pt").network, card))
    second.start_from(tmp_path / "a.onnx")
    fed = normalized(resized(torch.from_numpy(pixels), 96), recipe.mean, recipe.std)
    torch.testing.assert_close(second.average(fed), first.average(fed), rtol=1e-3, atol=1e-5)
    before = second.network.get_parameter("conv1_bn.weight").clone()
    second.epoch()
    assert not torch.equal(second.network.get_parameter("conv1_bn.weight"), before)


def test_a_normalisation_that_the_export_keeps_is_read_back_as_it_is(tmp_path: Path) -> None:
    """ResNet's are called `bn1`, not after a convolution, and stay in the file."""
    photos = Pictures(np.random.default_rng(0).integers(0, 256, (16, 3, 160, 160), dtype=np.uint8), np.arange(16) % 10)
    recipe = Recipe("resnet18", "imagenette", sizes=((1, 64),), peak_rate=0.01, options={"width": 0.125})
    first, second = Run(recipe, photos, photos), Run(replace(recipe, seed=1), photos, photos)
    first.epoch()
    card = {"id": "a", "input": {"channels": "RGB", "height": 64, "width": 64}}
    (tmp_path / "a.onnx").write_bytes(onnx_bytes(first.average, card))
    second.start_from(tmp_path / "a.onnx")
    for name, tensor in first.average.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            torch.testing.assert_close(second.average.state_dict()[name], tensor, rtol=0, atol=0)


def test_an_export_of_something_else_is_no_start(tmp_path: Path, bars: Pictures) -> None:
    network = Run(RECIPE, bars, bars).average
    network.output = torch.nn.Identity()
    content = onnx_bytes(network, {"id": "a", "input": {"channels": "grey", "height": 32, "width": 32}})
    (tmp_path / "a.onnx").write_bytes(content)
    with pytest.raises(ValueError, match=r"has no output\."):
        Run(RECIPE, bars, bars).start_from(tmp_path / "a.onnx")


def test_the_validation_split_can_be_left_alone_until_the_end(bars: Pictures) -> None:
    run = Run(replace(RECIPE, scored="val at the end"), bars, bars)
    run.epoch()
    run.epoch()
    assert [np.isfinite(epoch.val_top1) for epoch in run.curve] == [False, True]


def test_a_tenth_of_the_training_split_can_be_held_out(tmp_path: Path) -> None:
    (tmp_path / "mnist").mkdir()
    digits = np.arange(40, dtype=np.uint8)[:, None, None].repeat(28, 1).repeat(28, 2)
    labels = np.arange(40) % 10
    np.savez(tmp_path / "mnist" / "mnist.npz", x_train=digits, y_train=labels, x_val=digits[:3], y_val=labels[:3])
    train, held_out = splits(replace(RECIPE, scored="held out"), tmp_path, tmp_path)
    assert (len(train.labels), len(held_out.labels)) == (36, 4)
    assert sorted([*train.pixels.max((1, 2, 3)), *held_out.pixels.max((1, 2, 3))]) == list(range(40))
    assert len(splits(RECIPE, tmp_path, tmp_path)[1].labels) == 3


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


@pytest.mark.parametrize("name", SECOND_RUNS)
def test_a_second_run_is_of_the_same_network_on_whole_photos(name: str) -> None:
    recipe = RECIPES[name]
    assert recipe.after is not None
    first = RECIPES[recipe.after]
    assert (recipe.network, recipe.data, recipe.mean, recipe.std) == (first.network, first.data, first.mean, first.std)
    assert recipe.options | {"auxiliary": False} == dict(first.options) | {"auxiliary": False}
    assert recipe.size >= first.size
    assert recipe.peak_rate < first.peak_rate
    assert (recipe.mixup, recipe.cutmix, recipe.label_smoothing, recipe.teachers) == (0, 0, 0, ())


def test_a_second_run_asks_for_the_weights_of_the_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    name = SECOND_RUNS[0]
    monkeypatch.setattr(sys, "argv", ["train", name, "--data", str(tmp_path), "--out", str(tmp_path)])
    with pytest.raises(SystemExit, match=rf"exported file of {RECIPES[name].after}: name it with --weights"):
        main()


def test_a_first_run_takes_no_weights(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "argv", ["train", "lenet5", "--data", str(tmp_path), "--weights", "a.onnx"])
    with pytest.raises(SystemExit, match="random weights"):
        main()
