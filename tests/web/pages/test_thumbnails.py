"""Thumbnails: of a matrix, all channels, as one alone is a line."""

from dataclasses import replace

import numpy as np

from app.analysis.statistics import statistics_of
from app.nets.network import Network
from app.web.pages.address import Address
from app.web.pages.thumbnails import ThumbnailView, thumbnail


def of_layer(network: Network, *shape: int) -> ThumbnailView | None:
    """The thumbnail of channels and numbers in a row, or of channels with maps."""
    axes = ("channel", "height", "width") if len(shape) == 3 else ("channel", "length")
    layer = replace(network.graph.layers[0], id="a", shape=shape, axes=axes)
    rows = np.arange(np.prod(shape)).reshape(shape[0], *layer.map_size)
    return thumbnail(network, layer, Address(image="cat"), statistics_of(rows))


def test_a_matrix_has_all_its_rows_in_a_square(network: Network) -> None:
    matrix = of_layer(network, 5, 40)
    assert matrix
    assert matrix.is_matrix
    assert "/layers/a.png?" in matrix.src


def test_a_map_is_that_of_the_strongest_channel(network: Network) -> None:
    maps = of_layer(network, 5, 4, 10)
    assert maps
    assert not maps.is_matrix
    assert (maps.channel, maps.others) == (4, (3, 2, 1))
