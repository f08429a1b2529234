"""The pictures that ship with ConvScope, and which of them a network classifies rightly."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from app.nets.network import Network
from app.resources import STATIC

SAMPLES = STATIC / "samples"


@dataclass(frozen=True, slots=True)
class Sample:
    """A picture that ships with ConvScope.

    `classes` are the names of what it shows; `mistaken_by` are the shipped networks that have one of these classes and
    still predict another one.
    """

    id: str
    file: str
    title: str
    credit: str
    licence: str
    source: str
    classes: tuple[str, ...]
    mistaken_by: tuple[str, ...] = ()

    def is_known_to(self, network: Network) -> bool:
        """Whether the network has a class for it and, as far as measured, predicts that class."""
        return network.id not in self.mistaken_by and not set(self.classes).isdisjoint(network.class_names)


@dataclass(frozen=True, slots=True)
class SampleChoice:
    """The samples that networks classify rightly, and the others."""

    known: tuple[Sample, ...]
    others: tuple[Sample, ...]

    @classmethod
    def of(cls, samples: Iterable[Sample], networks: Iterable[Network]) -> "SampleChoice":
        """Known is what is known to every one of the networks whose classes have names."""
        every, chosen = tuple(samples), [network for network in networks if network.class_names]
        known = tuple(sample for sample in every if all(sample.is_known_to(network) for network in chosen))
        return cls(known, tuple(sample for sample in every if sample not in known))


def read_samples(path: Path) -> tuple[Sample, ...]:
    """The samples in the order of their list."""
    return tuple(
        Sample(**entry | {name: tuple(entry[name]) for name in ("classes", "mistaken_by")})
        for entry in json.loads(path.read_text("utf-8"))
    )
