"""The pictures that ship with ConvScope."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from app.nets.labels import possible_answers
from app.nets.network import Network
from app.resources import STATIC
from app.web.deps import Client

SAMPLES = STATIC / "samples"
SAMPLE_LIST = SAMPLES / "samples.json"
MOST_SAMPLES, LEAST_SAMPLES = 10, 3  # of an experiment on several of them


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
        return network.id not in self.mistaken_by and self.has_class_of(network)

    def classes_of(self, network: Network) -> frozenset[int]:
        """The classes of a network that are right for it, by their indices among its answers."""
        has_names = bool(network.classes and network.class_names)
        names = possible_answers(network.graph.head, network.class_names) if has_names else ()
        return frozenset(index for index, name in enumerate(names) if name in self.classes)

    def has_class_of(self, network: Network) -> bool:
        """Whether the network has a class for it."""
        return not set(self.classes).isdisjoint(network.class_names)


def read_samples(path: Path = SAMPLE_LIST) -> tuple[Sample, ...]:
    """The samples in the order of their list."""
    return tuple(
        Sample(**entry | {name: tuple(entry[name]) for name in ("classes", "mistaken_by")})
        for entry in json.loads(path.read_text("utf-8"))
    )


def fixed_samples(network: Network, samples: Iterable[Sample]) -> tuple[Sample, ...]:
    """The samples of an experiment on several: those that the network has a class for; the first, if these are few."""
    every = tuple(samples)
    known = [sample for sample in every if sample.has_class_of(network)]
    return tuple(known if len(known) >= LEAST_SAMPLES else every)[:MOST_SAMPLES]


async def store_samples(client: Client, samples: Iterable[Sample]) -> tuple[str, ...]:
    """The ids of samples, which are stored unless they are."""
    ids = []
    for sample in samples:
        upload = await client.wait(client.engine.pictures.add((SAMPLES / sample.file).read_bytes))
        ids.append(upload.stored.id)
    return tuple(ids)
