"""Shipping: what a checkpoint becomes is read, answers as PyTorch does, tells the truth, and is the same every time."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from PIL import Image

pytest.importorskip("torch", reason="PyTorch, of the extra `training`, is not installed")
pytest.importorskip("tqdm", reason="tqdm, of the extra `training`, is not installed")

import torch

from app.nets.card import read_card
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import view_of
from training.data import Pictures
from training.measure import add_to_card
from training.nets import NETWORKS
from training.recipes import RECIPES
from training.ship import Trained, compare, load, pictures_of, ship, ship_measured
from training.train import Run

ROOT = Path(__file__).parents[2]
FOLDED = {model for model, recipe in RECIPES.items() if recipe.options.get("batch_norm")}


@pytest.fixture
def models(tmp_path: Path) -> Path:
    (tmp_path / "labels").mkdir()
    for name in ("originals", "efficientnet_lite0.json"):
        (tmp_path / name).symlink_to(ROOT / "models" / name)
    return tmp_path


def pictures(model: str) -> Pictures:
    """Four samples as the data sets have them: 160x160 RGB, 28x28 grey."""
    size, mode = (28, "L") if RECIPES[model].data == "mnist" else (160, "RGB")
    files = sorted((ROOT / "static" / "samples").glob("*.jpg"))[:4]
    opened = [np.asarray(Image.open(file).convert(mode).resize((size, size))) for file in files]
    return Pictures(np.stack([np.atleast_3d(pixels).transpose(2, 0, 1) for pixels in opened]), np.zeros(4, np.int64))


def trained(model: str, folder: Path, epochs: int | None = None) -> Trained:
    """What a run leaves behind, its weights those that it began with."""
    recipe = RECIPES[model]
    run = Run(recipe, pictures(model), pictures(model))
    state = run.state() | {"curve": [{}] * (recipe.epochs if epochs is None else epochs)}
    torch.save(state, folder / "checkpoint.pt")
    return load(recipe, folder / "checkpoint.pt")


@pytest.mark.parametrize("model", RECIPES)
def test_a_run_becomes_a_network_with_a_card(model: str, models: Path) -> None:
    path = ship(model, trained(model, models), pictures(model), models)
    card = read_card(path.with_suffix(".json"))
    assert card.id == model
    assert not [note for note in card.notes if note.startswith("Training is not finished")]
    operators = {node.op_type for node in onnx.load(path).graph.node}
    assert ("BatchNormalization" in operators) == (model not in FOLDED | {"lenet5"})


def test_the_same_checkpoint_gives_the_same_bytes(models: Path) -> None:
    first = ship("alexnet-imagenette", trained("alexnet-imagenette", models), pictures("alexnet-imagenette"), models)
    content, card = first.read_bytes(), first.with_suffix(".json").read_bytes()
    again = ship("alexnet-imagenette", trained("alexnet-imagenette", models), pictures("alexnet-imagenette"), models)
    assert (again.read_bytes(), again.with_suffix(".json").read_bytes()) == (content, card)


def test_an_unfinished_run_says_so(models: Path) -> None:
    path = ship("lenet5", trained("lenet5", models, epochs=12), pictures("lenet5"), models)
    assert read_card(path.with_suffix(".json")).notes[0] == "Training is not finished: epoch 12 of 40."


def test_a_copy_says_what_it_is_a_copy_of(models: Path) -> None:
    path = ship("resnet18-imagenette", trained("resnet18-imagenette", models), pictures("resnet18-imagenette"), models)
    card = read_card(path.with_suffix(".json"))
    assert (card.name, card.family, card.year) == ("ResNet-18, half width, ten classes", "ResNet", 2015)
    (narrower,) = [note for note in card.notes if note.startswith("A narrower copy: 2,8")]
    assert "11,689,512 parameters and 1,814 million multiply-accumulates at 224x224" in narrower
    assert "its authors report top-1 72.12 %" in narrower


def test_a_taught_network_names_its_teacher_and_both_runs(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = replace(RECIPES["resnet18-imagenette-first"], scored="val", teachers=())
    taught = {"teachers": ("efficientnet_lite0",), "taught": 0.8, "temperature": 2.0, "scored": "val at the end"}
    monkeypatch.setitem(RECIPES, "first", replace(first, sizes=((16, 96), (24, 128))))
    monkeypatch.setitem(RECIPES, "resnet18-imagenette", replace(first, sizes=((12, 128),), after="first", **taught))
    path = ship("resnet18-imagenette", trained("resnet18-imagenette", models), pictures("resnet18-imagenette"), models)
    card = read_card(path.with_suffix(".json"))
    assert "Epochs: 12 at 128x128 pixels. Photos were blended by mixup" in card.notes[0]
    assert "mixup (alpha 0.2) or CutMix (alpha 1)." in card.notes[0]
    assert card.notes[1].startswith("It started from the weights of an earlier run.")
    assert "Epochs: 16 at 96x96 pixels, then 24 at 128x128 pixels" in card.notes[1]
    assert "80 % of the loss compares its probabilities with those of EfficientNet-Lite0" in card.notes[0]
    assert "Distillation" not in "".join(card.notes[1:])
    assert "scored once at the end of this one" in str(card.accuracy[0].by)


def test_a_network_names_the_teacher_of_its_first_run(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = RECIPES["resnet18-imagenette-first"]
    monkeypatch.setitem(RECIPES, "first", first)
    second = replace(first, sizes=((4, 128),), after="first", teachers=(), taught=0.0)
    monkeypatch.setitem(RECIPES, "resnet18-imagenette", second)
    path = ship("resnet18-imagenette", trained("resnet18-imagenette", models), pictures("resnet18-imagenette"), models)
    notes = read_card(path.with_suffix(".json")).notes
    assert "Epochs: 24 at 96x96 pixels, then 36 at 128x128 pixels. Photos were blended" in notes[1]
    assert "50 % of the loss compares its probabilities with those of EfficientNet-Lite0" in notes[1]
    assert "Distillation" not in "".join([notes[0], *notes[2:]])


def test_the_figure_is_that_of_the_file(models: Path) -> None:
    """Labels of which the network gets three of four right, by its file and nothing of ours but the view."""
    split = pictures("lenet5")
    path = ship("lenet5", trained("lenet5", models), split, models)
    spec, session = read_card(path.with_suffix(".json")).input, ort.InferenceSession(path)
    tensors = [tensor_of(view_of(picture, spec), spec) for picture in pictures_of(split)]
    found = np.array([session.run(None, {"input": tensor})[0].argmax() for tensor in tensors])
    found[0] = (found[0] + 1) % 10
    path = ship("lenet5", trained("lenet5", models), replace(split, labels=found), models)
    (accuracy,) = read_card(path.with_suffix(".json")).accuracy
    assert (accuracy.top1, accuracy.images) == (75.0, 4)


def test_what_onnxruntime_computes_otherwise_does_not_ship(models: Path) -> None:
    path = ship("lenet5", trained("lenet5", models), pictures("lenet5"), models)
    torch.manual_seed(1)
    tensors = np.random.default_rng(0).random((2, 1, 32, 32), np.float32)
    with pytest.raises(ValueError, match="differ by"):
        compare(NETWORKS["lenet5"](classes=10).eval(), ort.InferenceSession(path), tensors)


def test_the_averaged_weights_ship(tmp_path: Path) -> None:
    run = Run(RECIPES["lenet5"], pictures("lenet5"), pictures("lenet5"))
    run.average.get_parameter("output.bias").fill_(0.5)
    run.save(tmp_path)
    shipped = load(RECIPES["lenet5"], tmp_path / "checkpoint.pt")
    assert shipped.network.get_parameter("output.bias").tolist() == [0.5] * 10
    assert not shipped.network.training


def test_a_run_of_another_recipe_does_not_ship(tmp_path: Path) -> None:
    state = {"recipe": asdict(replace(RECIPES["lenet5"], seed=1))}
    torch.save(state, tmp_path / "checkpoint.pt")
    with pytest.raises(ValueError, match="another recipe"):
        load(RECIPES["lenet5"], tmp_path / "checkpoint.pt")


def test_the_folder_gets_a_network_when_all_of_it_is_measured(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write_limit(model: str, data: Path, folder: Path) -> None:
        add_to_card(folder / f"{model}.json", {"energy_limit": 1.5})

    def fail(*_: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr("training.ship.write_limit", write_limit)
    monkeypatch.setattr("training.ship.write_calibration", fail)
    before = sorted(models.rglob("*"))
    with pytest.raises(FileNotFoundError):
        ship_measured("lenet5", trained("lenet5", models), pictures("lenet5"), models, models)
    assert sorted(models.rglob("*")) == sorted([*before, models / "checkpoint.pt"])
    monkeypatch.setattr("training.ship.write_calibration", lambda *_: None)
    path = ship_measured("lenet5", trained("lenet5", models), pictures("lenet5"), models, models)
    card = read_card(path.with_suffix(".json"))
    assert (path.parent, card.bytes, card.energy_limit) == (models, path.stat().st_size, 1.5)
    assert (models / "labels" / f"{card.labels}.json").exists()
    assert list(models.glob(".shipping-*")) == []
