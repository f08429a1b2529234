"""The graphs of the originals that ship are those of the definitions."""

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="PyTorch, of the extra `training`, is not installed")

from app.nets.card import read_card_as
from app.nets.graph import read_graph
from app.nets.published_networks import PublishedNetwork
from app.nets.reading.model_file import read_model_file
from training.architectures import ORIGINALS, architecture
from training.export import export
from training.nets import NETWORKS

CARDS = [read_card_as(PublishedNetwork, path) for path in sorted(ORIGINALS.glob("*.json"))]


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_the_graph_that_ships_is_the_definitions(card: PublishedNetwork) -> None:
    content = architecture(card.id, (card.input.height, card.input.width))
    assert content == (ORIGINALS / f"{card.id}.onnx").read_bytes(), "run: python -m training.architectures"
    assert len(content) == card.bytes


def test_every_full_size_network_ships_as_an_architecture() -> None:
    assert {card.id for card in CARDS} == NETWORKS.keys() - {"lenet5"}


def test_a_graph_without_weights_says_what_the_one_with_weights_does(tmp_path: Path) -> None:
    network = NETWORKS["resnet18"](width=0.25).eval()
    graphs = []
    for weights in (True, False):
        path = tmp_path / f"{weights}.onnx"
        path.write_bytes(export(network, (3, 224, 224), without_weights=not weights).SerializeToString())
        graphs.append(read_graph(read_model_file(path).model))
    with_weights, without = (replace(graph, operators=graphs[0].operators) for graph in graphs)
    assert with_weights == without
    assert graphs[0].operators.operators == graphs[1].operators.operators  # the weights beside them differ
