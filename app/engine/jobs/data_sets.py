"""Data sets of jobs: an upload of thousands of photos becomes a stored ZIP, and can be looked up by its id."""

from dataclasses import dataclass
from pathlib import Path

from app.engine.experiments.picture_uploads import IncomingPictures, PictureUploads
from app.engine.results import Results
from app.errors import InvalidRequest
from app.images.archives import ArchiveLimits, is_archive_file
from app.images.data_sets import DataSet, DataSetKind, data_set_id, open_data_set, pack_files
from app.settings import Settings
from app.storage.bucket import Bucket
from app.storage.content import FolderLimits
from app.storage.expiry import Expiry
from app.storage.shared import open_store
from app.work.job import JobHandle
from app.work.stop import Stop

MAX_UPLOADED_PHOTOS = 10_000
MAX_PHOTOS = 50_000  # in a folder or ZIP of this machine: as many as ImageNet has for validation
NAMES_PER_PHOTO = 1.2  # folders and what systems add are names, too
MAX_PACKED = 2  # times the bytes of its ZIP that the photos of an upload may have


@dataclass(frozen=True, slots=True)
class DataSetSource:
    """A ZIP or folder of photos on this machine, and the limits that it is opened within."""

    path: Path
    limits: ArchiveLimits


class DataSets:
    """The data sets that were uploaded, by their ids."""

    def __init__(self, settings: Settings, results: Results, bucket: Bucket | None = None) -> None:
        limits = FolderLimits(settings.data_sets_bytes, settings.store_ttl_s)
        self._store = open_store(DataSetKind(), settings.data_dir / "data-sets", limits, bucket)
        self._limits = data_set_limits(settings, MAX_UPLOADED_PHOTOS, MAX_PACKED * settings.max_collection_bytes)
        incoming = settings.data_dir / "data-sets-incoming"
        self.uploads = PictureUploads(incoming, MAX_UPLOADED_PHOTOS, settings.max_collection_bytes)
        self._expiry = Expiry("data-set", settings.store_ttl_s, self._store.expire)
        self._results = results

    def add(self, incoming: IncomingPictures) -> JobHandle[str]:
        """Store the photos of an upload, a ZIP alone or files, which are packed into one; the id of their data set.

        No photo is decoded. `incoming` must stay until the job has ended.

        Raises through the handle:
            InvalidRequest: there is no photo, or the ZIP is damaged.
            TooLarge: the ZIP has too many photos or bytes.
            StorageFull: there is no room.
        """
        return self._results.slow.submit(object(), lambda stop: self._add(incoming, stop))

    def close(self) -> None:
        """Let no more data sets expire."""
        self._expiry.close()

    def open(self, identity: str) -> DataSet:
        """The data set with this id, to be closed after use; notes a use of it. Raises UnknownDataSet."""
        return open_data_set(self._store.get(identity), self._limits)

    def source(self, identity: str) -> "DataSetSource":
        """Where the data set with this id is, for another process; notes a use of it. Raises UnknownDataSet."""
        return DataSetSource(self._store.get(identity), self._limits)

    def read(self, identity: str, number: int) -> bytes:
        """The file of one photo.

        Raises:
            UnknownDataSet: there is no such data set.
            InvalidRequest, TooLarge: it has no such photo, or the photo can't be read.
        """
        with self.open(identity) as data_set:
            if number >= len(data_set):
                raise InvalidRequest(f"The photos of the data set are numbered from 0 to {len(data_set) - 1}.")
            return data_set.read(number)

    def delete(self, identity: str) -> None:
        """Delete a data set, if it is there."""
        self._store.delete(identity)

    def _add(self, incoming: IncomingPictures, stop: Stop) -> str:
        if not incoming.files:
            raise InvalidRequest("There is no photo. Choose a folder of photos, or a ZIP of them.")
        (_, first), *others = incoming.files
        packed = first.path
        if others or not is_archive_file(packed):
            packed = incoming.folder / "packed.zip"
            pack_files([(name, file.path) for name, file in incoming.files], packed)
        stop.check()
        open_data_set(packed, self._limits).close()
        identity = data_set_id(packed)
        self._store.add(identity, packed)
        return identity


def data_set_limits(settings: Settings, max_photos: int, max_bytes: int) -> ArchiveLimits:
    """The limits on a data set: those on each of its photos are the settings' own."""
    return ArchiveLimits(max_photos, settings.max_upload_bytes, max_bytes, int(NAMES_PER_PHOTO * max_photos))
