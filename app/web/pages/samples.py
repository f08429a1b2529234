"""The choice of samples on a page: which of them networks classify rightly, and the others."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.nets.network import Network
from app.web.samples import Sample


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
