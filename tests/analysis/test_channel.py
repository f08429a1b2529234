"""The analysis of a channel of LeNet-5, against its arrays and the receptive fields in its paper."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.analysis.channel import analyse_channel, map_cell, receptive_field_edges
from app.nets.card import read_card
from app.nets.graph import read_graph
from app.nets.layer import Box, CellPlace
from app.nets.network import Network
from app.nets.outputs import Activations
from app.nets.preprocessing.tensor import tensor_of
from app.nets.runtime import Runtime
from app.nets.session import Tensor
from app.work.stop import Stop
from tests.attribution.small import drawn, network_of
from tests.nets.models_folder import SQUASHED, place
from tests.nets.onnx_text import parse_network

MODELS = Path(__file__).parents[2] / "models"
VIEW = np.random.default_rng(3).integers(0, 256, (32, 32, 3)).astype(np.uint8)


@pytest.fixture(scope="module")
def lenet() -> Network:
    return Network(read_card(MODELS / "lenet5.json"), MODELS / "lenet5.onnx", (), Runtime("cpu", "cpu", threads=1))


@pytest.fixture(scope="module")
def activations(lenet: Network) -> Activations:
    return lenet.activations(VIEW, Stop())


@pytest.fixture
def tensor(lenet: Network) -> Callable[[], Tensor]:
    return lambda: tensor_of(VIEW, lenet.card.input)[0]


def test_the_strongest_cell_and_its_receptive_field(
    lenet: Network, activations: Activations, tensor: Callable[[], Tensor]
) -> None:
    values = activations.layers["pool_s2"][3]
    strongest = analyse_channel(lenet, lenet.layer("pool_s2"), 3, activations.layers, tensor).strongest
    assert strongest.value == values.max() == values[strongest.y, strongest.x]
    y, x = strongest.y, strongest.x
    assert strongest.seen == strongest.field == Box(2 * y, 2 * x, 2 * y + 6, 2 * x + 6)


@pytest.mark.parametrize(("layer", "planes"), [("conv_c1", 1), ("conv_c3", 6), ("dense_f6", 120)])
def test_the_input_channels_of_a_filter_and_its_bias_add_up_to_the_channel(
    lenet: Network, activations: Activations, tensor: Callable[[], Tensor], layer: str, planes: int
) -> None:
    found = analyse_channel(lenet, lenet.layer(layer), 5, activations.layers, tensor).filter
    assert found is not None
    assert found.contributions is not None
    bias = lenet.tensor(lenet.layer(layer).weights["bias"])[5]
    assert found.nearest is not None
    assert len(found.nearest) == min(8, lenet.layer(layer).channels - 1)
    assert found.contributions.inputs.tolist() == list(range(planes))
    assert found.contributions.mean.sum() + bias == pytest.approx(activations.layers[layer][5].mean(), abs=1e-4)


def test_a_filter_of_the_second_part_of_a_split_does_not_read_the_first(tmp_path: Path) -> None:
    nodes = (
        "stem = Conv (x, w)  one, two = Split <axis = 1> (stem)  as_it_is = Identity (one)  early = Conv (as_it_is, v)"
        "  late = Conv (two, v)  both = Add (early, late)  pool = GlobalAveragePool (both)  y = Flatten (pool)"
    )
    weights = {"w": drawn(6, 3, 1, 1, seed=1), "v": drawn(2, 3, 1, 1, seed=2)}
    network, tensor = network_of(tmp_path, nodes, weights, 8, 2), drawn(3, 8, 8)
    layers = network.activations(VIEW[:8, :8], Stop()).layers
    early, late = (
        analyse_channel(network, network.layer(name), 1, layers, lambda: tensor) for name in ("early", "late")
    )
    assert early.filter is not None
    assert early.filter.contributions is not None
    assert early.filter.contributions.mean.sum() == pytest.approx(layers["early"][1].mean(), abs=1e-5)
    assert late.filter is not None
    assert late.filter.contributions is None


def test_the_value_of_a_class_token_is_apart_from_the_map(tmp_path: Path) -> None:
    constants = "s = Constant<value = int64[3] {1, 3, 64}>() k = Constant<value = float[1, 1, 3] {5, 6, 70}>()"
    tokens = "f = Reshape(x, s) t = Transpose<perm = [0, 2, 1]>(f) a = Concat<axis = 1>(k, t)"
    body = f"{constants} {tokens} y = ReduceMean<axes = [1], keepdims = 0>(a)"
    path = place(tmp_path, "tokens", parse_network(body), ["a", "b", "c"], resize=SQUASHED)
    network = Network(read_card(path.with_suffix(".json")), path, (), Runtime("cpu", "cpu", threads=1))
    layers = network.activations(VIEW[:8, :8], Stop()).layers
    channel = analyse_channel(network, network.layer("Concat_1"), 2, layers, lambda: np.zeros((3, 8, 8), np.float32))
    assert [(cell.y, cell.x, cell.value) for cell in channel.apart] == [(8, 0, 70)]
    assert channel.strongest.value == layers["Concat_1"][1:, 2].max()
    assert sum(channel.histogram.counts) + channel.histogram.zeros == 65


@pytest.mark.parametrize(("layer", "shape"), [("conv_c3", (6, 5, 5)), ("dense_f6", (120,))])
def test_a_filter_has_the_shape_of_what_it_reads(
    lenet: Network, activations: Activations, tensor: Callable[[], Tensor], layer: str, shape: tuple[int, ...]
) -> None:
    found = analyse_channel(lenet, lenet.layer(layer), 0, activations.layers, tensor).filter
    assert found is not None
    assert found.shape == shape


@pytest.mark.parametrize(
    ("nodes", "weights", "layer"),
    [
        ("f = Reshape (x, s)  conv = Conv (f, w)  m = ReduceMean <axes = [2], keepdims = 0> (conv)", (2, 3, 1), "conv"),
        (
            "f = Reshape (x, s)  product = MatMul (f, w)  m = ReduceMean <axes = [1], keepdims = 0> (product)",
            (64, 2),
            "product",
        ),
    ],
    ids=["of a sequence", "of tokens"],
)
def test_filters_that_move_over_no_map_have_no_input_channels(
    tmp_path: Path, nodes: str, weights: tuple[int, ...], layer: str
) -> None:
    constants = {"w": drawn(*weights), "s": np.array([1, 3, 64])}
    network, tensor = network_of(tmp_path, f"{nodes}  y = Identity (m)", constants, 8, 2), drawn(3, 8, 8)
    layers = network.activations(VIEW[:8, :8], Stop()).layers
    found = analyse_channel(network, network.layer(layer), 1, layers, lambda: tensor).filter
    assert found is None or found.contributions is None


def test_a_layer_without_weights_has_no_filters(
    lenet: Network, activations: Activations, tensor: Callable[[], Tensor]
) -> None:
    assert analyse_channel(lenet, lenet.layer("tanh_c1"), 0, activations.layers, tensor).filter is None


def test_the_edges_of_rows_and_columns_are_those_of_the_cells(lenet: Network) -> None:
    rows, columns = receptive_field_edges(lenet.graph, lenet.layer("pool_s4"))
    assert rows == columns == [(4 * place, 4 * place + 16) for place in range(5)]


def test_edges_are_those_of_cells_that_see_more_than_padding() -> None:
    kernel = "w = Constant<value = float[1, 3, 1, 1] {1, 1, 1}>()"
    model = parse_network(
        f"{kernel} c = Conv<pads = [5, 5, 5, 5]>(x, w) y = ReduceMean<axes = [2, 3], keepdims = 0>(c)"
    )
    graph = read_graph(model)
    rows, columns = receptive_field_edges(graph, graph.layers[0])
    assert rows[5:-5] == columns[5:-5] == [(place, place + 1) for place in range(8)]


def test_the_field_of_a_cell_begins_at_its_place(lenet: Network, activations: Activations) -> None:
    for y, x in ((1, 3), (13, 7)):
        cell = map_cell(
            lenet.graph, lenet.layer("pool_s2"), activations.layers["pool_s2"], CellPlace("pool_s2", 4, y, x)
        )
        assert cell.value == activations.layers["pool_s2"][4, y, x]
        assert cell.field == Box(2 * y, 2 * x, 2 * y + 6, 2 * x + 6)


def test_the_field_of_a_cell_begins_in_the_padding_and_is_as_wide_as_the_kernel(tmp_path: Path) -> None:
    nodes = "conv = Conv <strides = [2, 3], pads = [1, 2, 1, 2]> (x, w)  p = GlobalAveragePool (conv)  y = Flatten (p)"
    network = network_of(tmp_path, nodes, {"w": drawn(2, 3, 3, 5)}, 12, 2)
    layer, output = network.layer("conv"), network.activations(VIEW[:12, :12], Stop()).layers["conv"]
    for y, x in ((0, 0), (2, 1), (5, 3)):
        top, left = 2 * y - 1, 3 * x - 2
        cell = map_cell(network.graph, layer, output, CellPlace("conv", 1, y, x))
        assert cell.field == Box(top, left, top + 3, left + 5)
        assert cell.seen == Box(max(top, 0), max(left, 0), min(top + 3, 12), min(left + 5, 12))


def test_a_cell_outside_the_map_is_refused(lenet: Network, activations: Activations) -> None:
    with pytest.raises(IndexError):
        map_cell(lenet.graph, lenet.layer("pool_s2"), activations.layers["pool_s2"], CellPlace("pool_s2", 0, 14, 0))
