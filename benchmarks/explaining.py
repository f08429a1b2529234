"""Explanations against pytorch-grad-cam, Captum and autograd, the same weights: `python -m benchmarks.explaining`.

It needs the extras `training` and `comparison`. Both programs run alternately, after a check that they agree.
"""

import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch
from torch import nn

from app.attribution.explain import explain, resolve_layer
from app.attribution.registry import METHODS
from app.attribution.target import Target
from app.attribution.task import AttributionTask
from app.engine.engine import Engine
from app.gradients.differentiable import Differentiable
from app.nets.network import Network
from app.settings import read_settings
from app.work.stop import Stop
from benchmarks.comparison import imported
from benchmarks.figures import Figure, print_figures
from benchmarks.hooks import modules
from benchmarks.networks import describe, write_vgg16
from benchmarks.timing import medians
from training.export import export
from training.nets.resnet import ResNet

TARGET, WINDOW, STRIDE = 7, 56, 28
CLOSE = 1e-4  # of a map's largest magnitude
ALIKE = 1e-2  # of Score-CAM's: pytorch-grad-cam enlarges its masks with aligned corners
Array = npt.NDArray[np.float32]
MEMORY = """
import re, sys, threading, time
from pathlib import Path
import numpy as np
from benchmarks.explaining import ours
from app.engine.engine import Engine
from app.settings import read_settings
from app.work.stop import Stop

network = Engine(read_settings(models_dir=Path(sys.argv[1]), data_dir=Path(sys.argv[1]) / "m")).network("vgg16-random")
tensor = np.random.default_rng(0).standard_normal((3, 224, 224), dtype=np.float32)
explained = ours(network, tensor)
resident = lambda: int(re.search(r"RssAnon:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) * 1024
network.classify(np.zeros((224, 224, 3), np.uint8), Stop())
before, highest, done = resident(), [0], threading.Event()
def watch():
    while not done.wait(0.002):
        highest[0] = max(highest[0], resident())
thread = threading.Thread(target=watch)
thread.start()
explained(sys.argv[2])
done.set()
thread.join()
print(highest[0] - before, network.graph.activation_bytes)
"""


def ours(network: Network, tensor: Array) -> Callable[..., Array]:
    """A function that explains an input by a method's name; its backward graphs stay loaded."""
    differentiable, target = Differentiable(network), Target(TARGET)

    def explained(name: str, layer: str = "", **given: str) -> Array:
        method = METHODS[name]
        chosen = resolve_layer(network, method, target, layer)
        task = AttributionTask(network, differentiable, tensor, target, chosen, Stop())
        return explain(task, method, method.options(given)).values

    return explained


def measure(folder: Path, module: nn.Module, turns: int) -> Iterator[Figure]:
    """Every figure of the report; `module` is the ResNet of the folder."""
    engine = Engine(read_settings(models_dir=folder, data_dir=folder / "data"))
    tensor = np.random.default_rng(0).standard_normal((3, 224, 224), dtype=np.float32)
    resnet = engine.network("resnet18-random")
    yield from _gradcam(resnet, module, "conv5_2.relu2", tensor, turns)
    yield from _against_captum(resnet, module, tensor, turns)
    yield from _gradient(resnet, module, tensor, turns)
    yield from _scorecam(resnet, module, "conv5_2.relu2", tensor)
    vgg = modules(onnx.load(folder / "vgg16-random.onnx"))
    vgg.softmax = nn.Identity()
    yield from _gradcam(engine.network("vgg16-random"), vgg, "relu5_3", tensor, turns)
    for method in ("gradcam", "saliency"):
        yield _memory(folder, method)
    engine.close(1)


def _gradcam(network: Network, module: nn.Module, layer: str, tensor: Array, turns: int) -> Iterator[Figure]:
    cam = imported("pytorch_grad_cam").GradCAM(module, [module.get_submodule(layer)])
    batch, explained = torch.from_numpy(tensor[np.newaxis]), ours(network, tensor)
    theirs = partial(cam, batch, [_their_target()])
    mine = partial(explained, "gradcam", layer, sign="positive")
    difference = _checked(np.abs(_scaled(mine()) - theirs()[0]).max())
    yield _figure(f"Grad-CAM, {network.id}", mine, theirs, 0.8, turns, difference)
    cam.activations_and_grads.release()


def _against_captum(network: Network, module: nn.Module, tensor: Array, turns: int) -> Iterator[Figure]:
    captum = imported("captum.attr")
    batch, explained = torch.from_numpy(tensor[np.newaxis]), ours(network, tensor)
    gradients = partial(captum.IntegratedGradients(module).attribute, batch, target=TARGET, n_steps=50)
    mine = partial(explained, "integrated_gradients", steps="50")
    batches = partial(gradients, internal_batch_size=10)  # the comparison is with the faster of the two
    difference = _relative(mine(), gradients().detach().numpy()[0].sum(axis=0))
    fastest = min((gradients, batches), key=lambda each: medians({"one": each}, 1, 1)["one"])
    yield _figure("integrated gradients, 50 steps", mine, fastest, 0.8, turns, difference)
    sizes = {"sliding_window_shapes": (3, WINDOW, WINDOW), "strides": (3, STRIDE, STRIDE)}
    occlusion = partial(
        captum.Occlusion(module).attribute, batch, target=TARGET, baselines=0, perturbations_per_eval=16, **sizes
    )
    occluded = partial(explained, "occlusion", window=str(WINDOW), stride=str(STRIDE))
    difference = _relative(occluded(), occlusion().detach().numpy()[0, 0])
    yield _figure("occlusion", occluded, occlusion, 0.8, turns, difference)


def _gradient(network: Network, module: nn.Module, tensor: Array, turns: int) -> Iterator[Figure]:
    explained = ours(network, tensor)

    def autograd() -> Array:
        batch = torch.from_numpy(tensor[np.newaxis]).requires_grad_()
        module(batch)[0, TARGET].backward(inputs=[batch])
        assert batch.grad is not None
        return np.asarray(batch.grad.numpy()[0])

    mine = partial(explained, "saliency", colours="sum")
    yield _figure("input gradient", mine, autograd, 0.9, turns, _relative(mine(), autograd().sum(axis=0)))


def _scorecam(network: Network, module: nn.Module, layer: str, tensor: Array) -> Iterator[Figure]:
    cam = imported("pytorch_grad_cam").ScoreCAM(module, [module.get_submodule(layer)])
    theirs = partial(cam, torch.from_numpy(tensor[np.newaxis]), [_their_target()])
    mine = partial(ours(network, tensor), "scorecam", layer, sign="positive")
    difference = _checked(np.abs(_scaled(mine()) - theirs()[0]).max(), ALIKE)
    yield _figure("Score-CAM", mine, theirs, 0.8, 1, difference)


def _their_target() -> Any:
    return imported("pytorch_grad_cam.utils.model_targets").ClassifierOutputTarget(TARGET)


def _figure(
    what: str, mine: Callable[[], object], theirs: Callable[[], object], bar: float, turns: int, difference: float
) -> Figure:
    seconds = medians({"convscope": mine, "theirs": theirs}, turns, 1)
    detail = ", ".join(f"{name} {value * 1e3:.0f} ms" for name, value in seconds.items())
    return Figure(what, seconds["convscope"] / seconds["theirs"], bar, detail=f"{detail}; differ by {difference:.0e}")


def _memory(folder: Path, method: str) -> Figure:
    """Anonymous memory: the weights are mapped from the file and do not count."""
    output = subprocess.run([sys.executable, "-c", MEMORY, folder, method], capture_output=True, text=True, check=True)
    extra, activations = map(int, output.stdout.split())
    detail = f"{extra / 1e6:.0f} MB for {activations / 1e6:.0f} MB"
    return Figure(f"extra memory / activations, VGG-16, {method}", extra / activations, 1.5, detail=detail)


def _scaled(values: Array) -> Array:
    return np.asarray((values - values.min()) / (values.max() - values.min()))


def _relative(values: Array, expected: Array) -> float:
    return _checked(np.abs(values - expected).max() / np.abs(expected).max())


def _checked(difference: float, limit: float = CLOSE) -> float:
    """The difference of both maps; raises ValueError if it is too large for their times to be compared."""
    if not difference <= limit:  # NaN is neither
        raise ValueError(f"The maps differ by {difference:.0e}.")
    return float(difference)


def write_networks(folder: Path) -> nn.Module:
    """ResNet-18 and VGG-16 of full size with random weights; returns the ResNet, without its softmax."""
    write_vgg16(folder)
    torch.manual_seed(0)
    module = ResNet(18).eval()
    onnx.save(export(module, (3, 224, 224)), folder / "resnet18-random.onnx")
    describe(folder / "resnet18-random.onnx")
    module.softmax = nn.Identity()
    return module


def main(turns: int) -> int:
    with tempfile.TemporaryDirectory() as name, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = write_networks(Path(name))
        return print_figures(measure(Path(name), module, turns))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
