"""Channel maxima: what NumPy finds in the outputs of all layers, though few of them are read."""

import numpy as np
import pytest

from app.jobs.channel_maxima import ChannelMaxima
from app.jobs.strongest_cells import strongest_cells_of
from app.nets.catalog import Catalog
from app.nets.network import Network
from app.nets.outputs import Activations
from app.nets.runtime import start_runtime
from app.resources import MODELS
from app.work.stop import Stop

NOTHING, EVERYTHING = np.inf, -np.inf  # what no value reaches, and what every one does


@pytest.fixture(scope="module", params=["squeezenet1_1", "resnet18-imagenette", "googlenet-imagenette"])
def network(request: pytest.FixtureRequest) -> Network:
    return Catalog(MODELS, start_runtime("cpu", 2), open_limit=1).get(request.param)


@pytest.fixture(scope="module")
def activations(network: Network) -> Activations:
    spec = network.card.input
    view = np.random.default_rng(0).integers(0, 256, (spec.height, spec.width, 3), np.uint8)
    return network.activations(view, Stop())


def rows_of_all(network: Network, activations: Activations) -> tuple[np.ndarray, np.ndarray]:
    found = [strongest_cells_of(layer.maps_of(activations.layers[layer.id])) for layer in network.graph.layers]
    return np.concatenate([values for values, _ in found]), np.concatenate([places for _, places in found])


def test_values_and_places_are_those_of_all_layers(network: Network, activations: Activations) -> None:
    values, places = rows_of_all(network, activations)
    found = ChannelMaxima.of(network.graph).strongest(activations.layers, np.full(len(values), EVERYTHING, np.float32))
    assert found is not None
    np.testing.assert_array_equal(found.rows, np.arange(len(values)))
    np.testing.assert_array_equal(found.values, values)
    np.testing.assert_array_equal(found.places, places)


def test_only_channels_whose_value_reaches_the_least_that_matters_are_given(
    network: Network, activations: Activations
) -> None:
    values, places = rows_of_all(network, activations)
    chance = np.random.default_rng(1)
    least = np.where(chance.random(len(values)) < 0.3, values, np.float32(NOTHING))
    found = ChannelMaxima.of(network.graph).strongest(activations.layers, least)
    assert found is not None
    np.testing.assert_array_equal(found.rows, np.flatnonzero(values >= least))
    np.testing.assert_array_equal(found.values, values[found.rows])
    np.testing.assert_array_equal(found.places, places[found.rows])


def test_a_layer_that_follows_from_others_is_not_read(network: Network) -> None:
    read = {layer.op for layer in ChannelMaxima.of(network.graph).read}
    assert "Conv" in read
    assert not read & {"Relu", "Concat"}


def test_a_network_that_gives_nan_has_to_be_read_whole(network: Network, activations: Activations) -> None:
    maxima = ChannelMaxima.of(network.graph)
    first = maxima.read[0]
    broken = activations.layers[first.id].copy()
    broken.flat[7] = np.nan
    least = np.full(max(rows.stop for rows in maxima.rows.values()), EVERYTHING, np.float32)
    assert maxima.strongest({**activations.layers, first.id: broken}, least) is None
