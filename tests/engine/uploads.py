"""Uploads of several files, and ZIP archives, as tests send them."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from app.engine.experiments.picture_uploads import IncomingPictures, PictureUploads


@contextmanager
def sent(uploads: PictureUploads, files: Mapping[str, bytes]) -> Iterator[IncomingPictures]:
    """An upload that has arrived whole."""
    with uploads.incoming(None) as incoming:
        for name, content in files.items():
            with incoming.create(name) as file:
                file.write(content)
        yield incoming


def archive(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of these files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return file.getvalue()
