"""One method over every layer."""

import numpy as np
import pytest

from app.attribution.all_layers import explain_all_layers
from app.attribution.registry import METHODS
from app.attribution.target import Target
from app.errors import InvalidRequest
from app.nets.network import Network
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
