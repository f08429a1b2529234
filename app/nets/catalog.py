"""The networks there are: every card in the models folder, and which of them are open."""

import json
import threading
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

from app.errors import NetworkError, UnknownModel
from app.nets.card import read_card
from app.nets.network import Network
from app.nets.runtime import Runtime


class Catalog:
    """The networks of `folder` by id. At most `open_limit` stay loaded: the least recently used is closed first."""

    def __init__(self, folder: Path, runtime: Runtime, open_limit: int) -> None:
        self._networks = {network.id: network for network in _read_folder(folder, runtime)}
        self._open_limit = open_limit
        self._recent: OrderedDict[str, Network] = OrderedDict()
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[Network]:
        return iter(self._networks.values())

    def __len__(self) -> int:
        return len(self._networks)

    def get(self, model: str) -> Network:
        """The network with this id.

        Raises:
            UnknownModel: there is none; the error lists those there are.
        """
        network = self._networks.get(model)
        if network is None:
            known = ", ".join(self._networks) or "none"
            raise UnknownModel(f"There is no network with this id. Those there are: {known}.", known=[*self._networks])
        return network

    def used(self, network: Network) -> None:
        """Note that `network` is being run, and close the one unused for longest if too many are open."""
        with self._lock:
            self._recent[network.id] = network
            self._recent.move_to_end(network.id)
            stale = self._recent.popitem(last=False)[1] if len(self._recent) > self._open_limit else None
        if stale is not None:
            stale.close()


def _read_folder(folder: Path, runtime: Runtime) -> Iterator[Network]:
    labels: dict[str, tuple[str, ...]] = {}
    for path in sorted(folder.glob("*.json")):
        card = read_card(path)
        if card.id != path.stem:
            raise NetworkError(f"The card {path.name} calls its network {card.id}: file and id must be the same.")
        if card.labels not in labels:
            labels[card.labels] = _read_labels(folder / "labels" / f"{card.labels}.json")
        yield Network(card, path.with_suffix(".onnx"), labels[card.labels], runtime)


def _read_labels(path: Path) -> tuple[str, ...]:
    try:
        names = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NetworkError(f"The labels {path.stem} can't be read.") from error
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise NetworkError(f"The labels {path.stem} are not a list of names.")
    return tuple(names)
