"""PGD of 10 steps against PyTorch's autograd on the same weights: `python -m benchmarks.experiments.attack`.

It needs the extra `training`. Both programs run alternately; the report has the share of levels that agree at the end.
"""

import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import onnx
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F  # noqa: N812  # its customary name

from app.experiments.attack import STEP, STEPS, Levels, pgd
from app.gradients.differentiable import Differentiable, GradientQuery
from app.gradients.targets import LogOdds
from app.nets.card import InputSpec, read_card
from app.nets.layer import INPUT
from app.nets.network import Network
from app.nets.preprocessing.fit import RGB
from app.nets.preprocessing.tensor import gradient_of_view
from app.nets.preprocessing.view import view_of
from app.nets.runtime import Runtime
from app.work.stop import Stop
from benchmarks.figures import Figure, print_figures
from benchmarks.networks import describe
from benchmarks.photos import SAMPLE
from benchmarks.timing import medians
from training.export import export
from training.nets.mobilenet_v1 import MobileNetV1
from training.nets.resnet import ResNet

THREADS, EPSILON, BAR = 2, 2, 0.8


def ours(graphs: Differentiable, view: RGB, source: int) -> RGB:
    """The view after the attack by a backward graph on onnxruntime, which stays loaded."""
    network = graphs.network

    def ascent(levels: Levels) -> Levels:
        query = GradientQuery(LogOdds(source), (INPUT,))
        gradient = graphs.run(network.input_tensor(levels), query, Stop()).gradients[INPUT][0]
        return -gradient_of_view(gradient, network.card.input)

    return pgd(view, ascent, EPSILON)


def theirs(module: nn.Module, spec: InputSpec, view: RGB, source: int) -> RGB:
    """The view after the same attack by autograd."""
    order = [2, 1, 0] if spec.channels == "BGR" else [0, 1, 2]
    mean, std = (torch.tensor(numbers).reshape(1, 3, 1, 1) for numbers in (spec.mean, spec.std))
    centre = torch.from_numpy(view.astype(np.float32)[..., order]).permute(2, 0, 1).unsqueeze(0)
    low, high = (centre - EPSILON).clamp(0, 255), (centre + EPSILON).clamp(0, 255)
    noise = np.random.default_rng(0).uniform(-EPSILON, EPSILON, view.shape).astype(np.float32)[..., order]
    levels = (centre + torch.from_numpy(noise).permute(2, 0, 1)).clamp(low, high)
    for _ in range(STEPS):
        levels = levels.detach().requires_grad_()
        loss = F.cross_entropy(module((levels * spec.scale - mean) / std), torch.tensor([source]))
        (gradient,) = torch.autograd.grad(loss, levels)
        levels = (levels.detach() + STEP * EPSILON * gradient.sign()).clamp(low, high)
    changed: RGB = levels.round()[0].permute(1, 2, 0).numpy()[..., order].astype(np.uint8)
    return changed


def measure(folder: Path, turns: int) -> Iterator[Figure]:
    """The time of one attack on networks of full size with random weights."""
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    for name, module in (("resnet18", ResNet(18)), ("mobilenet_v1", MobileNetV1())):
        path = folder / f"{name}.onnx"
        onnx.save(export(module.eval(), (3, 224, 224)), path)
        describe(path)
        module.softmax = nn.Identity()
        card = read_card(path.with_suffix(".json"))
        graphs = Differentiable(Network(card, path, (), Runtime("cpu", "cpu", threads=THREADS)))
        view = view_of(np.asarray(Image.open(SAMPLE)), card.input)
        source = int(graphs.network.classify(view, Stop()).logits.argmax())
        mine, other = partial(ours, graphs, view, source), partial(theirs, module, card.input, view, source)
        seconds = medians({"convscope": mine, "theirs": other}, turns, 1)
        same = float((mine() == other()).mean())
        detail = ", ".join(f"{each} {value * 1e3:.0f} ms" for each, value in seconds.items())
        what = f"PGD, {STEPS} steps, {name}"
        yield Figure(what, seconds["convscope"] / seconds["theirs"], BAR, detail=f"{detail}; {same:.0%} agree")


def main(turns: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        return print_figures(measure(Path(folder), turns))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
