"""The cards of the networks trained here say what their words say, and the figures that their graphs give."""

import json
from pathlib import Path
from typing import Any

import onnx
import pytest

from app.nets.graph import Graph, read_graph
from training.copies import LABELS, WORDS

MODELS = Path(__file__).parents[2] / "models"
SHIPPED = [MODELS / f"{name}{'' if name == 'lenet5' else '-imagenette'}.json" for name in WORDS]
every_network = pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)


def graph_beside(path: Path, card: dict[str, Any]) -> Graph:
    size = (card["input"]["height"], card["input"]["width"])
    return read_graph(onnx.load(path.with_suffix(".onnx"), load_external_data=False), size)


@every_network
def test_a_card_has_its_familys_words(path: Path) -> None:
    card, words = json.loads(path.read_text()), WORDS[path.stem.partition("-")[0]]
    assert (card["idea"], card["drawback"]) == (words.idea, words.drawback)


@every_network
def test_a_copys_figures_beside_its_originals_are_those_of_the_graphs(path: Path) -> None:
    card = json.loads(path.read_text())
    told = [note for note in card["notes"] if note.startswith("A narrower copy")]
    if path.stem == "lenet5":
        assert told == []
        return
    full_path = MODELS / "originals" / f"{path.stem.partition('-')[0]}.json"
    full_card = json.loads(full_path.read_text())
    copy, full = graph_beside(path, card), graph_beside(full_path, full_card)
    for graph, side in ((copy, card["input"]["width"]), (full, full_card["input"]["width"])):
        for said in (f"{graph.params:,}", f"{graph.macs / 1e6:,.0f} million", f"{side}x{side}"):
            assert said in told[0]
    assert card["paper"] == full_card["paper"]


def test_the_labels_are_in_the_order_of_training() -> None:
    for data, file in (("mnist", "digits"), ("imagenette", "imagenette")):
        assert tuple(json.loads((MODELS / "labels" / f"{file}.json").read_text())) == LABELS[data]
