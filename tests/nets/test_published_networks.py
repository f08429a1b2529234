"""Published networks: their counts from graphs alone, their errors without weights, and their weights in the store."""

from pathlib import Path

import numpy as np
import pytest

from app.errors import NetworkError, NotAvailable, UnknownModel
from app.nets.catalog import Catalog
from app.nets.network import Network
from app.nets.published_networks import read_published_networks
from app.nets.runtime import Runtime
from app.nets.weights.store import WeightStore
from app.work.stop import Stop
from tests.mirrors import LIGHT, ROOT, models_folder, original_of

MODELS = ROOT / "models"
CPU = Runtime("cpu", "cpu", threads=1)
# Parameters, as in the best-known implementations where a paper rounds, and weighted layers on the longest path.
PUBLISHED = {
    "alexnet": (60_965_224, 8),  # Krizhevsky et al. 2012, with its groups
    "vgg11": (132_863_336, 11),  # Simonyan & Zisserman 2014, table 2: 133 M
    "vgg11_lrn": (132_863_336, 11),
    "vgg13": (133_047_848, 13),
    "vgg16_1x1": (133_638_952, 16),
    "vgg16": (138_357_544, 16),
    "vgg19": (143_667_240, 19),
    "googlenet": (6_998_552, 22),
    "inception_v3": (23_834_568, 48),
    "resnet18": (11_689_512, 18),
    "resnet34": (21_797_672, 34),
    "resnet50": (25_557_032, 50),
    "resnet101": (44_549_160, 101),
    "resnet152": (60_192_808, 152),
    "mobilenet_v1": (4_231_976, 28),
}
LIGHT_MODELS = {"alexnet": "bvlc_alexnet", "googlenet": "inception_v1", "resnet50": "resnet50", "vgg19": "vgg19"}


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return Catalog(MODELS, CPU, 1, WeightStore(tmp_path_factory.mktemp("networks")))


def test_published_networks_ship_without_weights(catalog: Catalog) -> None:
    assert {network.id for network in catalog if not network.has_weights} == set(PUBLISHED)


@pytest.mark.parametrize("model", PUBLISHED)
def test_parameters_and_depth_are_the_published_counts(catalog: Catalog, model: str) -> None:
    graph = catalog.get(model).graph
    assert (graph.params, graph.depth) == PUBLISHED[model]
    assert graph.scores.shape == (len(catalog.get(model).labels),) == (1000,)
    assert graph.macs == sum(layer.macs for layer in graph.layers) > 500_000_000


@pytest.mark.parametrize("model", PUBLISHED)
def test_the_graph_is_small_and_the_known_weights_have_its_size(catalog: Catalog, model: str) -> None:
    path = MODELS / "originals" / f"{model}.onnx"
    assert path.stat().st_size < 100_000
    known = catalog.published[model].weights
    if known is not None:
        # the weights in float32 and the nodes, nothing else: the right file for this graph
        assert 0 <= known.bytes - catalog.get(model).graph.weight_bytes < 1_000_000


@pytest.mark.parametrize(("model", "light"), LIGHT_MODELS.items())
def test_the_graph_has_the_parameters_of_the_file_with_weights(catalog: Catalog, model: str, light: str) -> None:
    card = catalog.published[model].card_with_weights()
    ours = Network(card, LIGHT / f"light_{light}.onnx", (), CPU)
    assert ours.graph.params == catalog.get(model).graph.params
    assert ours.graph.depth == catalog.get(model).graph.depth


def test_the_error_of_missing_weights_names_the_command_to_download_them(catalog: Catalog) -> None:
    network = catalog.get("vgg16")
    view = np.zeros((224, 224, 3), np.uint8)
    for use in (
        lambda: network.classify(view, Stop()),
        lambda: network.activations(view, Stop()),
        lambda: network.weights("conv1_1"),
    ):
        with pytest.raises(NotAvailable, match="`convscope pull vgg16` downloads them") as raised:
            use()
        assert raised.value.details["command"] == "convscope pull vgg16"


def test_a_network_without_known_weights_is_an_error(catalog: Catalog) -> None:
    with pytest.raises(NotAvailable, match="No weights of VGG-13"):
        catalog.get("vgg13").require_weights()


def test_a_layer_without_weights_has_no_filters(catalog: Catalog) -> None:
    with pytest.raises(NotAvailable, match="MaxPool layer: it has no filters"):
        catalog.get("vgg16").weights("pool1")


def test_a_network_that_ships_with_weights_has_none_to_download(catalog: Catalog) -> None:
    with pytest.raises(NotAvailable, match="ships with its weights"):
        catalog.published_network("squeezenet1_1")
    with pytest.raises(UnknownModel):
        catalog.published_network("nothing")


def test_weights_that_appear_in_the_store_are_used_until_they_are_deleted(tmp_path: Path) -> None:
    content = (LIGHT / "light_squeezenet.onnx").read_bytes()
    folder = models_folder(tmp_path / "models", original_of(content, "vgg19"))
    catalog = Catalog(folder, CPU, 1, WeightStore(tmp_path))
    assert [network.has_weights for network in catalog] == [False]
    (tmp_path / "vgg19.onnx").write_bytes(content)
    network = catalog.get("vgg19")
    assert network.has_weights
    assert network.card.bytes == len(content)
    assert network.classify(np.zeros((224, 224, 3), np.uint8), Stop()).scores.shape == (1000,)
    (tmp_path / "vgg19.onnx").unlink()
    assert not catalog.get("vgg19").has_weights


def test_a_file_of_the_right_size_with_other_content_is_not_run(tmp_path: Path) -> None:
    content = (LIGHT / "light_squeezenet.onnx").read_bytes()
    folder = models_folder(tmp_path / "models", original_of(content, "vgg19"))
    (tmp_path / "vgg19.onnx").write_bytes(content.replace(b"onnx-caffe2", b"onnx-caffe3", 1))
    with pytest.raises(NetworkError, match="not the one"):
        Catalog(folder, CPU, 1, WeightStore(tmp_path)).get("vgg19").classify(np.zeros((224, 224, 3), np.uint8), Stop())


def test_opening_the_catalog_reads_no_graph(tmp_path: Path) -> None:
    folder = models_folder(tmp_path / "models", *read_published_networks(MODELS).cards)
    for path in (folder / "originals").glob("*.onnx"):
        path.unlink()
    assert len(Catalog(folder, CPU, 1)) == len(PUBLISHED)


def test_a_card_whose_id_is_not_its_file_name_is_an_error(tmp_path: Path) -> None:
    folder = models_folder(tmp_path / "models", original_of(b"x"))
    (folder / "originals" / "vgg16.json").rename(folder / "originals" / "vgg19.json")
    found = read_published_networks(folder)
    assert found.cards == ()
    assert "vgg19.json" in found.errors["vgg19"].message
