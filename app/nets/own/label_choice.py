"""The choice of a network's labels: the first list that fits its output."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.nets.card import Finding
from app.nets.consistency import has_classes
from app.nets.graph import Graph
from app.nets.own.stated_facts import Fact

BACKGROUND, IMAGENET_CLASSES = "background", 1000  # the class before those of ImageNet in networks of TensorFlow


@dataclass(frozen=True, slots=True)
class LabelChoice:
    """The names of an output's classes, none if no list fits; where they are from, and whether they are a proposal."""

    labels: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    is_assumed: bool = False


def stated_labels(labels: tuple[str, ...], source: str) -> LabelChoice:
    """The labels that this source states, whether they fit or not."""
    return LabelChoice(labels, (_finding(labels, source),))


def choose_labels(graph: Graph, lists: Iterable[Fact[tuple[str, ...]]], imagenet: Sequence[str]) -> LabelChoice:
    """The first of the `lists` that fits an output of the network; without one ImageNet's, if they fit, as assumed.

    The findings name the list, and each one before it that does not fit.
    """
    findings: list[Finding] = []
    for names in lists:
        labels = _fitting(graph, names.value)
        if labels:
            return LabelChoice(labels, (*findings, _finding(labels, names.source)))
        findings.append(_finding(names.value, names.source, " for another number of classes: not used"))
    proposed = _fitting(graph, tuple(imagenet)) if graph.head.kind != "vector" else ()
    return LabelChoice(proposed, tuple(findings), is_assumed=bool(proposed))


def _fitting(graph: Graph, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names, with that of the background if only this is missing; none if they are of another number."""
    if names and has_classes(graph, len(names)):
        return names
    is_without_background = len(names) == IMAGENET_CLASSES and has_classes(graph, IMAGENET_CLASSES + 1)
    return (BACKGROUND, *names) if is_without_background else ()


def _finding(labels: tuple[str, ...], source: str, note: str = "") -> Finding:
    return Finding(field="labels", value=f"{len(labels)} names{note}", source=source)
