"""The labels of a network: the first list that fits its output, or ImageNet's as a proposal."""

import numpy as np
import pytest
from onnx import ModelProto, numpy_helper

from app.nets.card import Finding
from app.nets.graph import Graph, read_graph
from app.nets.own.label_choice import LabelChoice, choose_labels, stated_labels
from app.nets.own.stated_facts import Fact
from tests.nets.onnx_text import parse_network

IMAGENET = tuple(f"class {number}" for number in range(1000))


def graph_of(units: int, last: str = "y = Flatten (g)") -> Graph:
    model: ModelProto = parse_network(f"c = Conv (x, w)  g = GlobalAveragePool (c)  {last}")
    model.graph.initializer.append(numpy_helper.from_array(np.ones((units, 3, 3, 3), np.float32), "w"))
    return read_graph(model, (8, 8))


def test_the_first_list_that_fits_names_the_classes() -> None:
    two: tuple[str, ...] = ("a", "b")
    three: tuple[str, ...] = ("x", "y", "z")
    choice = choose_labels(graph_of(3), [Fact(two, "labels.txt"), Fact(three, "config.json: id2label")], IMAGENET)
    assert choice.labels == ("x", "y", "z")
    assert not choice.is_assumed
    assert choice.findings == (
        Finding(field="labels", value="2 names for another number of classes: not used", source="labels.txt"),
        Finding(field="labels", value="3 names", source="config.json: id2label"),
    )


@pytest.mark.parametrize(("units", "first"), [(1000, "class 0"), (1001, "background")])
def test_imagenet_s_are_proposed_for_as_many_classes(units: int, first: str) -> None:
    choice = choose_labels(graph_of(units), [], IMAGENET)
    assert choice.is_assumed
    assert (choice.labels[0], choice.labels[-1], len(choice.labels)) == (first, "class 999", units)


def test_as_many_features_are_no_classes() -> None:
    features = graph_of(1000, "f = Flatten (g)  n = ReduceL2 <axes = [1]> (f)  y = Div (f, n)")
    assert features.head.kind == "vector"
    assert choose_labels(features, [], IMAGENET).labels == ()


def test_another_number_of_classes_has_no_proposal() -> None:
    assert choose_labels(graph_of(10), [], IMAGENET).labels == ()


@pytest.mark.parametrize(("units", "names", "has_labels"), [(1001, 1000, True), (1001, 999, False), (3, 2, False)])
def test_only_imagenet_s_classes_have_a_background(units: int, names: int, has_labels: bool) -> None:
    choice = choose_labels(graph_of(units), [Fact(IMAGENET[:names], "labels.txt")], ())
    assert bool(choice.labels) == has_labels
    assert choice.is_assumed is False
    assert choice.findings[0].value.startswith("1001 names" if has_labels else f"{names} names for another")


def test_labels_that_are_stated_need_not_fit() -> None:
    assert stated_labels(("a", "b"), "chosen") == LabelChoice(
        ("a", "b"), (Finding(field="labels", value="2 names", source="chosen"),)
    )
