"""The table of probes whose answers are chosen by hand, and which classes are right for a picture."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.experiments.probe import ProbeReading
from app.web.pages.experiments.layers.address import LayersAddress
from app.web.pages.experiments.layers.probe_table import ProbeTable, probe_table, right_classes

LABELS = ["cat", "dog", "owl"]


def sample(*classes: int) -> Any:
    return SimpleNamespace(classes_of=lambda network: frozenset(classes))


def data_of(image: str) -> Any:
    layers = {name: SimpleNamespace(id=name, name=name.title()) for name in ("conv", "relu")}
    network = SimpleNamespace(labels=LABELS, classes=3, layer=layers.__getitem__)
    return SimpleNamespace(
        subject=SimpleNamespace(network=network, image=image),
        layer=layers["relu"],
        scores=SimpleNamespace(scores=np.array([0.2, 0.7, 0.1])),
        samples=(sample(0), sample(), sample(2, 1)),
        sample_ids=("a", "b", "c"),
    )


def table_of(image: str) -> ProbeTable:
    accuracies = {"conv": (0.5, 0.25), "relu": (0.75, 0.625)}
    layers = {
        name: SimpleNamespace(linear_accuracy=linear, nearest_accuracy=nearest)
        for name, (linear, nearest) in accuracies.items()
    }
    readings = (ProbeReading("conv", linear=0, nearest=2), ProbeReading("relu", linear=1, nearest=0))
    probing: Any = SimpleNamespace(probes=SimpleNamespace(layers=layers, trained=90, held_out=30), readings=readings)
    return probe_table(LayersAddress(model="net", image=image), data_of(image), probing)


@pytest.mark.parametrize(
    ("image", "classes"), [("a", {0}), ("b", set()), ("c", {1, 2}), ("0", set()), ("aa", set()), ("d", set())]
)
def test_the_right_classes_are_those_of_the_sample_that_the_picture_is(image: str, classes: set[int]) -> None:
    assert right_classes(data_of(image)) == classes


@pytest.mark.parametrize(
    ("image", "truth", "right"),
    [
        ("a", "cat", [(True, False), (False, True)]),
        ("c", "dog", [(False, True), (True, False)]),
        ("own photo", None, [(False, False), (True, False)]),  # right is what the network answers: a dog
    ],
)
def test_an_answer_is_right_for_the_sample_or_else_as_the_network_answers(
    image: str, truth: str | None, right: list[tuple[bool, bool]]
) -> None:
    table = table_of(image)
    assert table.truth == truth
    assert [(row.linear.is_right, row.nearest.is_right) for row in table.rows] == right


def test_each_layer_has_both_answers_with_their_accuracies_and_a_link() -> None:
    table = table_of("a")
    assert [(row.layer, row.name, row.chosen) for row in table.rows] == [
        ("conv", "Conv", False),
        ("relu", "Relu", True),
    ]
    assert [(row.linear.label, row.nearest.label) for row in table.rows] == [("cat", "owl"), ("dog", "cat")]
    assert [(row.linear.accuracy, row.nearest.accuracy) for row in table.rows] == [(0.5, 0.25), (0.75, 0.625)]
    assert [row.href for row in table.rows] == [f"layers?model=net&image=a&layer={name}" for name in ("conv", "relu")]
    assert [point.accuracy for point in table.chart.points] == [(0.5, 0.25), (0.75, 0.625)]
    assert [point.href for point in table.chart.points] == [row.href for row in table.rows]
    assert [point.chosen for point in table.chart.points] == [False, True]
    share = (table.chart.floor - table.chart.chance) / (table.chart.floor - table.chart.top)
    assert share == pytest.approx(1 / 3)
    assert (table.trained, table.held_out) == (90, 30)
