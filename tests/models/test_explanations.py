"""Explanations of real photos by the shipped networks: the maps cover the objects, and add up."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.attribution.registry import METHODS
from app.attribution.target import Target
from app.nets.card import read_card
from app.nets.network import Network
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import view_of
from app.nets.runtime import Runtime
from app.nets.taps import expose_outputs
from app.work.stop import Stop
from tests.attribution.small import Array, explained

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
LABELS = tuple(str(number) for number in range(1000))
EGYPTIAN_CAT, CRATE = 285, 519


@cache
def prepared(model: str, photo: str) -> tuple[Network, Array, int]:
    """A network, its input tensor for a photo, and its best class."""
    card = read_card(ROOT / "models" / f"{model}.json")
    network = Network(card, ROOT / "models" / f"{model}.onnx", LABELS, Runtime("cpu", "cpu", threads=2))
    view = view_of(np.asarray(Image.open(ROOT / "static" / "samples" / f"{photo}.jpg")), card.input)
    tensor: Array = tensor_of(view, card.input)[0]
    return network, tensor, int(network.classify(view, Stop()).logits.argmax())


@pytest.mark.parametrize("method", ["gradcam", "layercam", "eigencam", "guided_backprop"])
@pytest.mark.parametrize(
    ("model", "photo", "box"),  # top, bottom, left and right of what the class means in the view, measured by eye
    [
        ("efficientnet_lite0", "coffee", (0, 134, 28, 186)),
        ("efficientnet_lite0", "palace", (0, 224, 0, 130)),
        ("squeezenet1_1", "cat", (0, 227, 0, 185)),
    ],
)
def test_the_map_falls_on_what_the_class_means(
    model: str, photo: str, box: tuple[int, int, int, int], method: str
) -> None:
    network, tensor, best = prepared(model, photo)
    values = explained(network, tensor, method, Target(best)).values
    positive = np.abs(values) if METHODS[method].ranks_by_magnitude else np.maximum(values, 0)
    top, bottom, left, right = box
    share = positive[top:bottom, left:right].sum() / positive.sum()
    area = (bottom - top) * (right - left) / positive.size
    assert share > area + 0.2 * (1 - area)


def test_what_speaks_for_the_cat_is_not_what_speaks_for_another_class() -> None:
    network, tensor, _ = prepared("squeezenet1_1", "cat")
    cat, crate = (explained(network, tensor, "gradcam", Target(index)).values for index in (EGYPTIAN_CAT, CRATE))
    assert np.corrcoef(cat.ravel(), crate.ravel())[0, 1] < 0.5


def test_integrated_gradients_are_complete_on_a_real_network() -> None:
    network, tensor, best = prepared("resnet18-imagenette", "cat")
    found = explained(network, tensor, "integrated_gradients", Target(best), steps="64").figures
    assert abs(found["gap"]) < 0.03 * abs(found["score_change"])
    assert found["score_change"] == pytest.approx(
        logit(network, tensor, best) - logit(network, 0 * tensor, best), abs=1e-3
    )


def test_hirescam_and_cam_agree_with_gradcam_on_a_network_that_pools() -> None:
    network, tensor, best = prepared("squeezenet1_1", "cat")
    gradcam, hirescam, cam = (
        explained(network, tensor, method, Target(best)).values for method in ("gradcam", "hirescam", "cam")
    )
    np.testing.assert_allclose(hirescam, gradcam, atol=1e-5)
    np.testing.assert_allclose(cam / 13**2, gradcam, atol=1e-5)


def logit(network: Network, tensor: Array, index: int) -> float:
    """A class's logit by onnxruntime alone."""
    name = network.graph.logits.output
    answer = network.open(expose_outputs(network.model, [name])).run(
        {network.graph.input.name: tensor[np.newaxis]}, Stop()
    )
    return float(answer[name].reshape(-1)[index])
