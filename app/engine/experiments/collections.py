"""Collections of pictures: a folder or a ZIP of them becomes stored pictures, and can be looked up by its id."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from app.engine.experiments.picture_uploads import IncomingPictures, PictureUploads
from app.engine.pictures import Pictures
from app.engine.results import Results
from app.errors import ConvScopeError, InvalidRequest, StorageFull, UnknownImage
from app.images.archives import ArchiveLimits, PictureArchive, is_archive_file, too_large_picture
from app.images.collections import Collection, CollectionKind, CollectionPicture, split_path
from app.nets.own.incoming import UploadedFile
from app.settings import Settings
from app.storage.bucket import Bucket
from app.storage.content import FolderLimits
from app.storage.expiry import Expiry
from app.storage.shared import open_store
from app.work.job import JobHandle
from app.work.stop import Stop

MAX_PICTURES = 200
MAX_SIDE = 1024  # at which pictures of a collection are stored: inputs of networks rarely have a third of that
MAX_BYTES = 64_000_000  # of all collections, which hold names and ids: some thousands of them
LOOKS = 8  # for pictures at the same time: a bucket may take long to answer each


@dataclass(frozen=True, slots=True)
class PictureSource:
    """A file of an upload: its name with its folders, and its bytes, or why they are not read."""

    path: str
    read: Callable[[], bytes]
    problem: str | None = None


class Collections:
    """Collections by their ids, and the job that makes one of an upload."""

    def __init__(self, settings: Settings, pictures: Pictures, results: Results, bucket: Bucket | None = None) -> None:
        limits = FolderLimits(MAX_BYTES, settings.store_ttl_s)
        self._store = open_store(CollectionKind(), settings.data_dir / "collections", limits, bucket)
        incoming = settings.data_dir / "collections-incoming"
        self.uploads = PictureUploads(incoming, MAX_PICTURES, settings.max_collection_bytes)
        self._limits = ArchiveLimits(MAX_PICTURES, settings.max_upload_bytes, 2 * settings.max_collection_bytes)
        self._expiry = Expiry("collection", settings.store_ttl_s, self._store.expire)
        self._pictures = pictures
        self._results = results

    def add(self, incoming: IncomingPictures) -> JobHandle[Collection]:
        """Decode and store the pictures of an upload, a ZIP alone or some files, and store the collection.

        A file that can't be read is in the collection with its problem. `incoming` must stay until the job has ended.

        Raises through the handle:
            InvalidRequest: there is no file, none can be read, or the ZIP is damaged.
            TooLarge: the ZIP has too many files or bytes.
            StorageFull: there is no room.
        """

        def work(stop: Stop) -> Collection:
            match incoming.files:
                case [(_, alone)] if is_archive_file(alone.path):
                    with alone.path.open("rb") as file:
                        return self._add(_archive_sources(PictureArchive(file, self._limits)), stop)
                case files:
                    return self._add([_file_source(name, file, self._limits) for name, file in files], stop)

        return self._results.slow.submit(object(), work)

    def store(self, collection: Collection) -> None:
        """Store a collection of pictures that are stored already, or renew it; raises StorageFull, StoreUnavailable."""
        self._store.add(collection.id, collection)

    def close(self) -> None:
        """Let no more collections expire."""
        self._expiry.close()

    def get(self, identity: str) -> Collection:
        """The collection with this id; notes a use of it and of its pictures.

        So `present` then answers from memory for a while. Raises UnknownCollection, StoreUnavailable.
        """
        collection = self._store.get(identity)
        self.present(collection)
        return collection

    def present(self, collection: Collection) -> tuple[str, ...]:
        """The ids of its pictures that are still stored, in order; notes a use of each."""
        images = [each.id for each in collection.pictures if each.id is not None]
        if all(self._pictures.is_in_use(image) for image in images):
            return tuple(images)
        with ThreadPoolExecutor(LOOKS) as pool:
            present = list(pool.map(self._is_there, images))
        return tuple(image for image, is_there in zip(images, present, strict=True) if is_there)

    def in_folders(self, collection: Collection) -> list[tuple[str, str]]:
        """Each picture that is still stored, with its folder; notes a use of each."""
        present = set(self.present(collection))
        return [(each.id, each.folder) for each in collection.pictures if each.id is not None and each.id in present]

    def _is_there(self, image: str) -> bool:
        try:
            self._pictures.require(image)
        except UnknownImage:
            return False
        return True

    def delete(self, identity: str) -> None:
        """Delete a collection, if it is there; its pictures expire by themselves."""
        self._store.delete(identity)

    def _add(self, sources: list[PictureSource], stop: Stop) -> Collection:
        pictures = tuple(self._stored(source, stop) for source in sources)
        if not pictures:
            raise InvalidRequest("There is no picture. Choose a folder of photos, some photos, or a ZIP of them.")
        if all(picture.id is None for picture in pictures):
            raise InvalidRequest(f"None of the files can be read. {pictures[0].problem}")
        collection = Collection(pictures)
        self.store(collection)
        return collection

    def _stored(self, source: PictureSource, stop: Stop) -> CollectionPicture:
        """The picture of a source, stored; one that can't be read has a problem instead."""
        stop.check()
        folder, name = split_path(source.path)
        if source.problem is not None:
            return CollectionPicture(None, name, folder, source.problem)
        try:
            upload = self._pictures.store(self._pictures.decode(source.read, stop, MAX_SIDE))
        except StorageFull:
            raise
        except ConvScopeError as error:
            stop.check()
            return CollectionPicture(None, name, folder, error.message)
        return CollectionPicture(upload.stored.id, name, folder)


def _archive_sources(archive: PictureArchive) -> list[PictureSource]:
    return [PictureSource(entry.name, partial(archive.read, entry), entry.problem) for entry in archive.entries]


def _file_source(name: str, file: UploadedFile, limits: ArchiveLimits) -> PictureSource:
    problem = None
    if is_archive_file(file.path):
        problem = "An archive among other files is not opened: send it alone."
    elif file.bytes > limits.picture_bytes:
        problem = too_large_picture(limits)
    return PictureSource(name, file.path.read_bytes, problem)
