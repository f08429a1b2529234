"""One method over every layer, and what a network allows."""

from pathlib import Path

import numpy as np
import pytest

from app.attribution.all_layers import explain_all_layers
from app.attribution.availability import availability
from app.attribution.registry import METHODS
from app.attribution.target import Target
from app.errors import InvalidRequest
from app.nets.network import Network
from tests.attribution.small import Array, explained, network_of, task_of


@pytest.mark.parametrize("method", ["layercam", "eigencam", "ablationcam"])
def test_a_sweep_is_the_method_at_each_layer(dense: Network, tensor: Array, method: str) -> None:
    task = task_of(dense, tensor, Target(2), method)
    found = list(explain_all_layers(task, METHODS[method], METHODS[method].options({})))
    assert [each.layer for each in found] == ["conv", "relu"]
    for each in found:
        alone = explained(dense, tensor, method, Target(2), str(each.layer))
        np.testing.assert_allclose(each.values, alone.values, atol=1e-5)


def test_there_is_no_sweep_of_a_method_without_layers(dense: Network, tensor: Array) -> None:
    with pytest.raises(InvalidRequest):
        next(explain_all_layers(task_of(dense, tensor, Target(2)), METHODS["rise"], {}))


def test_where_an_operator_has_no_gradient_only_what_needs_it_is_off(tmp_path: Path) -> None:
    nodes = "a = Conv (x, w)  r = Round (a)  s = Conv (r, v)  p = GlobalAveragePool (s)  y = Flatten (p)"
    weights = {"w": np.ones((4, 3, 1, 1), np.float32), "v": np.ones((2, 4, 1, 1), np.float32)}
    found = availability(network_of(tmp_path, nodes, weights, 8, 2))
    off = set(found.reasons)
    assert "Round" in found.reasons["saliency"]
    assert {"occlusion", "rise", "scorecam", "ablationcam", "eigencam", "cam", "gradcam"}.isdisjoint(off)
    assert {"saliency", "integrated_gradients", "guided_gradcam"} <= off
