"""The charts of accuracy: which figure of a network is drawn, and which networks have none."""

from dataclasses import replace

import pytest

from app.engine.engine import Engine
from app.nets.card import Accuracy
from app.nets.network import Network
from app.web.pages.comparison.accuracy_chart import IMAGENET, IMAGENETTE, MIN_POINTS, VALIDATION, accuracy_charts
from app.web.pages.comparison.entry import NetworkEntry, network_entry


@pytest.fixture(scope="module")
def entry(engine: Engine, network: Network) -> NetworkEntry:
    return network_entry(engine, network)


def of(
    entry: NetworkEntry, name: str, labels: str, published: float | None = None, on: str = "", top1: float = 70
) -> NetworkEntry:
    """A network with these labels, the accuracy of its paper, and one measured `on` some data."""
    measured = Accuracy(top1=top1, images=100, on=on, by="us") if on else None
    card = entry.card.model_copy(update={"id": name, "name": name, "labels": labels})
    return replace(entry, card=card, published=published, accuracy=measured)


def test_on_imagenet_the_paper_s_figure_counts_and_a_measured_one_stands_in_for_it(entry: NetworkEntry) -> None:
    (data,) = accuracy_charts([
        of(entry, "both", IMAGENET, published=60, on=VALIDATION),
        of(entry, "measured", IMAGENET, on=VALIDATION),
        of(entry, "elsewhere", IMAGENET, on="a part of it"),
        of(entry, "neither", IMAGENET),
    ])  # fmt: skip
    points = {circle.point.id: circle.point for circle in data.chart.circles}
    assert {name: (point.accuracy, point.stood_in) for name, point in points.items()} == {
        "both": (60, False),
        "measured": (70, True),
    }
    assert (points["both"].macs, points["both"].params) == (entry.macs, entry.params)
    assert [each.card.id for each in data.omitted] == ["elsewhere", "neither"]


def test_on_imagenette_the_measured_figure_counts_whatever_the_photos_are_called(entry: NetworkEntry) -> None:
    named = [of(entry, name, IMAGENETTE, published=99, on="photos") for name in ("one", "other")]
    (data,) = accuracy_charts(named)
    assert [(circle.point.accuracy, circle.point.stood_in) for circle in data.chart.circles] == [(70, False)] * 2


def test_a_network_without_multiplications_has_no_place_on_a_logarithmic_axis(entry: NetworkEntry) -> None:
    named = [of(entry, name, IMAGENETTE, on="photos") for name in ("one", "other", "none")]
    (data,) = accuracy_charts([*named[:2], replace(named[2], macs=0)])
    assert [circle.point.id for circle in data.chart.circles] == ["one", "other"]
    assert [each.card.id for each in data.omitted] == ["none"]


def test_a_chart_has_two_networks_at_least_of_the_same_labels(entry: NetworkEntry) -> None:
    named = [of(entry, str(number), IMAGENET, published=70) for number in range(MIN_POINTS)]
    others = [of(entry, f"other {number}", IMAGENETTE, on="photos") for number in range(MIN_POINTS)]
    assert [data.labels for data in accuracy_charts([*others, *named])] == [IMAGENET, IMAGENETTE]
    assert [data.labels for data in accuracy_charts([*others, *named[1:]])] == [IMAGENETTE]
    assert not list(accuracy_charts([]))
