"""Pictures: added to the store, and prepared for a network."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from cachetools import TTLCache
from numpy.typing import NDArray

from app.engine.inference import Inference
from app.engine.results import Key, Results
from app.images.decode import Limits, Picture
from app.images.formats.signatures import ALWAYS_ACCEPTED, accepted_formats
from app.images.perturbations.change import Change, apply_changes
from app.images.store import PictureStore, PixelsKind, StoredPicture
from app.nets.outputs import read_only
from app.nets.preprocessing.digit_view import digit_note
from app.nets.preprocessing.fit import RGB, Fit, change_fit
from app.nets.preprocessing.view import view_of
from app.sandbox.picture_decoder import PictureDecoder, decode_photo
from app.sandbox.sandbox import Sandbox
from app.settings import Settings
from app.storage.bucket import Bucket
from app.storage.content import FolderLimits
from app.storage.expiry import Expiry, look_interval_s
from app.storage.shared import open_store
from app.work.job import JobHandle
from app.work.stop import Stop

LOOK_S = 10.0  # how long a picture that was seen counts as being there
UNENCODED = "RGB"  # the format of a picture that comes from no file
IN_USE = 10_000  # pictures whose being there is remembered


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture that was added: where it is stored, and how many seconds decoding, or changing another one, took."""

    stored: StoredPicture
    seconds: float


@dataclass(frozen=True, slots=True)
class DecodedPicture:
    """A picture that was decoded and is not stored yet, and how many seconds that took."""

    picture: Picture
    seconds: float


@dataclass(frozen=True, slots=True)
class InputTensorKey(Key[NDArray[np.float32]]):
    """The input tensor for a picture; `fit` where it is prepared in another way than the network's own."""

    network: str
    image: str
    fit: Fit | None = None


class Pictures:
    """The store of pictures, the limits on what comes in, and the ways from a picture to an input tensor."""

    def __init__(self, settings: Settings, results: Results, sandbox: Sandbox, bucket: Bucket | None = None) -> None:
        self._limits = picture_limits(settings)
        self._sandbox = sandbox
        limits = FolderLimits(settings.store_bytes, settings.store_ttl_s)
        self._store = PictureStore(open_store(PixelsKind(), settings.data_dir / "pictures", limits, bucket))
        self._results = results
        self._in_use: TTLCache[str, None] = TTLCache(IN_USE, look_interval_s(settings.store_ttl_s, LOOK_S))
        self._lock = threading.Lock()
        self._expiry = Expiry("picture", settings.store_ttl_s, self._expire)

    def formats(self) -> tuple[str, ...]:
        """The formats of files that can be added. The first time may start processes that try the confinement."""
        return accepted_formats() if PictureDecoder(self._sandbox, self._limits).refusal is None else ALWAYS_ACCEPTED

    def add(self, read: Callable[[], bytes]) -> JobHandle[Upload]:
        """Decode a picture and store it; raises PictureError through the handle.

        `read` gives the file's bytes. It is called when the job starts, so that what waits in the queue holds none.
        """
        return self._results.drawing.submit(object(), lambda stop: self.store(self.decode(read, stop)))

    def decode(self, read: Callable[[], bytes], stop: Stop, max_side: int | None = None) -> DecodedPicture:
        """Decode a picture's file, HEIC in a process of its own, its longer side at most `max_side` if that is given.

        Raises PictureError, or as `PictureDecoder` does.
        """
        begin, data = time.perf_counter(), read()
        limits = replace(self._limits, max_side=min(max_side or self._limits.max_side, self._limits.max_side))
        picture = decode_photo(data, limits, self._sandbox, stop)
        return DecodedPicture(picture, time.perf_counter() - begin)

    def store(self, decoded: DecodedPicture) -> Upload:
        """Store a decoded picture; raises StorageFull."""
        return Upload(self._store.add(decoded.picture), decoded.seconds)

    def change(self, image: str, changes: tuple[Change, ...]) -> JobHandle[Upload]:
        """Apply changes to a stored picture and store the result; raises UnknownImage through the handle."""
        return self._results.drawing.submit(("change", image, changes), lambda stop: self._changed(image, changes))

    def _changed(self, image: str, changes: tuple[Change, ...]) -> Upload:
        begin, rgb = time.perf_counter(), apply_changes(self.get(image), changes)
        height, width = rgb.shape[:2]
        return self.store(DecodedPicture(Picture(rgb, UNENCODED, width, height), time.perf_counter() - begin))

    def get(self, image: str) -> RGB:
        """The stored picture, (H, W, 3) uint8, read-only; raises UnknownImage."""
        return self._store.get(image)

    def require(self, image: str) -> None:
        """Note a use of a picture, so that nothing computed from it is answered after it has gone.

        Looks at most once in `LOOK_S` seconds for each picture. Raises UnknownImage, StoreUnavailable.
        """
        if not self.is_in_use(image):
            self._store.use(image)  # may wait for a bucket, so it holds no lock of ours
            with self._lock:
                self._in_use[image] = None

    def is_in_use(self, image: str) -> bool:
        """Whether a use of the picture was noted within `LOOK_S` seconds, so that `require` looks nowhere."""
        with self._lock:
            return image in self._in_use

    def delete(self, image: str) -> None:
        """Delete a picture and all that was computed from it. Nothing happens if there is none."""
        self._store.delete(image)  # may wait for another process, so it holds no lock of ours
        with self._lock:
            self._in_use.pop(image, None)
        self._results.forget_pictures(lambda other: other == image)

    def close(self) -> None:
        """Let no more pictures expire."""
        self._expiry.close()

    def _expire(self) -> None:
        """Delete what has expired, with all that was computed from it or from a deleted picture."""
        left = self._store.expire()
        self._results.forget_pictures(lambda image: image not in left)

    def view(self, inference: Inference, fit: Fit | None = None) -> RGB:
        """The view: the picture as the network receives it, or as it would with another fit.

        Raises:
            UnknownImage: the picture was never added here, or has expired.
            NotAvailable: the network's weights, which decide the preprocessing, are not here.
        """
        inference.network.require_weights()
        return view_of(self.get(inference.image), change_fit(inference.network.card.input, fit))

    def input_tensor(self, inference: Inference, fit: Fit | None = None) -> NDArray[np.float32]:
        """The input tensor for the view, (C, H, W), channels in the network's order, read-only and kept.

        Raises as `view` does.
        """
        key = InputTensorKey(*inference.identity, fit)
        tensor = self._results.cached(key)
        if tensor is None:
            tensor = read_only(inference.network.input_tensor(self.view(inference, fit))[0])
            self._results.put(key, tensor)
        return tensor

    def file_note(self, image: str) -> str | None:
        """What a reader must know of the picture's file, such as that it was cut off."""
        return self._store.note(image)

    def note(self, inference: Inference) -> JobHandle[str | None]:
        """What a reader must know of the picture: of its file, and of its preparation, such as that it has no digit.

        Raises:
            UnknownImage: through the handle.
        """
        spec, file_note = inference.network.card.input, self.file_note(inference.image)
        if spec.resize.rule != "digit":
            return JobHandle.ready(file_note)

        def work(stop: Stop) -> str | None:
            return join_notes(file_note, digit_note(self.get(inference.image), spec))

        return self._results.drawing.submit(("note", *inference.identity), work)


def join_notes(*notes: str | None) -> str | None:
    """Those notes that there are, as one text."""
    return " ".join(note for note in notes if note) or None


def picture_limits(settings: Settings) -> Limits:
    """The limits on what is decoded."""
    return Limits(settings.max_upload_bytes, settings.max_pixels, settings.max_decoded_pixels, settings.max_side)
