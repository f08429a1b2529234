"""Accuracy against multiply-accumulate operations: one chart for each data set that networks are measured on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.web.pages.charts.scatter import Point, ScatterChart, scatter_chart
from app.web.pages.comparison.entry import NetworkEntry

IMAGENET, IMAGENETTE = "imagenet1k", "imagenette"  # the labels of networks that share a chart
VALIDATION = "ImageNet's validation set"
MIN_POINTS = 2


@dataclass(frozen=True, slots=True)
class AccuracyChartView:
    """The chart of the networks with the same labels; `omitted` have no accuracy on that data, or no MACs."""

    labels: str
    chart: ScatterChart
    omitted: tuple[NetworkEntry, ...]


def accuracy_charts(entries: Iterable[NetworkEntry]) -> Iterator[AccuracyChartView]:
    """A chart for each data set on which at least two networks have an accuracy."""
    for labels in (IMAGENET, IMAGENETTE):
        candidates = [entry for entry in entries if entry.card.labels == labels]
        points = [point for entry in candidates if (point := _point(entry))]
        if len(points) >= MIN_POINTS:
            drawn = {point.id for point in points}
            omitted = tuple(entry for entry in candidates if entry.card.id not in drawn)
            yield AccuracyChartView(labels, scatter_chart(points), omitted)


def _point(entry: NetworkEntry) -> Point | None:
    """The network with its accuracy on the data of its labels: on ImageNet the paper's, if any. None if it has none."""
    card, accuracy = entry.card, entry.accuracy
    published = entry.published if card.labels == IMAGENET else None
    measured = accuracy.top1 if accuracy and (card.labels != IMAGENET or accuracy.on == VALIDATION) else None
    top1 = measured if published is None else published
    if top1 is None or entry.macs == 0:  # the axis of MACs is logarithmic
        return None
    stood_in = card.labels == IMAGENET and published is None
    return Point(card.id, card.name, entry.macs, top1, entry.params, entry.ready, stood_in)
