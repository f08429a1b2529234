"""The catalog: every network by id, whether its weights are available, and which networks stay loaded."""

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path

from app.errors import NetworkError, NotAvailable, UnknownModel
from app.nets.card import Card, read_card
from app.nets.network import Network
from app.nets.published_networks import FOLDER, PublishedNetwork, read_published_networks
from app.nets.runtime import Runtime
from app.nets.weights.store import WeightStore

CurrentNetwork = Callable[[], Network]  # what an id stands for now: with weights, or without


class Catalog:
    """The networks of `folder` by id: first those that ship with weights, then the published networks.

    A published network has no weights until they are in the store, no matter which process puts them there. At most
    `open_limit` networks stay loaded: the least recently used one is closed first.
    """

    def __init__(
        self, folder: Path, runtime: Runtime, open_limit: int, weight_store: WeightStore | None = None
    ) -> None:
        self._folder = folder
        self._runtime = runtime
        self._labels: dict[str, tuple[str, ...]] = {}
        self.published = {network.id: network for network in read_published_networks(folder)}
        self._networks: dict[str, CurrentNetwork] = dict(self._read_shipped())
        self._networks |= {card.id: self._published_network(card, weight_store) for card in self.published.values()}
        self._open_limit = open_limit
        self._recent: OrderedDict[str, Network] = OrderedDict()
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[Network]:
        return (current() for current in self._networks.values())

    def __len__(self) -> int:
        return len(self._networks)

    def get(self, model: str) -> Network:
        """The network with this id.

        Raises:
            UnknownModel: there is none; the error lists the known ids.
        """
        current = self._networks.get(model)
        if current is None:
            known = ", ".join(self._networks) or "none"
            raise UnknownModel(f"There is no network with this id. Known ids: {known}.", known=[*self._networks])
        return current()

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

    def _read_shipped(self) -> Iterator[tuple[str, CurrentNetwork]]:
        for path in sorted(self._folder.glob("*.json")):
            card = read_card(path)
            if card.id != path.stem:
                raise NetworkError(f"The card {path.name} has the id {card.id}: it must be the file's name.")
            yield card.id, _always(self._network(card, path.with_suffix(".onnx")))

    def _published_network(self, card: PublishedNetwork, weight_store: WeightStore | None) -> CurrentNetwork:
        without_weights = self._network(card, self._folder / FOLDER / f"{card.id}.onnx")
        if weight_store is None or card.weights is None:
            return _always(without_weights)
        weights, with_weights = card.weights, self._network(card.card_with_weights(), weight_store.path(card.id))
        return lambda: with_weights if weight_store.has_weights(card.id, weights) else without_weights

    def _network(self, card: Card, path: Path) -> Network:
        if card.labels not in self._labels:
            self._labels[card.labels] = _read_labels(self._folder / "labels" / f"{card.labels}.json")
        return Network(card, path, self._labels[card.labels], self._runtime)


def _always(network: Network) -> CurrentNetwork:
    return lambda: network


def _read_labels(path: Path) -> tuple[str, ...]:
    try:
        names = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NetworkError(f"The labels {path.stem} can't be read.") from error
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise NetworkError(f"The labels {path.stem} are not a list of names.")
    return tuple(names)
