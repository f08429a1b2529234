"""Networks that ship and teach a smaller one what each photo looks like to them (Hinton et al. 2015)."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch
from torch import Tensor

from app.nets.card import Card, read_card
from training.cards import MODELS
from training.data import normalized, resized


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


def lesson(teachers: Sequence[Teacher], pictures: Tensor, temperature: float) -> Tensor:
    """The mean of what the teachers say at a temperature, (N, classes): the higher it is, the more they hesitate."""
    said = [(teacher.log_probabilities(pictures) / temperature).softmax(1) for teacher in teachers]
    return torch.stack(said).mean(0)
