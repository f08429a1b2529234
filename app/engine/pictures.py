"""Pictures: added to the store, and prepared for a network."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.inference import Inference
from app.engine.results import Results
from app.images.decode import Limits, Picture, decode
from app.images.store import PictureStore, StoredPicture
from app.nets.preprocessing.digit_view import digit_note
from app.nets.preprocessing.fit import RGB, Fit, change_fit
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import view_of
from app.settings import Settings
from app.work.job import JobHandle
from app.work.stop import Stop


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture that was added: where it is stored, and how many seconds decoding took."""

    stored: StoredPicture
    seconds: float


@dataclass(frozen=True, slots=True)
class DecodedPicture:
    """A picture that was decoded and is not stored yet, and how many seconds that took."""

    picture: Picture
    seconds: float


class Pictures:
    """The store of pictures, the limits on what comes in, and the ways from a picture to an input tensor."""

    def __init__(self, settings: Settings, results: Results) -> None:
        self._limits = Limits(
            settings.max_upload_bytes, settings.max_pixels, settings.max_decoded_pixels, settings.max_side
        )
        self._store = PictureStore(settings.data_dir / "pictures", settings.store_bytes, settings.store_ttl_s)
        self._results = results

    def add(self, read: Callable[[], bytes]) -> JobHandle[Upload]:
        """Decode a picture and store it; raises PictureError through the handle.

        `read` gives the file's bytes. It is called when the job starts, so that what waits in the queue holds none.
        """
        return self._results.drawing.submit(object(), lambda stop: self.store(self.decode(read)))

    def decode(self, read: Callable[[], bytes]) -> DecodedPicture:
        """Decode a picture's file; raises PictureError."""
        begin = time.perf_counter()
        picture = decode(read(), self._limits)
        return DecodedPicture(picture, time.perf_counter() - begin)

    def store(self, decoded: DecodedPicture) -> Upload:
        """Store a decoded picture; raises StorageFull."""
        return Upload(self._store.add(decoded.picture), decoded.seconds)

    def get(self, image: str) -> RGB:
        """The stored picture, (H, W, 3) uint8, read-only; raises UnknownImage."""
        return self._store.get(image)

    def view(self, inference: Inference, fit: Fit | None = None) -> RGB:
        """The view: the picture as the network receives it, or as it would with another fit.

        Raises:
            UnknownImage: the picture was never added here, or has expired.
            NotAvailable: the network's weights, which decide the preprocessing, are not here.
        """
        inference.network.require_weights()
        return view_of(self.get(inference.image), change_fit(inference.network.card.input, fit))

    def input_tensor(self, inference: Inference, fit: Fit | None = None) -> NDArray[np.float32]:
        """The input tensor for the view, (C, H, W), channels in the network's order; raises as `view` does."""
        tensor: NDArray[np.float32] = tensor_of(self.view(inference, fit), inference.network.input_spec)[0]
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
