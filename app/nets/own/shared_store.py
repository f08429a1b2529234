"""The store of own networks that machines share: in a bucket, each copied to the local folder where it is used."""

import os
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from app.errors import StorageFull, StoreUnavailable, UnknownModel
from app.nets.own.bucket_folder import BucketFolder, BucketRecord, DamagedFile
from app.nets.own.layout import MODEL_FILE
from app.nets.own.store import (
    ID,
    IN_USE_S,
    NetworkRecord,
    OwnNetworkStore,
    PlacedFile,
    StoredNetwork,
    StoreLimits,
    network_id,
    unknown_network,
)
from app.storage.bucket import Bucket

CONFIRMED_S = 10.0  # for so long after the bucket was listed, a network counts as being there
RENEW_AT = 0.25  # of its lifetime: the use of a network is noted in the bucket if the last one noted is older ...
RENEW_S = 900.0  # ... or older than this, so that no machine takes what another one uses for idle
RENEWAL_S = 60.0  # nobody gets an expired network, but somebody who came in time may still be noting the use
UNCONFIRMED_S = 600.0  # a younger local network may be on its way to the bucket


class SharedNetworkStore(OwnNetworkStore):
    """Own networks in a bucket. The limits hold for the bucket, and for the copies of each machine.

    A copy is given out only if the bucket has listed its network within `CONFIRMED_S` seconds. While the bucket is
    away, copies go on being used; all else raises StoreUnavailable. Public networks are copied when the store is
    compared with the bucket, by `expire`, so that nobody waits for a list of them.
    """

    def __init__(self, folder: Path, limits: StoreLimits, bucket: Bucket) -> None:
        self._bucket = BucketFolder(bucket)
        self._entries: dict[str, BucketRecord] = {}
        self._listed = -CONFIRMED_S
        self._fetching = threading.Lock()
        super().__init__(folder, limits)

    def add(self, file: PlacedFile, record: NetworkRecord) -> StoredNetwork:
        """Store a network of a placed file here and in the bucket, or renew it.

        Raises:
            StorageFull: there is no room.
            UnknownModel: the file has been deleted.
            StoreUnavailable: the bucket is away.
        """
        stored = super().add(file, record)
        parts = file.path.parent
        try:
            size = sum(path.stat().st_size for path in parts.iterdir())
            entry = BucketRecord(record.card.id, file.id, size, time.time())
            self._bucket.make_room(entry, self._limits, IN_USE_S + self._renew_s)
            self._bucket.begin_upload(file.id)
            self._write(entry, record, parts)
        except FileNotFoundError:  # somebody has just deleted it
            raise unknown_network() from None
        self._entries = self._entries | {entry.id: entry}
        return stored

    def get(self, network: str) -> StoredNetwork:
        """The network with this id; this is no use of it. Raises UnknownModel, StorageFull, StoreUnavailable."""
        if self._is_public_here(network):
            return super().get(network)
        entry = self._confirm(network)
        try:
            stored = super().get(network)
        except UnknownModel:
            if entry is None:
                raise
            with self._fetching:
                self._fetch(entry)
            stored = super().get(network)
        if entry is None:
            return stored
        return replace(stored, expires_at=None if entry.is_public else self._expires_at(entry))

    def use(self, network: str) -> None:
        """Note a use of the network, which then expires later; raises UnknownModel, StoreUnavailable."""
        if not self._is_public_here(network):
            entry = self._confirm(network)
            if entry is not None and not entry.is_public and time.time() - entry.used_s > self._renew_s:
                self._renew(entry)
        super().use(network)

    def delete(self, network: str) -> None:
        """Delete the network in the bucket and here; the copies of other machines follow."""
        if ID.fullmatch(network):
            entry = self._bucket.entries().get(network)
            if entry is not None:
                self._bucket.remove(entry)
            self._entries = {name: other for name, other in self._entries.items() if name != network}
            super().delete(network)

    def publish(self, network: str, source: str = "") -> None:
        """Make the network public; raises UnknownModel, StorageFull, StoreUnavailable."""
        self.get(network)
        self._bucket.mark_public(network, source)
        super().publish(network, source)

    def unpublish(self, network: str) -> None:
        """Make the network private again: it expires as others do. Raises UnknownModel, StoreUnavailable."""
        entry = self._list().get(network)
        if entry is None:
            raise unknown_network()
        self._renew(entry)
        self._bucket.mark_private(network)
        super().unpublish(network)

    def expire(self) -> frozenset[str]:
        """Delete what has expired, here and in the bucket, and take over which networks are public.

        The copies of networks that are no longer in the bucket are deleted. The ids of the networks that are here.
        """
        with suppress(StoreUnavailable):
            self._bucket.remove_unused(time.time() - self._limits.ttl_s - RENEWAL_S)
            self._bucket.remove_leftovers(time.time() - IN_USE_S)
            self._compare_marks()
            self._delete_copies()
        return super().expire()

    @property
    def _renew_s(self) -> float:
        """How old the last use that is noted in the bucket may be while the network is used."""
        return min(RENEW_S, self._limits.ttl_s * RENEW_AT)

    def _is_public_here(self, network: str) -> bool:
        return network in self.public()

    def _expires_at(self, entry: BucketRecord) -> float:
        return entry.used_s + self._limits.ttl_s

    def _list(self) -> dict[str, BucketRecord]:
        self._entries, self._listed = self._bucket.entries(), time.monotonic()
        return self._entries

    def _confirm(self, network: str) -> BucketRecord | None:
        """The network in the bucket; None if the bucket is away and there is a copy.

        Raises UnknownModel, StoreUnavailable.
        """
        if not ID.fullmatch(network):
            raise unknown_network()
        entry = self._entries.get(network) if time.monotonic() - self._listed < CONFIRMED_S else None
        try:
            entry = entry or self._list().get(network)
        except StoreUnavailable:
            if self._folder.entry(network) is None:
                raise
            return None
        if entry is None or (time.time() > self._expires_at(entry) and not entry.is_public):
            super().delete(network)
            raise unknown_network()
        return entry

    def _write(self, entry: BucketRecord, record: NetworkRecord, parts: Path) -> None:
        """Write a network to the bucket; raises FileNotFoundError if its local file has gone."""
        if not self._bucket.has_file(entry.file):
            self._bucket.write_file(entry.file, parts)
        self._bucket.write_record(entry, record.model_dump_json())
        if not self._bucket.has_file(entry.file):  # another machine was deleting it as the upload began
            self._bucket.write_file(entry.file, parts)
        self._bucket.end_upload(entry.file)

    def _renew(self, entry: BucketRecord) -> None:
        """Write the record again, which makes it young."""
        used = replace(entry, used_s=time.time(), is_public=False)
        try:
            self._bucket.write_record(used, self._bucket.read_record(entry).decode())
        except FileNotFoundError:
            raise unknown_network() from None
        self._entries = self._entries | {used.id: used}

    def _fetch(self, entry: BucketRecord) -> None:
        """Copy a network to the local folder; one that is damaged is deleted, so that it can be sent again."""
        if self._folder.entry(entry.id) is not None:
            return  # another thread has copied it
        if entry.bytes > self._limits.bytes:
            raise StorageFull("The network is larger than the local store.", max_bytes=self._limits.bytes)
        try:
            record = NetworkRecord.model_validate_json(self._bucket.read_record(entry))
            with self.incoming() as incoming:
                parts = self._bucket.fetch_file(entry.file, incoming.folder)
                placed = self.place(parts.pop(MODEL_FILE), parts.values())
            if network_id(placed, record) != entry.id:
                raise DamagedFile
            super().add(placed, record)
        except FileNotFoundError:
            raise unknown_network() from None
        except (DamagedFile, ValidationError):
            self._bucket.remove(entry)
            raise unknown_network() from None

    def _compare_marks(self) -> None:
        """Mark the networks as public that are so in the bucket, the earliest first, and no others."""
        here, there = self.public(), self._bucket.public_marks()
        for network in here.keys() - there.keys():
            self._folder.mark_private(network)
        for network, published_s in there.items():
            if ID.fullmatch(network) and network not in here:
                with suppress(UnknownModel, StorageFull):
                    self.get(network)
                    super().publish(network, self._bucket.source(network))
                    os.utime(self._folder.mark_path(network), (published_s, published_s))

    def _delete_copies(self) -> None:
        """Delete the copies of networks that have gone."""
        there, oldest_s = self._list(), time.time() - UNCONFIRMED_S
        for copy in self._folder.entries():
            if copy.id not in there and copy.used_s < oldest_s:
                super().delete(copy.id)
