"""Own networks: the ONNX files that users bring, opened, read again by their ids, published, deleted."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cachetools import TTLCache

from app.errors import ConvScopeError, NotAvailable, UnknownModel
from app.nets.labels import read_labels
from app.nets.network import Network
from app.nets.own.description import SOURCE, Description, change_card
from app.nets.own.discovery import discover
from app.nets.own.first_reading import read_first
from app.nets.own.incoming import IncomingFiles, UploadedFile
from app.nets.own.label_choice import LabelChoice, choose_labels, stated_labels
from app.nets.own.shared_store import SharedNetworkStore
from app.nets.own.stated_facts import Fact
from app.nets.own.store import (
    PREFIX,
    NetworkRecord,
    OwnNetworkStore,
    PlacedFile,
    StoredNetwork,
    StoreLimits,
    network_id,
)
from app.nets.reading.model_file import ModelFile, read_model_file
from app.nets.session import RuntimeSource
from app.sandbox.gate import GateLimits, check_file
from app.settings import Settings
from app.storage.bucket import Bucket
from app.storage.expiry import Expiry, look_interval_s
from app.work.byte_budget import ByteBudget
from app.work.job import JobHandle
from app.work.runner import Load, Runner, RunnerLimits
from app.work.stop import Stop

LOOK_S = 10.0  # how long a network that was seen on disk counts as being there
READ_NETWORKS = 32  # whose graphs stay in memory, the largest 30 MB each; the sessions of fewer stay open
OPENING = 2  # networks that are opened at the same time
UPLOADS = 4  # of the largest size that may arrive at the same time, or more of smaller ones
SECONDS = 120  # to read a network
IMAGENET = "labels/imagenet1k.json"  # in the folder of networks

LabelLists = Iterable[Fact[tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class OwnNetwork:
    """A network in the store, and when it expires, in seconds since 1970; None for a public one."""

    network: Network
    expires_at: float | None


class OwnNetworks:
    """The networks of users, by their ids. Only public ones are ever listed."""

    def __init__(self, settings: Settings, runtimes: RuntimeSource, bucket: Bucket | None = None) -> None:
        ttl_s = settings.own_networks_ttl_s
        limits = StoreLimits(settings.own_networks_bytes, settings.own_networks, ttl_s)
        folder = settings.data_dir / "own"
        self._store = OwnNetworkStore(folder, limits) if bucket is None else SharedNetworkStore(folder, limits, bucket)
        self._runtimes = runtimes
        self._runner = Runner("open", RunnerLimits(OPENING, settings.queue, SECONDS))
        self.largest_bytes = settings.own_network_max_bytes  # of one network
        self._imagenet = _read_imagenet(settings.models_dir / IMAGENET)
        # a loop may run without end: only a process of its own can be ended
        is_sandboxed = settings.sandbox_mode != "off"
        self._gate = GateLimits(file_bytes=settings.own_network_max_bytes, allow_control_flow=is_sandboxed)
        self._budget = ByteBudget(UPLOADS * self.largest_bytes)
        self._read: OrderedDict[str, Network] = OrderedDict()
        self._in_use: TTLCache[str, None] = TTLCache(READ_NETWORKS, look_interval_s(ttl_s, LOOK_S))
        self._lock = threading.Lock()
        self._expiry = Expiry("network", ttl_s, self._expire)

    @property
    def load(self) -> Load:
        return self._runner.load

    @contextmanager
    def incoming(self, length: int | None) -> Iterator[IncomingFiles]:
        """A place for the files of an upload of this length, if it is known; empty again at the end.

        Raises:
            Overloaded: too many bytes are arriving at the same time.
            StorageFull: the disk has no room.
        """
        expected = self.largest_bytes if length is None else length
        with self._budget.reserve(expected), self._store.incoming() as incoming:
            yield incoming

    def require_runtime(self) -> None:
        """Raises SandboxUnavailable if strangers' networks are refused here. The first time takes a second."""
        self._runtimes.for_network()

    def add(self, incoming: IncomingFiles, description: Description) -> JobHandle[OwnNetwork]:
        """Open a network and store it; the same files with the same description are the same network.

        `incoming` must stay until the job has ended. Raises through the handle:
            NetworkError: the file can't be read or used.
            InvalidRequest: the description is invalid.
            StorageFull: there is no room.
            SandboxUnavailable, NetworkCrashed: it can't be read in a confined process.
        """
        return self._runner.submit(object(), lambda stop: self._add(incoming, description, stop))

    def with_input(self, network: str, fields: Mapping[str, Any]) -> JobHandle[OwnNetwork]:
        """The same file with other values of these fields of its input: another network. Raises as `add` and `get`."""

        def work(stop: Stop) -> OwnNetwork:
            stored = self._store.get(network)
            card = change_card(stored.record.card, {"input": fields})
            return self._open(stored.file, NetworkRecord(card=card, labels=stored.record.labels), stop)

        return self._runner.submit(object(), work)

    def get(self, network: str) -> Network:
        """The network with this id; notes a use of it.

        Looks at most once in `LOOK_S` seconds for each network. Raises UnknownModel, StoreUnavailable.
        """
        with self._lock:
            known = self._read.get(network) if network in self._in_use else None
        if known is None:
            known = self.describe(network).network
            self._store.use(network)
            with self._lock:
                self._in_use[network] = None
        return known

    def describe(self, network: str) -> OwnNetwork:
        """The network with this id, and when it expires; this is no use of it. Raises UnknownModel."""
        try:
            stored = self._store.get(network)
        except UnknownModel:
            self._forget(network)
            raise
        return OwnNetwork(self._remembered(stored), stored.expires_at)

    def public(self) -> Iterator[Network]:
        """The networks that are listed for everyone, the earliest first; none that can't be read at the moment."""
        for identity in self._store.public():
            network = self._read_now(identity)
            if network is not None:
                yield network

    def publish(self, network: str, source: str = "") -> OwnNetwork:
        """List the network for everyone, on behalf of `source`. Raises UnknownModel."""
        self._store.publish(network, source)
        return self.describe(network)

    def unpublish(self, network: str) -> OwnNetwork:
        """List the network no longer; whoever has its link still has it. Raises UnknownModel."""
        self._store.unpublish(network)
        return self.describe(network)

    def publications(self) -> Mapping[str, str]:
        """The ids of the public networks, each with the source on whose behalf it was published."""
        return self._store.public()

    def delete(self, network: str) -> None:
        """Delete a network.

        Raises:
            UnknownModel: there is none.
            NotAvailable: it is public.
        """
        if self._store.get(network).is_public:
            raise NotAvailable("This network is published for everyone. Take the publication back first.")
        self.remove(network)

    def remove(self, network: str) -> None:
        """Delete a network, public or not, if it is there."""
        self._store.delete(network)
        self._forget(network)

    def close(self, timeout_s: float) -> None:
        """Open nothing more, and let no more networks expire."""
        self._expiry.close()
        self._runner.close(timeout_s)

    def _add(self, incoming: IncomingFiles, description: Description, stop: Stop) -> OwnNetwork:
        model = incoming.model
        self.require_runtime()
        check_file(model.path, self._gate)
        file = read_model_file(model.path)
        external = _external_data(incoming, file)
        others = [each.path for each in incoming.files.values() if each is not model and each not in external]
        discovery = discover(file, others)
        card = change_card(discovery.card(model), description.card)
        stop.check()
        placed = self._store.place(model, external)
        record = NetworkRecord(card=card)
        if description.labels:
            return self._open(placed, _with_labels(record, stated_labels(description.labels, SOURCE)), stop)
        return self._open(placed, record, stop, discovery.labels)

    def _open(self, file: PlacedFile, record: NetworkRecord, stop: Stop, lists: LabelLists | None = None) -> OwnNetwork:
        """Read a placed network, choose its labels among the lists and store it.

        The file of a network that can't be used is deleted.
        """
        runtime = self._runtimes.for_network()
        try:
            card, graph = read_first(record.card, file.path, runtime, stop)
            record = NetworkRecord(card=card, labels=record.labels)
            if lists is not None:
                record = _with_labels(record, choose_labels(graph, lists, self._imagenet))
            card = record.card.model_copy(update={"id": network_id(file, record)})
            record = NetworkRecord(card=card, labels=record.labels)
            network = Network(card, file.path, record.labels, runtime)
            network.graph = graph
            if network.problem:
                raise network.problem
            stored = self._store.add(file, record)
        except ConvScopeError:
            self._store.discard(file)
            raise
        return OwnNetwork(self._remembered(stored, network), stored.expires_at)

    def _read_now(self, network: str) -> Network | None:
        """The network, with its graph or its problem; None if it has gone, or its process ended while reading it."""
        with suppress(ConvScopeError):
            known = self.get(network)
            _ = known.problem  # reads the graph
            return known
        return None

    def _remembered(self, stored: StoredNetwork, network: Network | None = None) -> Network:
        """The one network in memory for this record."""
        card = stored.record.card
        with self._lock:
            known = self._read.get(card.id) or network
            known = known or Network(card, stored.file.path, stored.record.labels, self._runtimes.for_network())
            self._read[card.id] = known
            self._read.move_to_end(card.id)
            stale = self._read.popitem(last=False)[1] if len(self._read) > READ_NETWORKS else None
        if stale is not None:
            stale.close()
        return known

    def _forget(self, network: str) -> None:
        with self._lock:
            self._in_use.pop(network, None)
            known = self._read.pop(network, None)
        if known is not None:
            known.close()

    def _expire(self) -> None:
        """Delete what has expired, and close what is no longer there."""
        left = self._store.expire()
        with self._lock:
            gone = [network for network in self._read if network not in left]
        for network in gone:
            self._forget(network)


def _with_labels(record: NetworkRecord, choice: LabelChoice) -> NetworkRecord:
    card, assumed = record.card, ("labels",) if choice.is_assumed else ()
    update = {"findings": (*card.findings, *choice.findings), "assumed": (*card.assumed, *assumed)}
    return NetworkRecord(card=card.model_copy(update=update), labels=choice.labels)


def is_own(network: str) -> bool:
    """Whether this is the id of an own network, or would be."""
    return network.startswith(PREFIX)


def _external_data(incoming: IncomingFiles, file: ModelFile) -> list[UploadedFile]:
    """The files of the upload that have weights of the network."""
    names = {path.name for path in file.weight_files}
    return [each for name, each in incoming.files.items() if name in names and each.path != incoming.model.path]


def _read_imagenet(path: Path) -> tuple[str, ...]:
    """The labels that are proposed for as many classes; none where the folder of networks has them not."""
    return read_labels(path) if path.exists() else ()
