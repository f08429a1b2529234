"""The gradient by hand, which the methods are compared with."""

import numpy as np
import pytest

from tests.attribution.conftest import input_gradient, logits_of
from tests.attribution.small import Array


def test_the_gradient_by_hand_is_that_of_central_differences(tensor: Array) -> None:
    step = np.zeros_like(tensor)
    step[1, 3, 4] = 1e-2
    slope = (logits_of(tensor + step)[2] - logits_of(tensor - step)[2]) / 2e-2
    assert input_gradient(tensor)[1, 3, 4] == pytest.approx(slope, abs=1e-3)
