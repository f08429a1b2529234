"""Which methods can explain a network."""

from pathlib import Path

import numpy as np

from app.attribution.availability import availability
from app.attribution.registry import METHODS
from app.nets.card import read_card
from app.nets.network import Network
from app.nets.runtime import Runtime
from tests.attribution.small import network_of
from tests.nets.models_folder import place
from tests.nets.onnx_text import parse_network


def test_an_operator_without_a_gradient_disables_only_the_methods_that_need_it(tmp_path: Path) -> None:
    nodes = "a = Conv (x, w)  r = Hardmax (a)  s = Conv (r, v)  p = GlobalAveragePool (s)  y = Flatten (p)"
    weights = {"w": np.ones((4, 3, 1, 1), np.float32), "v": np.ones((2, 4, 1, 1), np.float32)}
    found = availability(network_of(tmp_path, nodes, weights, 8, 2))
    off = set(found.reasons)
    assert "Hardmax" in found.reasons["saliency"]
    assert {"occlusion", "rise", "scorecam", "ablationcam", "eigencam", "cam", "gradcam"}.isdisjoint(off)
    assert {"saliency", "integrated_gradients", "guided_gradcam"} <= off


def test_a_network_that_computes_in_float16_has_gradients(tmp_path: Path) -> None:
    nodes = "h = Cast <to = 10> (x)  a = Conv (h, w)  p = GlobalAveragePool (a)  f = Flatten (p)  y = Cast <to = 1> (f)"
    network = network_of(tmp_path, nodes, {"w": np.ones((2, 3, 1, 1), np.float16)}, 8, 2)
    assert {"saliency", "gradcam", "occlusion", "scorecam"}.isdisjoint(availability(network).reasons)


def test_an_input_without_floats_disables_all(tmp_path: Path) -> None:
    model = parse_network("f = Cast <to = 1> (x)  g = GlobalAveragePool (f)  y = Flatten (g)", x="uint8[1, 3, 8, 8]")
    path = place(tmp_path, "levels", model, ["a", "b", "c"])
    network = Network(read_card(path.with_suffix(".json")), path, ("a", "b", "c"), Runtime("cpu", "cpu", 1))
    reasons = availability(network).reasons
    assert reasons.keys() == METHODS.keys()
    assert all("is uint8" in reason for name, reason in reasons.items() if name != "cam")  # which misses a layer too
