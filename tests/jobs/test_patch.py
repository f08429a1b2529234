"""Patches: which pixels of the view a cell's receptive field has, and what is beyond the view."""

import numpy as np

from app.jobs.patch import cut_patch, field_window
from app.nets.layer import Box
from app.nets.network import Network

GREY = (9, 9, 9)


def test_the_window_of_an_inner_cell_is_its_receptive_field(network: Network) -> None:
    layer = network.graph.layers[0]  # a convolution of 3 x 3 with stride 2
    window = field_window(layer, 10, 20, (224, 224))
    assert window == network.graph.box(layer.id, 10, 20)
    assert (window.bottom - window.top, window.right - window.left) == (3, 3)


def test_every_cell_of_a_deep_layer_has_the_whole_view(network: Network) -> None:
    assert field_window(network.graph.layers[-1], 0, 0, (224, 224)) == Box(0, 0, 224, 224)


def test_what_is_beyond_the_view_has_the_given_colour() -> None:
    view = np.arange(27, dtype=np.uint8).reshape(3, 3, 3)
    patch = cut_patch(view, Box(-1, 1, 2, 4), GREY)
    assert patch.has_padding
    assert patch.visible == Box(0, 1, 2, 3)
    assert (patch.rgb[0] == GREY).all()
    assert (patch.rgb[:, 2] == GREY).all()
    assert np.array_equal(patch.rgb[1:, :2], view[:2, 1:])
