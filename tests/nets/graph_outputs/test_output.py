"""What an output may be read as, and the labels that name its classes."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.nets.graph import read_graph
from app.nets.graph_outputs.box_layout import BoxFamily, BoxLayout
from app.nets.graph_outputs.output import GraphOutput, MapKind, OutputKind, Sign, kinds_of
from tests.nets.onnx_text import parse_network


def maps(channels: int, kind: OutputKind = "maps", sign: Sign = "shape") -> GraphOutput:
    """An output of so many channels of the size of the input."""
    graph = read_graph(parse_network("y = Relu (x)", x=f"float[1, {channels}, 8, 8]"))
    return GraphOutput(0, graph.layers[-1], kind, "possible", sign)


@pytest.mark.parametrize(
    ("channels", "expected"), [(1, ("mask", "image", "maps")), (3, ("mask", "image", "maps")), (2, ("mask", "maps"))]
)
def test_maps_may_be_read_as_a_mask_and_those_of_colours_as_an_image(channels: int, expected: Sequence[str]) -> None:
    assert maps(channels).alternatives == expected


def test_classes_that_the_network_chooses_and_vectors_have_no_alternative() -> None:
    assert maps(1, "mask", "argmax").alternatives == ()
    assert maps(3, "vector").alternatives == ()


@pytest.mark.parametrize(("kind", "classes"), [("mask", 3), ("image", 0)])
def test_a_reader_s_choice_is_certain(kind: MapKind, classes: int) -> None:
    chosen = maps(3).read_as(kind)
    assert (chosen.kind, chosen.certainty, chosen.sign, chosen.classes) == (kind, "certain", "chosen", classes)


@pytest.mark.parametrize(("channels", "kind"), [(3, None), (3, "maps"), (2, "image")])
def test_no_choice_the_same_and_what_is_no_alternative_change_nothing(channels: int, kind: MapKind | None) -> None:
    output = maps(channels)
    assert output.read_as(kind) == output


@pytest.mark.parametrize(
    ("kind", "family", "fitting"),
    [
        ("mask", None, {4}),
        ("sequence", None, {4}),
        ("boxes", "columns", {4}),
        ("boxes", "pairs", {3, 4}),
        ("boxes", "queries", {3, 4}),
        ("box_part", None, set()),
        ("image", None, set()),
    ],
)
def test_labels_name_every_class_and_of_some_detectors_all_but_the_background(
    kind: OutputKind, family: BoxFamily | None, fitting: set[int]
) -> None:
    layout = BoxLayout(family, 0, 0, None, 4, "names") if family else None
    output = replace(maps(4, kind), classes=4, boxes=layout)
    assert {labels for labels in range(7) if output.has_classes(labels)} == fitting


def test_a_long_name_of_a_stranger_is_cut_and_its_value_is_not() -> None:
    output = maps(1)
    long = replace(output, layer=replace(output.layer, output="y" * 1000))
    assert long.value == "y" * 1000
    assert 10 <= len(long.name) < 1000
    assert long.value.startswith(long.name)


def test_kinds_come_once_each_without_parts_of_boxes() -> None:
    outputs = [maps(3, kind) for kind in ("image", "boxes", "box_part", "image")]
    assert kinds_of(outputs) == ("image", "boxes")
