"""The store of own networks: added, found by id, published, deleted; limited in bytes, in number and in age."""

import hashlib
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from app.errors import StorageFull, UnknownModel
from app.nets.card import Card, Data
from app.nets.own.incoming import IncomingFiles, UploadedFile
from app.nets.own.layout import MODEL_FILE, OwnNetworkFolder, RecordEntry, touch

PREFIX = "own-"
ID = re.compile(rf"{PREFIX}[0-9a-f]{{24}}")
IN_USE_S = 3_600  # a network used within this time makes no room for another one; an upload takes no longer


class NetworkRecord(Data):
    """What an own network is, beside its file: its card and the names of its classes, none where none are known."""

    card: Card
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoreLimits:
    """The most bytes and networks of the store, and the seconds after its last use in which a network expires."""

    bytes: int
    networks: int
    ttl_s: float


@dataclass(frozen=True, slots=True)
class PlacedFile:
    """An ONNX file with its external data at its place in the store; `id` is a hash of all of them."""

    id: str
    path: Path


@dataclass(frozen=True, slots=True)
class StoredNetwork:
    """A network in the store: its record, its file, and when it expires, in seconds since 1970.

    A public network is in the list of everyone and does not expire.
    """

    record: NetworkRecord
    file: PlacedFile
    expires_at: float | None

    @property
    def is_public(self) -> bool:
        return self.expires_at is None


class OwnNetworkStore:
    """Own networks in one folder that any number of threads and processes may share."""

    def __init__(self, folder: Path, limits: StoreLimits) -> None:
        """Open `folder`, and create it if necessary."""
        self._folder = OwnNetworkFolder(folder)
        self._limits = limits
        OwnNetworkStore.expire(self)

    @contextmanager
    def incoming(self) -> Iterator[IncomingFiles]:
        """A place for the files of an upload; what is not placed in the store is deleted at the end."""
        with _translate_errors():
            folder = self._folder.new_upload()
        try:
            yield IncomingFiles(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def place(self, model: UploadedFile, external: Iterable[UploadedFile]) -> PlacedFile:
        """Move an ONNX file and its external data into the store; the least recently used networks make room.

        The file stays for `IN_USE_S` seconds without a network that uses it.

        Raises:
            StorageFull: there is no room.
        """
        parts = {MODEL_FILE: model} | {file.path.name: file for file in external}
        identity = file_id({name: file.sha256 for name, file in parts.items()})
        path = self._folder.model_path(identity)
        with _translate_errors(), self._folder.lock():
            if not path.exists():
                self._make_room(identity, sum(file.bytes for file in parts.values()))
                self._folder.install_file(identity, {name: file.path for name, file in parts.items()})
            touch(path.parent)
        return PlacedFile(identity, path)

    def discard(self, file: PlacedFile) -> None:
        """Delete a placed file that no network uses."""
        with self._folder.lock():
            self._folder.remove_unused_file(file.id)

    def add(self, file: PlacedFile, record: NetworkRecord) -> StoredNetwork:
        """Store a network of a placed file, or renew it.

        Raises:
            StorageFull: there is no room.
            UnknownModel: the file has been deleted.
        """
        network = record.card.id
        with _translate_errors(), self._folder.lock():
            if not file.path.exists():
                raise unknown_network()
            if self._folder.entry(network) is None:
                self._make_room(file.id, networks=1)
            entry = self._folder.install_record(network, file.id, record.model_dump_json())
        return self._stored(entry, record)

    def get(self, network: str) -> StoredNetwork:
        """The network with this id; this is no use of it. Raises UnknownModel."""
        entry = self._find(network)
        try:
            record = NetworkRecord.model_validate_json(entry.path.read_bytes())
        except (OSError, ValidationError):
            raise unknown_network() from None
        return self._stored(entry, record)

    def use(self, network: str) -> None:
        """Note a use of the network, which then expires later; raises UnknownModel."""
        self._use(self._find(network))

    def delete(self, network: str) -> None:
        """Delete the network, and its file with the last network of it; nothing happens if there is none."""
        if ID.fullmatch(network):
            with self._folder.lock():
                entry = self._folder.entry(network)
                if entry is not None:
                    self._folder.remove(entry)

    def publish(self, network: str, source: str = "") -> None:
        """Make the network public; `source` says on whose behalf.

        Raises:
            UnknownModel: there is no such network.
            StorageFull: there is no room for the mark.
        """
        with _translate_errors(), self._folder.lock():
            self._find(network)
            self._folder.mark_public(network, source)

    def unpublish(self, network: str) -> None:
        """Make the network private again: it expires as others do. Raises UnknownModel."""
        with self._folder.lock():
            self._use(self._find(network))
            self._folder.mark_private(network)

    def public(self) -> dict[str, str]:
        """The ids of the public networks, the earliest first, each with the source that published it."""
        return self._folder.public_marks()

    def expire(self) -> frozenset[str]:
        """Delete what has expired and what interrupted uploads have left; the ids of the networks that are there."""
        with self._folder.lock():
            entries = self._sweep()
            self._folder.remove_leftovers(time.time() - IN_USE_S)
        return frozenset(entry.id for entry in entries)

    def _find(self, network: str) -> RecordEntry:
        entry = self._folder.entry(network) if ID.fullmatch(network) else None
        if entry is None or self._is_expired(entry):
            raise unknown_network()
        return entry

    def _use(self, entry: RecordEntry) -> None:
        try:
            touch(entry.path)
        except OSError:
            raise unknown_network() from None

    def _stored(self, entry: RecordEntry, record: NetworkRecord) -> StoredNetwork:
        expires_at = None if entry.is_public else entry.used_s + self._limits.ttl_s
        return StoredNetwork(record, PlacedFile(entry.file, self._folder.model_path(entry.file)), expires_at)

    def _is_expired(self, entry: RecordEntry) -> bool:
        return not entry.is_public and time.time() - entry.used_s > self._limits.ttl_s

    def _make_room(self, file: str, wanted: int = 0, networks: int = 0) -> None:
        """Delete the least recently used networks until more fit; none of `file`, none that is in use, no public one.

        Raises StorageFull if that is not enough.
        """
        entries, sizes = self._sweep(), self._folder.file_sizes()
        users = Counter(entry.file for entry in entries)
        used, count, idle_s = sum(sizes.values()) + wanted, len(entries) + networks, time.time() - IN_USE_S
        for entry in entries:
            if used <= self._limits.bytes and count <= self._limits.networks:
                return
            if not entry.is_public and entry.used_s < idle_s and entry.file != file:
                self._folder.remove(entry)
                users[entry.file] -= 1
                count -= 1
                used -= 0 if users[entry.file] else sizes.get(entry.file, 0)
        if used > self._limits.bytes or count > self._limits.networks:
            raise no_room(self._limits)

    def _sweep(self) -> list[RecordEntry]:
        """Delete the networks that have expired; the others, the least recently used first."""
        entries = self._folder.entries()
        for entry in entries:
            if self._is_expired(entry):
                self._folder.remove(entry)
        return [entry for entry in entries if not self._is_expired(entry)]


def network_id(file: PlacedFile, record: NetworkRecord) -> str:
    """The id of a network: a hash of its file, of all that its card says, and of its labels."""
    facts = (file.id, record.card.model_dump_json(exclude={"id"}), record.labels)
    return PREFIX + hashlib.sha256(repr(facts).encode()).hexdigest()[:24]


def part_list(hashes: Mapping[str, str]) -> str:
    """The names of the files of a network, each with its SHA-256: the text that their id is the hash of."""
    return "".join(f"{sha256} {name}\n" for name, sha256 in sorted(hashes.items()))


def file_id(hashes: Mapping[str, str]) -> str:
    """The id of a network's file with its external data: a hash of the hash and name of each part."""
    return hashlib.sha256(part_list(hashes).encode()).hexdigest()


def no_room(limits: StoreLimits) -> StorageFull:
    return StorageFull(
        "There is no room for another network: those of the last hour take it up. Delete one that you no longer need, "
        "or try again later.",
        max_bytes=limits.bytes,
        max_networks=limits.networks,
    )


def unknown_network() -> UnknownModel:
    return UnknownModel("There is no such network: it was deleted or has expired. Open its file again.")


@contextmanager
def _translate_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageFull("The server has no space left. Try again later.") from error
