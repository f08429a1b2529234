"""Which methods can explain a network."""

from pathlib import Path

import numpy as np

from app.attribution.availability import availability
from tests.attribution.small import network_of


def test_an_operator_without_a_gradient_disables_only_the_methods_that_need_it(tmp_path: Path) -> None:
    nodes = "a = Conv (x, w)  r = Round (a)  s = Conv (r, v)  p = GlobalAveragePool (s)  y = Flatten (p)"
    weights = {"w": np.ones((4, 3, 1, 1), np.float32), "v": np.ones((2, 4, 1, 1), np.float32)}
    found = availability(network_of(tmp_path, nodes, weights, 8, 2))
    off = set(found.reasons)
    assert "Round" in found.reasons["saliency"]
    assert {"occlusion", "rise", "scorecam", "ablationcam", "eigencam", "cam", "gradcam"}.isdisjoint(off)
    assert {"saliency", "integrated_gradients", "guided_gradcam"} <= off
