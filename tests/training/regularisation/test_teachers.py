"""Teachers: the probabilities of an included network among the classes that are asked for."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from PIL import Image

pytest.importorskip("torch", reason="PyTorch, of the extra `training`, is not installed")

import torch
from torch import Tensor

from app.nets.card import read_card
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import view_of
from training.copies import LABELS
from training.data import Pictures, varied_batches
from training.recipes import Recipe
from training.regularisation.teachers import Lessons, Teacher

ROOT = Path(__file__).parents[3]
CLASSES = LABELS["imagenette"]
RECIPE = Recipe("alexnet", "imagenette", ((1, 96),), 0.01, batch=3, teachers=("alexnet-imagenette",), temperature=1.0)


@pytest.fixture(scope="module")
def photos() -> Tensor:
    """Three samples, at 128x128."""
    files = sorted((ROOT / "static" / "samples").glob("*.jpg"))[:3]
    opened = [np.asarray(Image.open(file).convert("RGB").resize((128, 128))) for file in files]
    return torch.from_numpy(np.stack(opened).transpose(0, 3, 1, 2).copy())


def test_a_network_of_the_same_classes_teaches_its_own_probabilities(photos: Tensor) -> None:
    """As the server prepares and computes them."""
    model = "alexnet-imagenette"
    spec = read_card(ROOT / "models" / f"{model}.json").input
    session = ort.InferenceSession(ROOT / "models" / f"{model}.onnx")
    tensors = np.concatenate([tensor_of(view_of(p.permute(1, 2, 0).numpy(), spec), spec) for p in photos])
    (expected,) = session.run(None, {"input": tensors})
    said = Teacher(model, CLASSES).log_probabilities(photos).exp()
    torch.testing.assert_close(said, torch.from_numpy(expected), rtol=1e-3, atol=1e-5)


def test_the_other_classes_of_a_teacher_do_not_count(photos: Tensor) -> None:
    said = Teacher("efficientnet_lite0", CLASSES).log_probabilities(photos).exp()
    assert said.shape == (3, 10)
    torch.testing.assert_close(said.sum(1), torch.ones(3))


@pytest.fixture(scope="module")
def noise() -> Pictures:
    """Five photos of nothing."""
    return Pictures(np.random.default_rng(0).integers(0, 256, (5, 3, 160, 160), dtype=np.uint8), np.arange(5))


def test_teachers_see_each_photo_as_the_network_does_in_that_turn(noise: Pictures, tmp_path: Path) -> None:
    lessons = Lessons(RECIPE, noise, tmp_path)
    teacher, size = lessons.teachers[0], lessons.teachers[0].card.input.height
    for turn in (0, 3):
        for chosen, pictures in varied_batches(noise, RECIPE, turn, size):
            expected = teacher.log_probabilities(pictures).exp()
            torch.testing.assert_close(lessons.of(turn)[chosen], expected)


def test_a_teacher_is_asked_once(noise: Pictures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Lessons(RECIPE, noise, tmp_path).of(1)
    monkeypatch.delattr(Teacher, "log_probabilities")
    assert torch.equal(Lessons(RECIPE, noise, tmp_path).of(1), first)
    with pytest.raises(AttributeError):
        Lessons(RECIPE, noise, tmp_path).of(2)


def test_a_higher_temperature_evens_the_probabilities_out(noise: Pictures, tmp_path: Path) -> None:
    cold, warm = (Lessons(replace(RECIPE, temperature=t), noise, tmp_path).of(0) for t in (1.0, 4.0))
    assert torch.equal(cold.argmax(1), warm.argmax(1))
    assert (warm.max(1).values < cold.max(1).values).all()


def test_several_teachers_say_their_mean(noise: Pictures, tmp_path: Path) -> None:
    models = ("alexnet-imagenette", "efficientnet_lite0")
    each = torch.stack([Lessons(replace(RECIPE, teachers=(model,)), noise, tmp_path).of(0) for model in models])
    both = Lessons(replace(RECIPE, teachers=models), noise, tmp_path)
    torch.testing.assert_close(both.of(0), each.mean(0))


def test_a_teacher_takes_red_green_and_blue() -> None:
    with pytest.raises(ValueError, match="BGR"):
        Teacher("squeezenet1_1", CLASSES)


def test_a_class_that_the_teacher_does_not_have_is_no_class_to_learn() -> None:
    with pytest.raises(ValueError, match="kangaroo rat"):
        Teacher("efficientnet_lite0", ("tench", "kangaroo rat"))
