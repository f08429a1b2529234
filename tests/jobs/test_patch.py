"""Patches: which pixels of the view a cell's receptive field has, and what is beyond the view."""

from types import SimpleNamespace
from typing import Any

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


def test_a_window_is_in_whole_pixels_and_no_longer_than_the_view() -> None:
    field: Any = SimpleNamespace(offset=(-1.5, 0.5), step=(2, 2), size=(3, 8))
    layer: Any = SimpleNamespace(receptive_field=field)
    assert field_window(layer, 2, 1, (8, 10)) == Box(2, 2, 6, 11)  # 2.5 to 5.5, and 2.5 to 10.5
    assert field_window(layer, 2, 1, (8, 9)) == Box(2, 0, 6, 9)
    assert field_window(layer, 2, 1, (4, 10)) == Box(0, 2, 4, 11)


def test_a_patch_may_be_beyond_the_view_on_every_side() -> None:
    view = np.arange(27, dtype=np.uint8).reshape(3, 3, 3)
    patch = cut_patch(view, Box(-2, -1, 5, 6), GREY)
    assert patch.visible == Box(0, 0, 3, 3)
    assert np.array_equal(patch.rgb[2:5, 1:4], view)
    assert (patch.rgb == GREY).all(axis=2).sum() == 7 * 7 - 9
    assert not cut_patch(view, Box(0, 0, 3, 3), GREY).has_padding


def test_what_is_beyond_the_view_has_the_given_colour() -> None:
    view = np.arange(27, dtype=np.uint8).reshape(3, 3, 3)
    patch = cut_patch(view, Box(-1, 1, 2, 4), GREY)
    assert patch.has_padding
    assert patch.visible == Box(0, 1, 2, 3)
    assert (patch.rgb[0] == GREY).all()
    assert (patch.rgb[:, 2] == GREY).all()
    assert np.array_equal(patch.rgb[1:, :2], view[:2, 1:])
