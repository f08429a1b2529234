"""FGSM and PGD by PyTorch's autograd on the same weights: the same class is reached, with the same epsilon."""

from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import pytest

pytest.importorskip("torch", reason="PyTorch, of the extra `training`, is not installed")

import torch
from PIL import Image
from torch.nn import functional as F  # noqa: N812  # its customary name

from app.experiments.attack import AttackGoal, AttackMethod, AttackTask, best_class, run_attack
from app.gradients.differentiable import Differentiable
from app.nets.card import read_card
from app.nets.network import Network
from app.nets.preprocessing.view import view_of
from app.nets.runtime import Runtime
from app.work.stop import Stop
from tests.training.gradients.in_torch import InTorch

ROOT = Path(__file__).parents[3]
View = npt.NDArray[np.uint8]


class Reference:
    """The attacks as their papers write them, on the levels of a view as a tensor (3, H, W)."""

    def __init__(self, path: Path) -> None:
        self.spec = read_card(path.with_suffix(".json")).input
        model = onnx.load(path)
        softmax = model.graph.node.pop()
        assert softmax.op_type == "Softmax"
        model.graph.output[0].name = softmax.input[0]
        self.network = InTorch(model, "exact", {})

    def logits(self, levels: torch.Tensor) -> torch.Tensor:
        mean, std = (torch.tensor(numbers).double().reshape(3, 1, 1) for numbers in (self.spec.mean, self.spec.std))
        levels = levels.flip(0) if self.spec.channels == "BGR" else levels
        return self.network(((levels * self.spec.scale - mean) / std).unsqueeze(0)).reshape(1, -1)

    def ascent(self, levels: torch.Tensor, goal: AttackGoal) -> torch.Tensor:
        """The sign of the gradient of the loss, or of minus the loss of the class to reach."""
        there = levels.clone().requires_grad_()
        loss = F.cross_entropy(self.logits(there), torch.tensor([goal.source if goal.target is None else goal.target]))
        (gradient,) = torch.autograd.grad(loss, there)
        return gradient.sign() * (1 if goal.target is None else -1)

    def attacked(self, view: View, method: AttackMethod, goal: AttackGoal, epsilon: int) -> int:
        """The class that is predicted after an attack with this epsilon."""
        levels = torch.from_numpy(view.copy()).double().permute(2, 0, 1)
        low, high = (levels - epsilon).clamp(0, 255), (levels + epsilon).clamp(0, 255)
        if method == "fgsm":
            changed = (levels + epsilon * self.ascent(levels, goal)).clamp(0, 255)
        else:
            noise = np.random.default_rng(0).uniform(-epsilon, epsilon, view.shape)
            changed = (levels + torch.from_numpy(noise).permute(2, 0, 1)).clamp(low, high)
            for _ in range(10):
                changed = (changed + 0.25 * epsilon * self.ascent(changed, goal)).clamp(low, high)
        return int(self.logits(changed.round()).argmax())


@pytest.mark.parametrize(("method", "target"), [("fgsm", None), ("pgd", None), ("pgd", 3)])
@pytest.mark.parametrize("model", ["resnet18-imagenette", "squeezenet1_1"])
@pytest.mark.parametrize("photo", ["cat", "coffee"])
def test_attacks_reach_what_autograd_reaches(model: str, photo: str, method: AttackMethod, target: int | None) -> None:
    path = ROOT / "models" / f"{model}.onnx"
    network = Network(read_card(path.with_suffix(".json")), path, (), Runtime("cpu", "cpu", threads=2))
    view = view_of(np.asarray(Image.open(ROOT / "static" / "samples" / f"{photo}.jpg")), network.card.input)
    classify = partial(network.classify, stop=Stop())
    attack = run_attack(AttackTask(Differentiable(network), view, method, target, classify, Stop()))
    reference = Reference(path)
    assert reference.attacked(view, method, attack.goal, attack.epsilon) == best_class(attack.after)
    if attack.is_successful and attack.epsilon > 1:
        less = reference.attacked(view, method, attack.goal, attack.epsilon - 1)
        assert less != target if target is not None else less == attack.goal.source
