"""The networks there are: those that ship, the originals with weights or without, and which of them are open."""

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path

from app.errors import NetworkError, NotAvailable, UnknownModel
from app.nets.card import Card, read_card
from app.nets.network import Network
from app.nets.originals import FOLDER, Original, read_originals
from app.nets.runtime import Runtime
from app.nets.weights.store import Shelf

Entry = Callable[[], Network]  # what an id stands for now


class Catalog:
    """The networks of `folder` by id: those that ship, then the originals.

    An original is an architecture until its weights are on the shelf, whoever put them there, and from then on a
    network like any other. At most `open_limit` stay loaded: the least recently used is closed first.
    """

    def __init__(self, folder: Path, runtime: Runtime, open_limit: int, shelf: Shelf | None = None) -> None:
        self._folder = folder
        self._runtime = runtime
        self._labels: dict[str, tuple[str, ...]] = {}
        self.originals = {original.id: original for original in read_originals(folder)}
        self._networks: dict[str, Entry] = dict(self._shipped())
        self._networks |= {original.id: self._original(original, shelf) for original in self.originals.values()}
        self._open_limit = open_limit
        self._recent: OrderedDict[str, Network] = OrderedDict()
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[Network]:
        return (entry() for entry in self._networks.values())

    def __len__(self) -> int:
        return len(self._networks)

    def get(self, model: str) -> Network:
        """The network with this id.

        Raises:
            UnknownModel: there is none; the error lists those there are.
        """
        entry = self._networks.get(model)
        if entry is None:
            known = ", ".join(self._networks) or "none"
            raise UnknownModel(f"There is no network with this id. Those there are: {known}.", known=[*self._networks])
        return entry()

    def original(self, model: str) -> Original:
        """The original with this id.

        Raises:
            UnknownModel: there is no network with this id.
            NotAvailable: it ships with its weights.
        """
        if model not in self.originals:
            raise NotAvailable(f"{self.get(model).card.name} ships with its weights: there is nothing to pull.")
        return self.originals[model]

    def original_of(self, network: Network) -> str | None:
        """The id of the original that `network` is a narrower copy of: its own id up to a hyphen (vgg16-imagenette)."""
        name, hyphen, _ = network.id.partition("-")
        return name if hyphen and name in self.originals else None

    def used(self, network: Network) -> None:
        """Note that `network` is being run, and close the one unused for longest if too many are open."""
        with self._lock:
            self._recent[network.id] = network
            self._recent.move_to_end(network.id)
            stale = self._recent.popitem(last=False)[1] if len(self._recent) > self._open_limit else None
        if stale is not None:
            stale.close()

    def _shipped(self) -> Iterator[tuple[str, Entry]]:
        for path in sorted(self._folder.glob("*.json")):
            card = read_card(path)
            if card.id != path.stem:
                raise NetworkError(f"The card {path.name} calls its network {card.id}: file and id must be the same.")
            yield card.id, _always(self._network(card, path.with_suffix(".onnx")))

    def _original(self, original: Original, shelf: Shelf | None) -> Entry:
        architecture = self._network(original, self._folder / FOLDER / f"{original.id}.onnx")
        if shelf is None or original.weights is None:
            return _always(architecture)
        weights, pulled = original.weights, self._network(original.pulled(), shelf.path(original.id))
        return lambda: pulled if shelf.holds(original.id, weights) else architecture

    def _network(self, card: Card, path: Path) -> Network:
        if card.labels not in self._labels:
            self._labels[card.labels] = _read_labels(self._folder / "labels" / f"{card.labels}.json")
        return Network(card, path, self._labels[card.labels], self._runtime)


def _always(network: Network) -> Entry:
    return lambda: network


def _read_labels(path: Path) -> tuple[str, ...]:
    try:
        names = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NetworkError(f"The labels {path.stem} can't be read.") from error
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise NetworkError(f"The labels {path.stem} are not a list of names.")
    return tuple(names)
