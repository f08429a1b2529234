"""One method over every layer."""

from pathlib import Path

import numpy as np
import pytest

from app.attribution.all_layers import explain_all_layers
from app.attribution.registry import METHODS
from app.attribution.target import Target
from app.errors import InvalidRequest, NonFinite
from app.nets.network import Network
from tests.attribution.conftest import overflowing
from tests.attribution.small import Array, explained, task_of


@pytest.mark.parametrize("method", ["layercam", "eigencam", "ablationcam"])
def test_it_is_the_method_at_each_layer(dense: Network, tensor: Array, method: str) -> None:
    task = task_of(dense, tensor, Target(2), method)
    found = list(explain_all_layers(task, METHODS[method], METHODS[method].options({})))
    assert [each.layer for each in found] == ["conv", "relu"]
    for each in found:
        alone = explained(dense, tensor, method, Target(2), str(each.layer))
        np.testing.assert_allclose(each.values, alone.values, atol=1e-5)


def test_a_method_without_layers_is_refused(dense: Network, tensor: Array) -> None:
    with pytest.raises(InvalidRequest):
        next(explain_all_layers(task_of(dense, tensor, Target(2)), METHODS["rise"], {}))


def test_values_that_overflow_are_an_error(tmp_path: Path, tensor: Array) -> None:
    task = task_of(overflowing(tmp_path, 3e38), 10 * tensor, Target(2), "gradcam")
    with pytest.raises(NonFinite):
        list(explain_all_layers(task, METHODS["gradcam"], METHODS["gradcam"].options({})))
