"""What the probe of each layer answers for the picture, and which of it is right."""

from collections.abc import Set
from dataclasses import dataclass

from app.web.pages.experiments.layers.address import LayersAddress
from app.web.pages.experiments.layers.depth_chart import DepthChart, depth_chart
from app.web.pages.experiments.layers.gather import LayersData, Probing


@dataclass(frozen=True, slots=True)
class ProbeAnswer:
    """What a probe answers, whether that is right, and how often it is right for held-out images."""

    label: str
    is_right: bool
    accuracy: float


@dataclass(frozen=True, slots=True)
class ProbeRow:
    """The answers of one layer's probes."""

    layer: str
    name: str
    href: str
    chosen: bool
    linear: ProbeAnswer
    nearest: ProbeAnswer


@dataclass(frozen=True, slots=True)
class ProbeTable:
    """The chart and the answers, from the first to the last layer.

    `truth` is the label of what a sample shows. For other pictures it is None, and right is what the network answers.
    """

    chart: DepthChart
    rows: tuple[ProbeRow, ...]
    truth: str | None
    trained: int
    held_out: int


def probe_table(address: LayersAddress, data: LayersData, probing: Probing) -> ProbeTable:
    """The table of a network with probes."""
    network = data.subject.network
    truth = right_classes(data)
    right = truth or {int(data.scores.scores.argmax())}

    def answer(index: int, accuracy: float) -> ProbeAnswer:
        return ProbeAnswer(network.labels[index], index in right, accuracy)

    rows = tuple(
        ProbeRow(
            layer=each.layer,
            name=network.layer(each.layer).name,
            href=address.link(layer=each.layer),
            chosen=each.layer == data.layer.id,
            linear=answer(each.linear, probing.probes.layers[each.layer].linear_accuracy),
            nearest=answer(each.nearest, probing.probes.layers[each.layer].nearest_accuracy),
        )
        for each in probing.readings
    )
    accuracies = {
        layer: (probe.linear_accuracy, probe.nearest_accuracy) for layer, probe in probing.probes.layers.items()
    }
    chart = depth_chart(accuracies, 1 / network.classes, data.layer.id, lambda layer: address.link(layer=layer))
    labels = [network.labels[index] for index in sorted(truth)]
    return ProbeTable(chart, rows, next(iter(labels), None), probing.probes.trained, probing.probes.held_out)


def right_classes(data: LayersData) -> Set[int]:
    """The classes that are right for the picture: none unless it is a sample of the network's classes."""
    for sample, image in zip(data.samples, data.sample_ids, strict=True):
        if image == data.subject.image:
            return sample.classes_of(data.subject.network)
    return frozenset()
