"""CAM reads the weights of the linear head."""

import numpy as np
import pytest

from app.attribution.target import Target
from app.errors import NotAvailable
from app.nets.network import Network
from tests.attribution.conftest import POOLED, SIDE
from tests.attribution.small import Array, explained

CLASS = Target(2)


def test_cam_reads_the_linear_layers_weights(pooled: Network, tensor: Array, maps: Array) -> None:
    found = explained(pooled, tensor, "cam", CLASS)
    np.testing.assert_allclose(found.values, np.einsum("c,chw->hw", POOLED["v"][2], maps), atol=1e-5)


def test_cam_and_gradcam_agree_where_both_are_available(pooled: Network, tensor: Array) -> None:
    cam, gradcam = (explained(pooled, tensor, method, CLASS).values for method in ("cam", "gradcam"))
    np.testing.assert_allclose(cam / SIDE**2, gradcam, atol=1e-6)


def test_cam_refuses_another_head(dense: Network, tensor: Array) -> None:
    with pytest.raises(NotAvailable, match="Grad-CAM"):
        explained(dense, tensor, "cam", CLASS)
