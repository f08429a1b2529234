"""The catalog: every network by id, whether its weights are available, and which networks stay loaded."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from app.errors import NetworkError, NotAvailable, UnknownModel
from app.nets.card import Card, read_card_folder
from app.nets.labels import read_labels
from app.nets.network import Network
from app.nets.own.store import PREFIX
from app.nets.published_networks import FOLDER, PublishedNetwork, read_published_networks
from app.nets.session import RuntimeSource
from app.nets.weights.store import WeightStore

C = TypeVar("C", bound=Card)


class NetworkSource(Protocol):
    """Networks that come and go, beside those of the folder."""

    def get(self, network: str) -> Network:
        """The network with this id; raises UnknownModel."""

    def public(self) -> Iterator[Network]:
        """Those that are listed."""


CurrentNetwork = Callable[[], Network]  # what an id stands for now: with weights, or without


@dataclass(frozen=True, slots=True)
class BrokenNetwork:
    """A network that can't be used. `name` is the one on its card, or its id if the card can't be read."""

    id: str
    name: str
    reason: NetworkError

    @property
    def problem(self) -> str:
        """The reason in words."""
        return self.reason.message

    def error(self) -> NetworkError:
        """The error of a request for it."""
        return NetworkError(f"{self.name} can't be used. {self.problem}", **self.reason.details)


class Catalog:
    """The networks of `folder` by id: first those that ship with weights, then the published ones, then users' own.

    A network whose card, labels or file can't be used is `broken` and affects no other; iterating leaves it out.
    A published network has no weights until they are in the store, no matter which process puts them there. At most
    `open_limit` networks stay loaded: the least recently used one is closed first. Of users' own networks, iterating
    gives only those that are listed for everyone.
    """

    def __init__(
        self,
        folder: Path,
        runtimes: RuntimeSource,
        open_limit: int,
        weight_store: WeightStore | None = None,
        own: NetworkSource | None = None,
    ) -> None:
        self._folder = folder
        self._runtimes = runtimes
        self._own = own
        self._labels: dict[str, tuple[str, ...]] = {}
        self._networks: dict[str, CurrentNetwork] = {}
        shipped, published = read_card_folder(Card, folder), read_published_networks(folder)
        self.published = {card.id: card for card in published.cards}
        self._unread = {
            name: BrokenNetwork(name, name, error) for name, error in ({**shipped.errors, **published.errors}).items()
        }
        self._add(shipped.cards, lambda card: _always(self._network(card, folder / f"{card.id}.onnx")))
        self._add(published.cards, lambda card: self._published_network(card, weight_store))
        self._open_limit = open_limit
        self._recent: OrderedDict[str, Network] = OrderedDict()
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[Network]:
        """The networks that can be used. The first time reads every graph."""
        return (network for network in self._current() if network.problem is None)

    def __len__(self) -> int:
        return len(self._networks) + len(self._unread)

    @property
    def broken(self) -> tuple[BrokenNetwork, ...]:
        """The networks that can't be used. The first time reads every graph."""
        unfit = (_broken(network, network.problem) for network in self._current() if network.problem)
        return (*self._unread.values(), *unfit)

    def get(self, model: str) -> Network:
        """The network with this id.

        Raises:
            UnknownModel: there is none; the error lists the known ids.
            NetworkError: it can't be used; the error names it and says why.
        """
        if model in self._unread:
            raise self._unread[model].error()
        network = self._find(model)
        if network.problem:
            raise _broken(network, network.problem).error()
        return network

    def published_network(self, model: str) -> PublishedNetwork:
        """The card of the published network with this id.

        Raises:
            UnknownModel: there is no network with this id.
            NotAvailable: the network ships with its weights.
        """
        if model not in self.published:
            raise NotAvailable(f"{self.get(model).card.name} ships with its weights: there is nothing to download.")
        return self.published[model]

    def original_of(self, network: Network) -> str | None:
        """The id of the published network that `network` is a narrower copy of: its id up to a hyphen, or None.

        The original of vgg16-imagenette is vgg16.
        """
        name, hyphen, _ = network.id.partition("-")
        return name if hyphen and name in self.published else None

    def mark_used(self, network: Network) -> None:
        """Record that `network` runs, and close the least recently used network if too many are open."""
        with self._lock:
            self._recent[network.id] = network
            self._recent.move_to_end(network.id)
            stale = self._recent.popitem(last=False)[1] if len(self._recent) > self._open_limit else None
        if stale is not None:
            stale.close()

    def _add(self, cards: Iterable[C], make: Callable[[C], CurrentNetwork]) -> None:
        for card in cards:
            try:
                self._networks[card.id] = make(card)
            except NetworkError as error:  # of its labels
                self._unread[card.id] = BrokenNetwork(card.id, card.name, error)

    def _find(self, model: str) -> Network:
        if model in self._networks:
            return self._networks[model]()
        if self._own is not None and model.startswith(PREFIX):
            return self._own.get(model)
        known = ", ".join(self._networks) or "none"
        raise UnknownModel(f"There is no network with this id. Known ids: {known}.", known=[*self._networks])

    def _current(self) -> Iterator[Network]:
        yield from (current() for current in self._networks.values())
        if self._own is not None:
            yield from self._own.public()

    def _published_network(self, card: PublishedNetwork, weight_store: WeightStore | None) -> CurrentNetwork:
        without_weights = self._network(card, self._folder / FOLDER / f"{card.id}.onnx")
        if weight_store is None or card.weights is None:
            return _always(without_weights)
        weights, with_weights = card.weights, self._network(card.card_with_weights(), weight_store.path(card.id))
        return lambda: with_weights if weight_store.has_weights(card.id, weights) else without_weights

    def _network(self, card: Card, path: Path) -> Network:
        return Network(card, path, self._labels_of(card), self._runtimes.for_network())

    def _labels_of(self, card: Card) -> tuple[str, ...]:
        """The names of its classes; none if its card names no labels."""
        if card.labels is None:
            return ()
        if card.labels not in self._labels:
            self._labels[card.labels] = read_labels(self._folder / "labels" / f"{card.labels}.json")
        return self._labels[card.labels]


def _broken(network: Network, reason: NetworkError) -> BrokenNetwork:
    return BrokenNetwork(network.id, network.card.name, reason)


def _always(network: Network) -> CurrentNetwork:
    return lambda: network
