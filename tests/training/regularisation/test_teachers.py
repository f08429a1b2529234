"""Teachers: the probabilities of an included network among the classes that are asked for."""

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
from training.regularisation.teachers import Teacher, lesson

ROOT = Path(__file__).parents[3]
CLASSES = LABELS["imagenette"]


@pytest.fixture(scope="module")
def photos() -> Tensor:
    """Three samples, at 128x128."""
    files = sorted((ROOT / "static" / "samples").glob("*.jpg"))[:3]
    opened = [np.asarray(Image.open(file).convert("RGB").resize((128, 128))) for file in files]
    return torch.from_numpy(np.stack(opened).transpose(0, 3, 1, 2).copy())


def test_a_network_of_the_same_classes_teaches_its_own_probabilities(photos: Tensor) -> None:
    """As the server prepares and computes them, at temperature 1."""
    model = "resnet18-imagenette"
    spec = read_card(ROOT / "models" / f"{model}.json").input
    session = ort.InferenceSession(ROOT / "models" / f"{model}.onnx")
    tensors = np.concatenate([tensor_of(view_of(p.permute(1, 2, 0).numpy(), spec), spec) for p in photos])
    (expected,) = session.run(None, {"input": tensors})
    torch.testing.assert_close(
        lesson([Teacher(model, CLASSES)], photos, 1.0), torch.from_numpy(expected), rtol=1e-3, atol=1e-5
    )


def test_the_other_classes_of_a_teacher_do_not_count(photos: Tensor) -> None:
    said = lesson([Teacher("efficientnet_lite0", CLASSES)], photos, 1.0)
    assert said.shape == (3, 10)
    torch.testing.assert_close(said.sum(1), torch.ones(3))


def test_a_higher_temperature_evens_the_probabilities_out(photos: Tensor) -> None:
    teachers = [Teacher("resnet18-imagenette", CLASSES)]
    cold, warm = (lesson(teachers, photos, temperature) for temperature in (1.0, 4.0))
    assert torch.equal(cold.argmax(1), warm.argmax(1))
    assert (warm.max(1).values < cold.max(1).values).all()


def test_several_teachers_say_their_mean(photos: Tensor) -> None:
    teachers = [Teacher(model, CLASSES) for model in ("resnet18-imagenette", "efficientnet_lite0")]
    each = torch.stack([lesson([teacher], photos, 2.0) for teacher in teachers])
    torch.testing.assert_close(lesson(teachers, photos, 2.0), each.mean(0))


def test_a_teacher_takes_red_green_and_blue() -> None:
    with pytest.raises(ValueError, match="BGR"):
        Teacher("squeezenet1_1", CLASSES)


def test_a_class_that_the_teacher_does_not_have_is_no_class_to_learn() -> None:
    with pytest.raises(ValueError, match="kangaroo rat"):
        Teacher("efficientnet_lite0", ("tench", "kangaroo rat"))
