"""Networks that ship and teach a smaller one what each photo looks like to them (Hinton et al. 2015).

Asking a teacher costs more than a step of a small network. So it is asked about some variations of each photo, and its
answers are kept; blended photos get its answers blended (Shen & Xing, "A Fast Knowledge Distillation Framework for
Visual Recognition", ECCV 2022).
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
import torch
from torch import Tensor

from app.nets.card import Card, read_card
from training.cards import MODELS
from training.copies import LABELS
from training.data import Pictures, normalized, resized, save_array, varied_batches
from training.recipes import Recipe

TURNS = 16  # variations of each photo that the teachers see; the epochs take them in turn


class Teacher:
    """One network of `models/`, asked for some of its classes.

    Args:
        model: its id.
        classes: the names of the classes; its scores of all others are left out.
        models: the folder with its file, its card and `labels/`.

    Raises:
        ValueError: it does not have one of the classes, or takes something else than levels of red, green and blue.
    """

    def __init__(self, model: str, classes: Sequence[str], models: Path = MODELS) -> None:
        self.card: Card = read_card(models / f"{model}.json")
        labels = json.loads((models / "labels" / f"{self.card.labels}.json").read_text("utf-8"))
        if (self.card.input.channels, self.card.input.scale) != ("RGB", 1.0):
            raise ValueError(f"{model} takes {self.card.input.channels} at the scale {self.card.input.scale}")
        self.indices = [labels.index(name) for name in classes]
        options = ort.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        providers = ["CPUExecutionProvider"]
        self.session = ort.InferenceSession(str(models / f"{model}.onnx"), options, providers=providers)

    def log_probabilities(self, pictures: Tensor) -> Tensor:
        """Of the classes among themselves, (N, classes).

        Args:
            pictures: (N, 3, H, W), 0 to 255, square; they are resized to what the network takes.
        """
        spec = self.card.input
        sized = resized(pictures, spec.height).float()
        fed = normalized(sized, spec.mean, spec.std).contiguous().numpy()
        # One by one: the maps of more pictures do not fit into a processor's cache, which takes twice as long.
        probabilities = np.concatenate([self.session.run(None, {"input": one[None]})[0] for one in fed])
        chosen = torch.from_numpy(np.log(np.maximum(probabilities[:, self.indices], 1e-12)))
        return chosen.log_softmax(1)


class Lessons:
    """What the teachers of a recipe say of its training photos, asked once for each of `TURNS` variations.

    Args:
        recipe: names the teachers, and the batches in which photos are varied.
        train: what is learnt from.
        cache: a folder for the answers, some 400 kB for each turn and teacher; to be emptied when photos are varied
            in another way.
    """

    def __init__(self, recipe: Recipe, train: Pictures, cache: Path) -> None:
        self.recipe, self.train, self.cache = recipe, train, cache
        self.teachers = [Teacher(model, LABELS[recipe.data]) for model in recipe.teachers]

    def of(self, turn: int) -> Tensor:
        """Their mean probabilities at the recipe's temperature, (photos, classes): the higher it is, the more even."""
        said = [torch.from_numpy(self._answers(teacher, turn)) for teacher in self.teachers]
        return torch.stack([(one / self.recipe.temperature).softmax(1) for one in said]).mean(0)

    def _answers(self, teacher: Teacher, turn: int) -> npt.NDArray[np.float32]:
        asked = f"{self.recipe.data}-{len(self.train.labels)}-{self.recipe.batch}-{self.recipe.seed}-{turn}"
        path = self.cache / f"lesson-{teacher.card.id}-{teacher.card.sha256[:12]}-{asked}.npy"
        if not path.exists():
            answers = np.empty((len(self.train.labels), len(teacher.indices)), np.float32)
            for chosen, pictures in varied_batches(self.train, self.recipe, turn, teacher.card.input.height):
                answers[chosen] = teacher.log_probabilities(pictures).numpy()
            save_array(path, answers)
        kept: npt.NDArray[np.float32] = np.load(path)
        return kept
